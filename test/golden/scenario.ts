/** Streams and outcomes whose state half-way is kept in v1/, as the engine of then wrote it. */
import type { Chunk, Outcome } from '../../src/ecg/index.js';
import { chunkOf, ramp } from '../assemble/stream.js';
import { AF, outcome, policyWith } from '../decide/series.js';

const RATE_HZ = 250;
const LENGTH = 125;
const HELD_AT = 48;

/** A stream of half-second chunks, and after how many of them its state was kept. */
export interface Stream {
  readonly name: string;
  readonly chunks: readonly Chunk[];
  readonly keptAfter: number;
}

/** Chunk k of an epoch: a gap, a lead that is off, pace marks, another band, another gain of II from 15 s on. */
function chunkAt(k: number, epoch = 1): Chunk {
  const first = k * LENGTH;
  const leads = { I: ramp(first, LENGTH, 0), II: ramp(first, LENGTH, 1), V1: ramp(first, LENGTH, 2), 'MCL "1"': ramp(first, LENGTH, 3) };
  if (k % 7 === 3) leads.V1.fill(-32768, 20, 50);
  const chunk = chunkOf(first, leads, {
    epoch, rateHz: RATE_HZ, sequence: k, paceMarks: k % 3 === 0 ? [first + 5, first + 77] : [],
    band: k < 20 ? { phase: 'unknown' } : { highpassHz: 0.5, lowpassHz: 40, phase: 'causal' }, placement: 'mason-likar',
    deviceTimeMs: 1_700_000_000_000 + k * 500 + (k >= 25 ? 2_000 : 0),
  });
  return { ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: block.lead === 'II' && k >= 30 ? 400.5 : 200, leadOff: block.lead === 'V1' && k % 9 < 2 })) };
}

const numbered = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const end = (k: number, epoch: number): Chunk => ({ ...chunkAt(k, epoch), blocks: [], paceMarks: [], endOfStream: true });

/** A new epoch is held back when the state is kept; afterwards a second chunk vouches for it. */
const held: Stream = {
  name: 'device-held',
  chunks: [...numbered(0, HELD_AT).filter((k) => k !== 36).map((k) => chunkAt(k)), chunkAt(0, 2), ...numbered(1, 50).map((k) => chunkAt(k, 2)), end(50, 2)],
  keptAfter: HELD_AT,
};

/** Chunks of the new gain came before the last ones of the old: what the old had there is void. */
const voids: Stream = {
  name: 'device-voids',
  chunks: [...numbered(0, 27), 28, 29, 27, 31, 30, 32, 33].map((k) => chunkAt(k)).concat(numbered(34, 80).map((k) => chunkAt(k)), end(80, 1)),
  keptAfter: 33,
};
export const STREAMS: readonly Stream[] = [held, withLateFormat(voids)];

/** Its chunk 29 is sent again in the format of later ones, so that what it held conflicts. */
function withLateFormat({ chunks, ...rest }: Stream): Stream {
  const again = chunkAt(29);
  const other = { ...again, blocks: again.blocks.map((block) => (block.lead === 'I' ? { ...block, aduPerMv: 199 } : block)) };
  return { ...rest, chunks: chunks.flatMap((chunk, i) => (i === 30 ? [chunk, other] : [chunk])) };
}

const STRUCTURAL = 'cardiac-amyloidosis';
/** Of its own, so that another model changes nothing here. */
export const POLICY = policyWith({ findings: { [AF]: { threshold: 0.9 }, [STRUCTURAL]: { threshold: 0.95 } }, structural: { segmentsMin: 200, spanMinS: 0, againAfterS: 86_400 } });
/** AF comes and goes, a structural finding is gathered; beats, and what is usual for the patient, are measured. */
export const OUTCOMES: readonly Outcome[] = numbered(0, 420).map((k) => ({
  ...outcome(k, 0),
  findings: [{ id: AF, probability: k % 60 < 12 ? 0.95 : 0.05 }, { id: STRUCTURAL, probability: 0.97 }],
  measurements: { ...outcome(k, 0).measurements, heartRateBpm: 78, qrsMs: 96 + (k % 5), qtcMs: 410 + (k % 7), st: [{ lead: 'II', mv: 0.02 }], voltages: [{ lead: 'II', rMv: 1.1, sMv: -0.2 }] },
}));
/** The state was kept after so many outcomes, while AF was active and acknowledged. */
export const OUTCOMES_KEPT_AFTER = 128;
