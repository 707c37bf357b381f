export type EmbeddedLogErrorCode =
  | 'disk-locked'
  | 'disk-unwritable'
  | 'disk-corrupted'
  | 'disk-failed'
  | 'partition-count-changed'
  | 'partition-unknown'
  | 'append-queue-full'
  | 'log-closed';

/** What went wrong with the embedded log: one line in `message`, what to do about it in `hint`. */
export class EmbeddedLogError extends Error {
  override readonly name = 'EmbeddedLogError';

  constructor(
    readonly code: EmbeddedLogErrorCode,
    message: string,
    readonly hint: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** What to do about a damaged log. */
export const DAMAGED_HINT = 'look at the health of the disk and of the memory, then restore the log’s folder from a copy; without one, move it away and begin with an empty folder';

/** An entry of the log's own books is not what was written. */
export function damagedEntry(diskKey: string, cause: unknown): EmbeddedLogError {
  return new EmbeddedLogError('disk-corrupted', `the log is damaged at ${diskKey.split('/').slice(0, 3).join('/')}`, DAMAGED_HINT, { cause });
}

export function damagedRecord(topic: string, partition: number, offset: number, cause?: unknown): EmbeddedLogError {
  return new EmbeddedLogError('disk-corrupted', `the record at offset ${offset} of ${topic}/${partition} is damaged`, DAMAGED_HINT, { cause });
}

export function isDamage(error: unknown): error is EmbeddedLogError {
  return error instanceof EmbeddedLogError && error.code === 'disk-corrupted';
}
