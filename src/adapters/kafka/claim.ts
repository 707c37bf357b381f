import { Doorbell } from '../../log/index.js';
import { randomUUID } from 'node:crypto';
import { checkpointKey, TOPICS } from '../../ports/index.js';
import type { Clock, StepName } from '../../ports/index.js';
import { KafkaLogError } from './errors.js';
import type { Fetcher } from './fetcher.js';
import { requestsOf } from './messages.js';
import type { Names } from './names.js';
import type { TransactionalWriter } from './transactions.js';

/** How long reading the checkpoints of a partition may take, in ms. */
export const CLAIM_READ_MAX_MS = 30_000;
/** No subject's checkpoint: the latest claim on the partition. */
const CLAIM_SUBJECT = '$claim';

/**
 * Makes the partition ours and returns its checkpoints, complete: writing the claim fences every earlier owner and ends
 * what it had begun, and whoever has read as far as the claim has read all that was ever committed before it.
 */
export async function claimPartition(
  writer: TransactionalWriter,
  fetcher: Fetcher,
  names: Names,
  clock: Clock,
  step: StepName,
  partition: number,
): Promise<Map<string, Uint8Array>> {
  const claimKey = checkpointKey(step, partition, CLAIM_SUBJECT);
  const nonce = randomUUID();
  await writer.commit(requestsOf([[{ topic: TOPICS.checkpoints, key: claimKey, value: Buffer.from(nonce) }, partition]], names));

  const ours = checkpointKey(step, partition, '');
  const checkpoints = new Map<string, Uint8Array>();
  const bell = new Doorbell();
  let late = false;
  const cancel = clock.after(CLAIM_READ_MAX_MS, () => {
    late = true;
    bell.ring();
  });
  const cursor = fetcher.open(TOPICS.checkpoints, partition, undefined, bell);
  try {
    for (;;) {
      for (const { key, value } of cursor.take()) {
        if (key === claimKey && value && Buffer.from(value).toString() === nonce) return checkpoints;
        if (key === undefined || key === claimKey || !key.startsWith(ours)) continue;
        // A copy: the value is a view into a whole response.
        if (value) checkpoints.set(key, value.slice());
        else checkpoints.delete(key);
      }
      if (late) throw takenTooLong(step, partition);
      if (cursor.ended()) throw new KafkaLogError('log-closed', 'the log is closed', 'open it again');
      if (cursor.wantsMore()) await bell.wait();
    }
  } finally {
    cancel();
    fetcher.drop(cursor);
  }
}

function takenTooLong(step: StepName, partition: number): KafkaLogError {
  return new KafkaLogError(
    'take-over-timeout',
    `the checkpoints of ${step}/${partition} could not be read within ${CLAIM_READ_MAX_MS} ms`,
    'look whether another program keeps a transaction open on the checkpoints topic, and whether the topic is compacted',
  );
}
