import { isForeignNumber } from '../ecg/index.js';

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const BLANK = 0x20;
const POWERS = Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Digits of a number that a double holds exactly. */
const DIGITS_MAX = 15;
/** As programs write numbers: with as many digits as they like, and small ones with an exponent. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A number is shorter; what is longer is none. */
const TEXT_MAX_BYTES = 64;

/** The numbers of one array; NaN is no sample. A view of a workspace that the next reading takes again. */
export interface Numbers {
  readonly values: Float64Array;
  readonly hasDecimals: boolean;
  /** Values that are no numbers, among the missing samples: `NaN`, `---`. */
  readonly words: number;
  /** Of them, those with digits: they may be numbers in a notation that is not known. */
  readonly unread: number;
  /** One of them is: with a comma or an apostrophe among its digits. */
  readonly isForeign: boolean;
}

let workspace = new Float64Array(4096);

/**
 * Numbers between separators, a byte at a time: a waveform message is little else, and cutting it into texts takes ten times as long.
 * Nothing between two separators, or "", is no sample; separators at the end mean nothing. What is no number is a missing sample, and counted.
 */
export function readNumbers(bytes: Uint8Array, from: number, to: number, separator: number, alternative: number): Numbers {
  if (workspace.length < (to - from) / 2 + 2) workspace = new Float64Array(to - from + 2);
  const values = workspace;
  let count = 0;
  /** Up to the last that is written out. */
  let written = 0;
  let hasDecimals = false;
  let [words, unread, isForeign] = [0, 0, false];
  let at = from;
  for (;;) {
    const begin = at;
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
    let decimals = 0;
    if (byte === POINT) {
      const point = at;
      byte = ++at < to ? bytes[at] : separator;
      for (let digit = byte - ZERO; digit >= 0 && digit <= 9; digit = byte - ZERO) {
        size = size * 10 + digit;
        byte = ++at < to ? bytes[at] : separator;
      }
      decimals = at - point - 1;
      digits += decimals;
      size /= POWERS[Math.min(decimals, DIGITS_MAX)];
    }
    const isBare = at === first && !hasSign;
    while (byte === BLANK) byte = ++at < to ? bytes[at] : separator;
    const isEnd = byte === separator || byte === alternative;
    if (isEnd && digits > 0 && digits <= DIGITS_MAX) {
      values[count++] = isNegative ? -size : size;
      written = count;
      if (decimals > 0) hasDecimals = true;
    } else if (isEnd && isBare) {
      values[count++] = NaN;
    } else {
      while (at < to && bytes[at] !== separator && bytes[at] !== alternative) at++;
      const text = textOf(bytes, begin, at);
      const value = NUMBER.test(text) ? Number(text) : NaN;
      values[count++] = value;
      written = count;
      if (!Number.isNaN(value)) hasDecimals ||= text.includes('.') || !Number.isInteger(value);
      else if (text !== '""') {
        words++;
        if (/\d/.test(text)) unread++;
        isForeign ||= isForeignNumber(text);
      }
    }
    if (at >= to) return { values: values.subarray(0, written), hasDecimals, words, unread, isForeign };
    at++;
  }
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + TEXT_MAX_BYTES))).trim();
}
