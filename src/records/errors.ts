export type RecordErrorCode =
  | 'missing-file'
  | 'unreadable'
  | 'bad-header'
  | 'unknown-format'
  | 'unsupported'
  | 'bad-annotation'
  | 'not-written';

/** What stopped a record from being read or written. `where` is a file, or a file and line. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  constructor(
    readonly code: RecordErrorCode,
    readonly what: string,
    readonly where: string,
    readonly hint: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${where}: ${what} (${hint})`, options);
  }
}

export type RecordWarningCode =
  | 'unreadable'
  | 'truncated'
  | 'longer-than-header'
  | 'checksum'
  | 'no-gain'
  | 'unit'
  | 'time'
  | 'empty'
  | 'too-short'
  | 'gap'
  | 'thinned'
  | 'skipped-signal'
  | 'further-lead'
  | 'missing-leads'
  | 'text';

/** Something odd that did not stop the reading. */
export interface RecordWarning {
  readonly code: RecordWarningCode;
  readonly what: string;
  readonly where: string;
}
