const encoder = new TextEncoder();
/** Of a text that was cut: U+2026. */
const MARK = '…';
const MARK_BYTES = 3;
/** A UTF-16 unit takes no more in UTF-8. */
const UNIT_BYTES_MAX = 3;

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Does the text take at most so many bytes of UTF-8? Counted only where its length leaves it open. */
export function fits(text: string, bytesMax: number): boolean {
  return text.length * UNIT_BYTES_MAX <= bytesMax || (text.length <= bytesMax && byteLength(text) <= bytesMax);
}

/** The text in at most `bytesMax` bytes of UTF-8 (3 or more): longer ones are cut between two characters, and end with `…`. */
export function cutText(text: string, bytesMax: number): string {
  if (fits(text, bytesMax)) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(bytesMax - MARK_BYTES));
  return text.slice(0, read) + MARK;
}

/** Is it a number as others write it, `1,350` or `1'350`? What it is worth depends on where it was written: one among many says of all that they may be such. */
export const isForeignNumber = (text: string): boolean => /\d[,'’]\d/.test(text);
