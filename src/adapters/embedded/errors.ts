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
