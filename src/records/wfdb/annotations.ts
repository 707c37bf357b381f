import { RecordError } from '../errors.js';

/** One annotation in MIT format. */
export interface Annotation {
  /** In samples of the record's rate, or of `timeResolutionHz` where the file has its own. */
  readonly sample: number;
  /** The code as WFDB prints it: `N`, `V`, `+` (rhythm change, see `aux`), `(` … */
  readonly symbol: string;
  readonly code: number;
  readonly subtype: number;
  readonly channel: number;
  readonly num: number;
  /** `(AFIB` and the like; empty where there is none. */
  readonly aux: string;
}

export interface Annotations {
  readonly annotations: readonly Annotation[];
  /** The file's own time base; undefined: the record's rate. */
  readonly timeResolutionHz?: number;
}

/** Codes 0 … 49 of WFDB ecgcodes.h; unassigned ones print as `[n]`. */
const SYMBOLS: readonly string[] = [
  ' ', 'N', 'L', 'R', 'a', 'V', 'F', 'J', 'A', 'S', 'E', 'j', '/', 'Q', '~', '[15]', '|', '[17]', 's', 'T',
  '*', 'D', '"', '=', 'p', 'B', '^', 't', '+', 'u', '?', '!', '[', ']', 'e', 'n', '@', 'x', 'f', '(', ')', 'r',
];
const CODES = new Map(SYMBOLS.map((symbol, code) => [symbol, code]));

const SKIP = 59;
const NUM = 60;
const SUB = 61;
const CHN = 62;
const AUX = 63;
const TIME_RESOLUTION = /^## time resolution: ([\d.]+(?:e[-+]?\d+)?)/i;

/**
 * The content of an annotation file in MIT format. Source: WFDB annot(5).
 * @throws RecordError `bad-annotation` where the file ends in the middle
 */
export function decodeAnnotations(bytes: Uint8Array, where = 'annotations'): Annotations {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: { -readonly [K in keyof Annotation]: Annotation[K] }[] = [];
  let timeResolutionHz: number | undefined;
  let sample = 0;
  let channel = 0;
  let num = 0;
  const need = (at: number, length: number): void => {
    if (at + length > bytes.length) {
      throw new RecordError('bad-annotation', 'the file ends within an annotation', where, 'it is cut short or in another format');
    }
  };
  for (let at = 0; at + 1 < bytes.length;) {
    const word = view.getUint16(at, true);
    at += 2;
    if (word === 0) break;
    const code = word >> 10;
    const value = word & 0x3ff;
    const last = found.at(-1);
    if (code === SKIP) {
      need(at, 4);
      // PDP-11 order: the high half first.
      sample += (view.getInt16(at, true) << 16) | view.getUint16(at + 2, true);
      at += 4;
    } else if (code === NUM) {
      num = (value << 24) >> 24;
      if (last) last.num = num;
    } else if (code === SUB) {
      if (last) last.subtype = (value << 24) >> 24;
    } else if (code === CHN) {
      channel = value & 0xff;
      if (last) last.channel = channel;
    } else if (code === AUX) {
      need(at, value);
      const aux = String.fromCharCode(...bytes.subarray(at, at + value)).replace(/\0+$/, '');
      at += value + (value & 1);
      if (last) last.aux = aux;
      const resolution = TIME_RESOLUTION.exec(aux);
      if (resolution && Number(resolution[1]) > 0) timeResolutionHz = Number(resolution[1]);
    } else {
      sample += value;
      found.push({ sample, symbol: SYMBOLS[code] ?? `[${code}]`, code, subtype: 0, channel, num, aux: '' });
    }
  }
  return { annotations: found.filter((one) => !TIME_RESOLUTION.test(one.aux)), timeResolutionHz };
}

/** The same, counted in samples of `rateHz`. @param recordHz by which the file counts where it has no time base of its own */
export function annotationsAt({ annotations, timeResolutionHz }: Annotations, rateHz: number, recordHz = rateHz): readonly Annotation[] {
  const scale = rateHz / (timeResolutionHz ?? recordHz);
  return scale === 1 ? annotations : annotations.map((one) => ({ ...one, sample: Math.round(one.sample * scale) }));
}

/** What is written of one annotation. */
export interface WrittenAnnotation {
  /** 0 to 2^31 − 1. */
  readonly sample: number;
  readonly symbol: string;
  /** −128 to 127; 0 by default. */
  readonly subtype?: number;
  /** Latin-1, cut to 254 characters. */
  readonly aux?: string;
}

const SAMPLE_MAX = 2 ** 31 - 1;

/**
 * Annotations in MIT format, in order of their samples, those of one sample as they come.
 * @param timeResolutionHz the time base that the file states; undefined: the record's rate
 * @throws RecordError `bad-annotation` for an unknown symbol, or a number that the format does not hold
 */
export function encodeAnnotations(annotations: readonly WrittenAnnotation[], timeResolutionHz?: number): Uint8Array {
  const out: number[] = [];
  const word = (code: number, value: number): void => {
    const both = (code << 10) | (value & 0x3ff);
    out.push(both & 0xff, both >> 8);
  };
  const stated: WrittenAnnotation[] = timeResolutionHz === undefined ? [] : [{ sample: 0, symbol: '"', aux: `## time resolution: ${timeResolutionHz}` }];
  let sample = 0;
  for (const one of [...stated, ...annotations].sort((a, b) => a.sample - b.sample)) {
    const { symbol, subtype = 0, aux = '' } = one;
    const code = CODES.get(symbol);
    if (code === undefined || code === 0) {
      throw new RecordError('bad-annotation', `no code for ${symbol}`, 'annotations', 'use the symbols of WFDB');
    }
    if (!Number.isInteger(one.sample) || one.sample < 0 || one.sample > SAMPLE_MAX || !Number.isInteger(subtype) || subtype < -128 || subtype > 127) {
      throw new RecordError('bad-annotation', `sample ${one.sample}, subtype ${subtype}`, 'annotations', 'whole samples from 0, subtypes of 8 bits');
    }
    let delta = one.sample - sample;
    if (delta > 0x3ff) {
      word(SKIP, 0);
      const high = delta >>> 16;
      out.push(high & 0xff, high >> 8, delta & 0xff, (delta >> 8) & 0xff);
      delta = 0;
    }
    word(code, delta);
    if (subtype !== 0) word(SUB, subtype & 0xff);
    if (aux !== '') {
      const text = [...aux].map((char) => char.charCodeAt(0) & 0xff).slice(0, 254);
      word(AUX, text.length);
      out.push(...text, ...(text.length & 1 ? [0] : []));
    }
    sample = one.sample;
  }
  word(0, 0);
  return Uint8Array.from(out);
}
