import { Doorbell, type Report } from '../../log/index.js';
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
/** An older checkpoint means that input is read again. */
const CHECKPOINTS_LOST_HINT = 'look for outcomes of the same segment twice; a broker that damages its files needs another disk';
/** No subject's checkpoint: the latest claim on the partition. */
const CLAIM_SUBJECT = '$claim';

/**
 * Makes the partition ours and returns its checkpoints, complete: writing the claim fences every earlier owner and ends
 * what it had begun, and a reader that has come as far as the claim has read all that was ever committed before it.
 */
export async function claimPartition(
  writer: TransactionalWriter,
  { fetcher, names, clock, report }: { readonly fetcher: Fetcher; readonly names: Names; readonly clock: Clock; readonly report: Report },
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
      const { records, skipped } = cursor.take();
      if (skipped) {
        report('error', 'checkpoints cannot be read: what they held is as old as the ones before them', { ...skipped, step, hint: CHECKPOINTS_LOST_HINT });
      }
      for (const { key, value } of records) {
        if (key === claimKey && value && Buffer.from(value).toString() === nonce) return checkpoints;
        if (key === undefined || key === claimKey || !key.startsWith(ours)) continue;
        // A copy: the value is a view into a whole response.
        if (value) checkpoints.set(key, new Uint8Array(value));
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
