import { type Chunk, type Lead, type LeadBlock, LEADS, NO_SAMPLE_INT16, NO_SAMPLE_INT32, type Opaque } from '../ecg/index.js';

/** Values a second of what a page draws, at most; a device that sends fewer is drawn as it sends. */
export const WAVE_HZ = 125;
/** No sample: the trace has a hole. */
export const NO_WAVE = -32768;
const MICROVOLTS_MAX = 32_767;
/** Which leads stand for a device where only some are drawn: first those that show rhythm, then ischaemia. */
const PREFERRED: readonly Lead[] = ['II', 'V1', 'V5', 'I', 'V2', 'III', 'aVF', 'V6', 'V4', 'V3', 'aVL', 'aVR'];
/** A device that counts from this much further back has begun again. */
const BACK_S = 60;
const EPOCHS_KEPT = 8;

/** Some values of one lead. */
export interface WaveLead {
  readonly lead: Lead;
  /** Number of the first value within the run. */
  readonly first: number;
  readonly microvolts: Int16Array;
}

/** What one chunk adds to the traces of its device. */
export interface Wave {
  /** Numbers of values go on within a run; another one begins anew. 0 to 255. */
  readonly run: number;
  readonly rateHz: number;
  /** All leads of the device that can be drawn, the preferred first. */
  readonly declared: readonly Lead[];
  readonly leads: readonly WaveLead[];
}

interface Tail {
  /** Sample number of the first that waits, and those that do: less than a bin. mV; NaN where there is none. */
  readonly from: number;
  readonly mv: Float64Array;
}

/** Of one device. */
export interface WaveState {
  readonly epoch?: Opaque;
  /** Older epochs: what comes of them late is not drawn. */
  readonly past: readonly Opaque[];
  readonly run: number;
  readonly rateHz: number;
  readonly tails: ReadonlyMap<Lead, Tail>;
}

export const initialWave = (): WaveState => ({ past: [], run: 0, rateHz: 0, tails: new Map() });

/**
 * Brings a chunk to at most 125 values a second. Of each sixtieth of a second the lowest and the highest value are kept, in the order in which they came, so that no R wave is cut;
 * bins lie by sample number, so that they do not depend on where chunks were cut. Repeated and late samples are left out; what is missing is a hole.
 */
export function stepWave(state: WaveState, chunk: Chunk): { readonly state: WaveState; readonly out?: Wave } {
  if (state.past.includes(chunk.epoch)) return { state };
  const begun = begins(state, chunk) ? anew(state, chunk) : state;
  const declared = PREFERRED.filter((lead) => chunk.declaredLeads.includes(lead));
  const tails = new Map(begun.tails);
  const leads = chunk.blocks.flatMap((block): WaveLead[] => {
    const lead = LEADS.find((name) => name === block.lead);
    if (lead === undefined) return [];
    const joined = joinedTo(tails.get(lead), block, chunk.firstSample);
    if (joined === undefined) return [];
    const { values, first, tail } = chunk.rateHz <= WAVE_HZ ? asSent(joined) : binned(joined, (2 * chunk.rateHz) / WAVE_HZ);
    tails.set(lead, tail);
    return values.length === 0 ? [] : [{ lead, first, microvolts: values }];
  });
  const out = leads.length === 0 ? undefined : { run: begun.run, rateHz: Math.min(chunk.rateHz, WAVE_HZ), declared, leads };
  return { state: { ...begun, tails }, out };
}

/** Another epoch, another rate, or a device that counts from the beginning again. */
function begins({ epoch, rateHz, tails }: WaveState, chunk: Chunk): boolean {
  return epoch !== chunk.epoch || rateHz !== chunk.rateHz || [...tails.values()].some(({ from }) => chunk.firstSample < from - BACK_S * chunk.rateHz);
}

function anew(state: WaveState, { epoch, rateHz }: Chunk): WaveState {
  const past = state.epoch === undefined || state.epoch === epoch ? state.past : [...state.past, state.epoch].slice(-EPOCHS_KEPT);
  return { epoch, past, rateHz, run: state.epoch === undefined ? 0 : (state.run + 1) % 256, tails: new Map() };
}

/** What waited and what came, in one; undefined: all of it has been drawn already. */
function joinedTo(tail: Tail | undefined, block: LeadBlock, firstSample: number): Tail | undefined {
  const mv = millivolts(block);
  if (tail === undefined) return { from: firstSample, mv };
  const next = tail.from + tail.mv.length;
  if (firstSample > next) return { from: firstSample, mv };
  const fresh = mv.subarray(next - firstSample);
  if (fresh.length === 0) return undefined;
  const joined = new Float64Array(tail.mv.length + fresh.length);
  joined.set(tail.mv);
  joined.set(fresh, tail.mv.length);
  return { from: tail.from, mv: joined };
}

