import { z } from 'zod';
import { type ContractProblem, type Parsed, problemsOf } from '../../contract/index.js';
import { DOTS_MAX } from '../../dsp/index.js';
import { type Space, sizeOf } from './space.js';

/** Rows of a reference set, at most: each is compared with every segment. */
export const ROWS_MAX = 100_000;
/** Rows are filled with zeros up to a multiple of it, as the kernel takes them. */
const LANES = 16;
const INT8_MAX = 127;
const MAGIC = 'PKNB0001';
const HEADER_MAX = 64 << 20;
const text = z.string().min(1).max(4096);

const headerSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Whose numbers the rows are: another model's lie elsewhere. */
  model: z.strictObject({ name: text, version: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  space: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('embedding'), size: z.number().int().positive().max(DOTS_MAX) }),
    z.strictObject({ kind: z.literal('scores'), statements: z.array(text).min(1).max(DOTS_MAX), temperature: z.number().positive() }),
  ]),
  source: z.strictObject({ data: text, rule: text, licence: text.optional(), citation: text.optional() }),
  /** Below it, mean similarity of the nearest, the evidence is insufficient; and what it was chosen on. */
  floor: z.strictObject({ similarity: z.number().min(-1).max(1), chosenOn: text }),
  /** One a row: the recording, what its readers stated, their words where there are any. */
  records: z.array(z.strictObject({ id: z.string().min(1).max(256), statements: z.array(z.string().min(1).max(64)).max(64), report: z.string().max(4096).optional() })).min(1).max(ROWS_MAX),
});

type Header = z.infer<typeof headerSchema>;
export type ReferenceRecord = Readonly<Header['records'][number]>;
export type ReferenceAbout = Readonly<Omit<Header, 'schemaVersion' | 'records' | 'space'>> & { readonly space: Space };

/** Labelled recordings to compare with: unit vectors in whole numbers, each with a scale of its own. */
export interface ReferenceSet extends ReferenceAbout {
  readonly records: readonly ReferenceRecord[];
  /** One after the other, `pitch` each. */
  readonly rows: Int8Array;
  readonly pitch: number;
  /** Of each row: times its whole numbers it has unit length. */
  readonly scales: Float32Array;
}

const pitchOf = (space: Space): number => Math.ceil(sizeOf(space) / LANES) * LANES;

/** Bytes that one row adds to a file. */
export function rowBytes(space: Space, record: ReferenceRecord): number {
  return pitchOf(space) + 4 + new TextEncoder().encode(JSON.stringify(record)).length + 1;
}

/** @param vectors one a record, of unit length */
export function referenceOf(about: ReferenceAbout, records: readonly ReferenceRecord[], vectors: readonly ArrayLike<number>[]): ReferenceSet {
  const pitch = pitchOf(about.space);
  const rows = new Int8Array(records.length * pitch);
  const scales = new Float32Array(records.length);
  vectors.forEach((vector, k) => {
    let most = 0;
    for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]));
    let squares = 0;
    for (let i = 0; i < vector.length; i++) squares += (rows[k * pitch + i] = Math.round((vector[i] / most) * INT8_MAX)) ** 2;
    scales[k] = 1 / Math.sqrt(squares);
  });
  return { ...about, records, rows, pitch, scales };
}

/** A file: eight letters, the header's length (uint32, little-endian), the header (JSON), a scale a row (float32), the rows (int8). */
export function referenceBytes({ rows, pitch: _, scales, ...header }: ReferenceSet): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ schemaVersion: 1, ...header }));
  const bytes = new Uint8Array(MAGIC.length + 4 + json.length + 4 * scales.length + rows.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, json.length, true);
  let at = MAGIC.length + 4;
  bytes.set(json, at);
  at += json.length;
  scales.forEach((scale, k) => view.setFloat32(at + 4 * k, scale, true));
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.length), at + 4 * scales.length);
  return bytes;
}

const problem = (code: string, what: string): Parsed<never> => ({ ok: false, problems: [{ code, where: '', what, hint: 'make it again: purkinje models neighbours build' } satisfies ContractProblem] });

/** A reference set from a file's bytes, or what is wrong with it. */
export function parseReference(bytes: Uint8Array): Parsed<ReferenceSet> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = MAGIC.length + 4;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return problem('not-a-reference-set', 'this is no reference set');
  const length = view.getUint32(MAGIC.length, true);
  if (length > HEADER_MAX || start + length > bytes.length) return problem('cut-short', 'the file is cut short');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, start + length)));
  } catch {
    return problem('header-not-json', 'its header is not JSON');
  }
  const shape = headerSchema.safeParse(json);
  if (!shape.success) return { ok: false, problems: problemsOf(shape.error) };
  const { schemaVersion: _, ...header } = shape.data;
  const [n, pitch, at] = [header.records.length, pitchOf(header.space), start + length];
  if (bytes.length !== at + n * (4 + pitch)) return problem('cut-short', `${bytes.length} bytes, where ${n} rows of ${pitch} need ${at + n * (4 + pitch)}`);
  const scales = Float32Array.from({ length: n }, (__, k) => view.getFloat32(at + 4 * k, true));
  if (!scales.every((scale) => scale > 0 && scale <= 1)) return problem('bad-scale', 'the scale of a row is no number from 0 to 1');
  return { ok: true, value: { ...header, scales, pitch, rows: new Int8Array(bytes.buffer, bytes.byteOffset + at + 4 * n, n * pitch).slice() } };
}
