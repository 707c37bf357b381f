import { deflateSync, inflateSync } from 'node:zlib';
import { STATE_WORDS } from './state-words.js';

/** Shorter texts are not worth it, bytes. */
const DEFLATE_MIN_BYTES = 512;
/** A state is bounded by what it is of, well below; a record that inflates to more is none of ours, bytes. */
const INFLATED_MAX_BYTES = 16 * 2 ** 20;
const OPTIONS = { dictionary: Buffer.from(STATE_WORDS), level: 6, windowBits: 15, memLevel: 7 } as const;

/** zlib's format (RFC 1950), which checks both content and dictionary; `STATE_WORDS` is the dictionary. Undefined: too short for it. @throws RangeError beyond what can be read again */
export function deflatedState(text: Buffer): Buffer | undefined {
  if (text.length > INFLATED_MAX_BYTES) throw new RangeError(`a state of ${text.length} bytes, which nobody could read again`);
  return text.length < DEFLATE_MIN_BYTES ? undefined : deflateSync(text, OPTIONS);
}

/** @throws where it is damaged, or inflates to more than a state can be */
export function inflatedState(bytes: Uint8Array): Buffer {
  return inflateSync(bytes, { dictionary: OPTIONS.dictionary, maxOutputLength: INFLATED_MAX_BYTES });
}
