/** A place in the alerts of one log: for each partition, the offset to continue at. */
export interface Place {
  /** Of which log: offsets of another one mean nothing. */
  readonly log: string;
  readonly next: readonly number[];
}

/** What was given as a cursor is none. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  constructor() {
    super('this is no cursor: give that of an event as it came, or none to begin with what is active');
  }
}

const LOG = /^[0-9a-f]{8}$/;
const OFFSET = /^[0-9a-z]{1,11}$/;
const RADIX = 36;
const PARTITIONS_MAX = 1000;

/** The text is for machines: eight hexadecimal digits of the log, then offsets in base 36, with dots between. */
export function cursorOf({ log, next }: Place): string {
  return [log, ...next.map((offset) => offset.toString(RADIX))].join('.');
}

/** Throws CursorError for any other text. */
export function placeOf(cursor: string): Place {
  const [log, ...offsets] = cursor.split('.', PARTITIONS_MAX + 2);
  if (!LOG.test(log) || offsets.length === 0 || offsets.length > PARTITIONS_MAX || !offsets.every((offset) => OFFSET.test(offset))) throw new CursorError();
  const next = offsets.map((offset) => parseInt(offset, RADIX));
  if (!next.every(Number.isSafeInteger)) throw new CursorError();
  return { log, next };
}
