import { RefusedError } from '../../ports/index.js';
import type { NewRecord } from '../../ports/index.js';
import { reasonOf } from '../../log/index.js';
import { protocolErrorOf } from './errors.js';

/**
 * What a broker answers to records that it will never take, whichever broker leads and however often they are sent. All of Kafka's
 * errors of that kind; those of rights, of quotas and of the cluster's state are of another, and may pass.
 */
const REFUSALS: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/**
 * A single record of more bytes is not even sent: brokers close the connection on a request over 100 MiB
 * (socket.request.max.bytes) without an answer, which looks like any failure of the network.
 */
export const RECORD_BYTES_SENT_MAX = 32 * 2 ** 20;

export function isRefusal(error: unknown): boolean {
  const type = protocolErrorOf(error);
  return type !== undefined && REFUSALS.has(type);
}

export function refusedBecause(error: unknown): RefusedError {
  return new RefusedError(`the broker refuses what is to be written: ${protocolErrorOf(error)}: ${reasonOf(error)}`, { cause: error });
}

/** Undefined: it can be sent. */
export function refusalOf({ value }: NewRecord): RefusedError | undefined {
  const bytes = value?.length ?? 0;
  return bytes > RECORD_BYTES_SENT_MAX ? new RefusedError(`a record of ${bytes} bytes is larger than any that is sent, ${RECORD_BYTES_SENT_MAX}`) : undefined;
}