function millivolts({ samples, aduPerMv, offsetAdu, leadOff }: LeadBlock): Float64Array {
  const none = samples instanceof Int16Array ? NO_SAMPLE_INT16 : samples instanceof Int32Array ? NO_SAMPLE_INT32 : NaN;
  return Float64Array.from(samples, (count) => (leadOff || count === none ? NaN : (count - offsetAdu) / aduPerMv));
}

interface Drawn {
  readonly values: Int16Array;
  readonly first: number;
  readonly tail: Tail;
}

function asSent({ from, mv }: Tail): Drawn {
  return { values: Int16Array.from(mv, microvoltsOf), first: from, tail: { from: from + mv.length, mv: new Float64Array(0) } };
}

/** @param width samples of a bin, from which two values come; it need not be whole */
function binned({ from, mv }: Tail, width: number): Drawn {
  const end = from + mv.length;
  const startOf = (bin: number) => Math.ceil(bin * width - 1e-9);
  let firstBin = Math.floor(from / width);
  while (startOf(firstBin) < from) firstBin++;
  let bins = 0;
  while (startOf(firstBin + bins + 1) <= end) bins++;
  const values = new Int16Array(2 * bins);
  for (let k = 0; k < bins; k++) {
    let [low, high, lowAt, highAt] = [NaN, NaN, 0, 0];
    for (let i = startOf(firstBin + k) - from; i < startOf(firstBin + k + 1) - from; i++) {
      if (!(mv[i] >= low)) [low, lowAt] = Number.isNaN(mv[i]) ? [low, lowAt] : [mv[i], i];
      if (!(mv[i] <= high)) [high, highAt] = Number.isNaN(mv[i]) ? [high, highAt] : [mv[i], i];
    }
    values[2 * k] = microvoltsOf(lowAt <= highAt ? low : high);
    values[2 * k + 1] = microvoltsOf(lowAt <= highAt ? high : low);
  }
  const rest = Math.min(startOf(firstBin + bins), end);
  return { values, first: 2 * firstBin, tail: { from: rest, mv: mv.slice(rest - from) } };
}

function microvoltsOf(mv: number): number {
  return Number.isNaN(mv) ? NO_WAVE : Math.max(-MICROVOLTS_MAX, Math.min(MICROVOLTS_MAX, Math.round(mv * 1000)));
}

/** Bytes before the leads, and before the values of each. */
const HEAD_BYTES = 8;
const LEAD_BYTES = 12;

/**
 * One message of the stream of waves, little-endian: how many bytes follow (uint32); place of the device in what was asked (uint16), run (uint8), leads (uint8), values a second (float32); of
 * each lead its number in I, II, III, aVR … V6 (uint8), nothing (uint8), values (uint16), number of the first (float64), and the values in microvolts (int16; −32768: no sample).
 * Four bytes of nothing are a heartbeat.
 */
export function encodeWave({ run, rateHz, declared, leads }: Wave, place: number, leadsMax: number): Uint8Array<ArrayBuffer> | undefined {
  const chosen = declared.slice(0, leadsMax);
  const shown = leads.filter(({ lead }) => chosen.includes(lead)).sort((a, b) => chosen.indexOf(a.lead) - chosen.indexOf(b.lead));
  if (shown.length === 0) return undefined;
  const bytes = 4 + HEAD_BYTES + shown.reduce((sum, { microvolts }) => sum + LEAD_BYTES + microvolts.byteLength, 0);
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint32(0, bytes - 4, true);
  view.setUint16(4, place, true);
  view.setUint8(6, run);
  view.setUint8(7, shown.length);
  view.setFloat32(8, rateHz, true);
  let at = 4 + HEAD_BYTES;
  for (const { lead, first, microvolts } of shown) {
    view.setUint8(at, LEADS.indexOf(lead));
    view.setUint16(at + 2, microvolts.length, true);
    view.setFloat64(at + 4, first, true);
    microvolts.forEach((value, i) => view.setInt16(at + LEAD_BYTES + 2 * i, value, true));
    at += LEAD_BYTES + microvolts.byteLength;
  }
  return new Uint8Array(view.buffer);
}

export const WAVE_HEARTBEAT: Uint8Array = new Uint8Array(4);
