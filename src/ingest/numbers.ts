import { Refused } from './refusal.js';

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const BLANK = 0x20;
const QUOTE = 0x22;
const POWERS = Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Digits of a number that a double holds exactly. */
const DIGITS_MAX = 15;

/** The numbers of one array; NaN is no sample. A view of a workspace that the next reading takes again. */
export interface Numbers {
  readonly values: Float64Array;
  readonly hasDecimals: boolean;
}

let workspace = new Float64Array(4096);

/**
 * Numbers between separators, a byte at a time: a waveform message is little else, and cutting it into texts takes ten times as long.
 * Nothing between two separators, or "", is no sample; separators at the end mean nothing. Throws Refused `bad-number`.
 */
export function readNumbers(bytes: Uint8Array, from: number, to: number, separator: number, alternative: number, where: string): Numbers {
  if (workspace.length < (to - from) / 2 + 2) workspace = new Float64Array(to - from + 2);
  const values = workspace;
  let count = 0;
  /** Up to the last that is written out. */
  let written = 0;
  let hasDecimals = false;
  let at = from;
  for (;;) {
    let byte = at < to ? bytes[at] : separator;
    while (byte === BLANK) byte = ++at < to ? bytes[at] : separator;
    const isNegative = byte === MINUS;
    const hasSign = isNegative || byte === PLUS;
    if (hasSign) byte = ++at < to ? bytes[at] : separator;
    let size = 0;
    const first = at;
    for (let digit = byte - ZERO; digit >= 0 && digit <= 9; digit = byte - ZERO) {
      size = size * 10 + digit;
      byte = ++at < to ? bytes[at] : separator;
    }
    let digits = at - first;
    if (byte === POINT) {
      const point = at;
      byte = ++at < to ? bytes[at] : separator;
      for (let digit = byte - ZERO; digit >= 0 && digit <= 9; digit = byte - ZERO) {
        size = size * 10 + digit;
        byte = ++at < to ? bytes[at] : separator;
      }
      const decimals = at - point - 1;
      digits += decimals;
      if (digits === 0) throw new Refused('bad-number', where);
      if (decimals > 0) hasDecimals = true;
      size /= POWERS[Math.min(decimals, DIGITS_MAX)];
    }
    if (digits > DIGITS_MAX) throw new Refused('bad-number', where);
    if (digits > 0) {
      values[count++] = isNegative ? -size : size;
      written = count;
    } else {
      if (hasSign) throw new Refused('bad-number', where);
      values[count++] = NaN;
      if (byte === QUOTE && bytes[at + 1] === QUOTE && at + 2 <= to) {
        at += 2;
        written = count;
        byte = at < to ? bytes[at] : separator;
      }
    }
    while (byte === BLANK) byte = ++at < to ? bytes[at] : separator;
    if (at >= to) return { values: values.subarray(0, written), hasDecimals };
    if (byte !== separator && byte !== alternative) throw new Refused('bad-number', where);
    at++;
  }
}
