import { map, type OperatorFunction } from 'rxjs';
import type { Chunk } from '../../ecg/index.js';
import type { LogRecord } from '../../ports/index.js';
import { decodeChunk, type Reject } from '../../wire/index.js';
import type { Input } from './input.js';

export type Decoded =
  | Exclude<Input, { readonly type: 'record' }>
  | { readonly type: 'chunk'; readonly record: LogRecord; readonly chunk: Chunk }
  | { readonly type: 'rejected'; readonly record: LogRecord; readonly reject: Reject };

/** Bytes → chunk, or the reason why not. */
export function decode(): OperatorFunction<Input, Decoded> {
  return map((input) => {
    if (input.type !== 'record') return input;
    const { record } = input;
    const decoded = decodeChunk(record.value ?? NOTHING, record.key);
    return decoded.ok ? { type: 'chunk', record, chunk: decoded.chunk } : { type: 'rejected', record, reject: decoded.reject };
  });
}

const NOTHING = new Uint8Array();
