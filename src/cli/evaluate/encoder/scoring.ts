import { physical } from '../../../assemble/index.js';
import { condition, type Known, refusalText } from '../../../condition/index.js';
import { type ColumnScore, columnScores, type Contract, meanEmbedding, sigmoid } from '../../../contract/index.js';
import type { Grade, Measurements, Physical } from '../../../ecg/index.js';
import { grade } from '../../../grade/index.js';
import type { EncoderInput, EncoderScores } from '../../../ports/index.js';
import type { EcgRecord } from '../../../records/index.js';
import { hasModelLeads, noModelLeads, type Reading } from '../../reading.js';
import { segmentsOf } from '../../segmented.js';
import type { ServedModel } from '../../served.js';

/** A record of a folder, and what is known of its patient. */
export interface RecordToScore {
  readonly path: string;
  /** The file's stem. */
  readonly record: string;
  readonly known: Known;
}

/** What the model said of one record: means over its segments. */
export interface EncodedRecord {
  readonly record: string;
  /** One a column of the logits. */
  readonly columns: readonly ColumnScore[];
  /** The same of each segment alone. */
  readonly bySegment: readonly (readonly ColumnScore[])[];
  readonly embedding?: Float32Array;
  /** Of its first segment. */
  readonly measurements: Measurements;
  readonly grade: Grade;
}

export type EncodingResult = { readonly ok: true; readonly encoded: EncodedRecord } | { readonly ok: false; readonly record: string; readonly reason: string };

/** Everything that scoring a folder needs beside its records. */
export interface Scoring {
  readonly model: ServedModel;
  readonly reader: Reading;
}

/** Calls to the encoder that are out at once, and segments in each. */
const CALLS_MAX = 4;
const CALL_SEGMENTS = 32;

interface Segmented {
  readonly inputs: readonly EncoderInput[];
  readonly measurements: Measurements;
  readonly grade: Grade;
}

/** Why a record is not scored, and whether it was read and has the model's leads. */
interface Unscored {
  readonly reason: string;
  readonly hasLeads?: boolean;
}

/** A record through the rooms: chunks, segments, mV, measurements, the model's tensors. `change` is what a monitor would do to the mV. */
async function segmented({ path, known, record: name }: RecordToScore, contract: Contract, reader: Reading, change: (mv: Physical, record: string) => Physical): Promise<(Segmented & { readonly hasLeads: boolean }) | Unscored> {
  let record: EcgRecord;
  try {
    record = await reader.read({ path, device: name });
  } catch (error) {
    return { reason: reader.failed({ path, device: name }, error) };
  }
  const hasLeads = hasModelLeads(contract, record);
  const inputs: EncoderInput[] = [];
  let first: Pick<Segmented, 'measurements' | 'grade'> | undefined;
  for (const segment of segmentsOf(record)) {
    const mv = change(physical(segment), name);
    const graded = grade(segment, mv);
    first ??= graded;
    const conditioned = condition(mv, contract, { ...known, measurements: graded.measurements });
    if (!conditioned.ok) return { reason: refusalText(conditioned), hasLeads };
    inputs.push(conditioned);
  }
  return first === undefined ? { reason: 'shorter than the shortest segment', hasLeads } : { inputs, measurements: first.measurements, grade: first.grade, hasLeads };
}

/** What each column says of each segment. */
function segmentColumns(contract: Contract, scores: readonly EncoderScores[]): readonly (readonly ColumnScore[])[] {
  const { logits } = contract.outputs;
  if (logits === undefined) return scores.map(() => []);
  return scores.map((one) => {
    const of = columnScores(contract, one.logits);
    return logits.targets.map((_, column) => of(column));
  });
}

/** Mean of the logits over the segments. What activates a mean of several is what the contract says; of softmax the mean of what it made. */
function meanColumns(contract: Contract, bySegment: readonly (readonly ColumnScore[])[]): readonly ColumnScore[] {
  const { logits } = contract.outputs;
  if (logits === undefined) return [];
  return logits.targets.map((_, column) => {
    const of = bySegment.map((columns) => columns[column]);
    if (of.length === 1) return of[0];
    const logit = of.reduce((sum, one) => sum + one.logit, 0) / of.length;
    if (logits.activation === 'sigmoid') return { logit, activated: sigmoid(logit) };
    return { logit, activated: of.reduce((sum, one) => sum + one.activated, 0) / of.length };
  });
}

/** Every record in its order, through the model. `onDone` is called after each. Throws where records were read and none has the model's leads. */
export async function encodeRecords(
  records: readonly RecordToScore[],
  { model, reader }: Scoring,
  change: (mv: Physical, record: string) => Physical,
  onDone: () => void,
): Promise<readonly EncodingResult[]> {
  const { contract } = model;
  const results: EncodingResult[] = new Array(records.length);
  let waiting: (Segmented & { readonly place: number })[] = [];
  const calls = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const send = (): void => {
    const batch = waiting;
    waiting = [];
    const call = model
      .score(batch.flatMap(({ inputs }) => inputs))
      .then((scores) => {
        let from = 0;
        for (const { place, measurements, grade: graded, inputs } of batch) {
          const own = scores.slice(from, (from += inputs.length));
          const { record } = records[place];
          const bySegment = segmentColumns(contract, own);
          const encoded = { record, columns: meanColumns(contract, bySegment), bySegment, embedding: meanEmbedding(contract, own.map(({ embedding }) => embedding)), measurements, grade: graded };
          results[place] = own.every(({ logits, embedding }) => logits.every(Number.isFinite) && (embedding?.every(Number.isFinite) ?? true))
            ? { ok: true, encoded }
            : { ok: false, record, reason: 'the model gave a number that is none' };
          onDone();
        }
      })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => calls.delete(call));
    calls.add(call);
  };
  const usable: boolean[] = [];
  for (const [place, one] of records.entries()) {
    const found = await segmented(one, contract, reader, change);
    if (found.hasLeads !== undefined) usable.push(found.hasLeads);
    if ('reason' in found) {
      results[place] = { ok: false, record: one.record, reason: found.reason };
      onDone();
      continue;
    }
    waiting.push({ place, ...found });
    if (waiting.reduce((sum, { inputs }) => sum + inputs.length, 0) >= CALL_SEGMENTS) send();
    while (calls.size >= CALLS_MAX) await Promise.race(calls);
    if (failures.length > 0) throw failures[0];
  }
  if (waiting.length > 0) send();
  await Promise.all(calls);
  if (failures.length > 0) throw failures[0];
  if (usable.length > 0 && !usable.includes(true)) throw new Error(noModelLeads(contract.input.leads, usable.length));
  const reasons = results.flatMap((result) => (result.ok ? [] : [result.reason]));
  if (reasons.length === records.length) throw new Error(`none of ${records.length} labelled recordings could be scored: ${reasons[0]}`);
  return results;
}
