import type { BeatKind } from '../../ecg/index.js';
import type { Numbers } from './features.js';
import { EVIDENCE, SUPRAVENTRICULAR, VENTRICULAR } from './trees.js';

const SPLITS = 7;
const LEAVES = 8;
/** From this probability on. */
const LIMIT = 0.5;

/** Boosted trees of depth three (Friedman, Annals of Statistics 29, 2001): node k has its branches at 2k + 1 and 2k + 2. */
interface Trees {
  readonly base: number;
  readonly features: Uint8Array;
  readonly thresholds: Float32Array;
  readonly leaves: Float32Array;
}

let known: { readonly ventricular: Trees; readonly supraventricular: Trees; /** Of the beat at hand. */ readonly evidence: Float64Array } | undefined;

/** One beat, without regard to its neighbours. */
export interface Classified {
  readonly kind: BeatKind;
  /** Probability of that kind. */
  readonly confidence: number;
  /** Of its being ventricular, whatever it is called. */
  readonly ventricular: number;
}

/** The kind that the evidence speaks for, and how surely. */
export function classify(numbers: Numbers): Classified {
  known ??= { ventricular: unpacked(VENTRICULAR), supraventricular: unpacked(SUPRAVENTRICULAR), evidence: new Float64Array(EVIDENCE.length) };
  const x = known.evidence;
  for (let i = 0; i < EVIDENCE.length; i++) x[i] = numbers[EVIDENCE[i]];
  const v = probability(known.ventricular, x);
  if (v >= LIMIT) return { kind: 'V', confidence: v, ventricular: v };
  const s = (1 - v) * probability(known.supraventricular, x);
  return s >= (1 - v) * LIMIT ? { kind: 'S', confidence: s, ventricular: v } : { kind: 'N', confidence: 1 - v - s, ventricular: v };
}

/** A beat between two ventricular ones is one of them from this probability on: in bigeminy the conducted beats are far below it. */
const LIMIT_BETWEEN = 0.1;

/** Beats in a row, each with its neighbours: what is doubtful in the middle of a run belongs to it. */
export function smoothed(beats: readonly Classified[]): readonly Classified[] {
  const isBetween = (i: number): boolean => beats[i - 1]?.kind === 'V' && beats[i + 1]?.kind === 'V';
  return beats.map((beat, i) => (beat.kind !== 'Q' && beat.ventricular >= LIMIT_BETWEEN && isBetween(i) ? { ...beat, kind: 'V', confidence: beat.ventricular } : beat));
}

function probability({ base, features, thresholds, leaves }: Trees, x: Float64Array): number {
  let sum = base;
  for (let leaf = 0, split = 0; leaf < leaves.length; leaf += LEAVES, split += SPLITS) {
    let node = 0;
    while (node < SPLITS) node = 2 * node + (x[features[split + node]] <= thresholds[split + node] ? 1 : 2);
    sum += leaves[leaf + node - SPLITS];
  }
  return 1 / (1 + Math.exp(-sum));
}

function unpacked(text: string): Trees {
  const bytes = Buffer.from(text, 'base64');
  const size = SPLITS + 4 * (SPLITS + LEAVES);
  const trees = (bytes.length - 4) / size;
  const floats = (from: number, count: number) => Array.from({ length: count }, (_, i) => bytes.readFloatLE(from + 4 * i));
  const each = <Part>(part: (at: number) => readonly Part[]) => Array.from({ length: trees }, (_, tree) => part(4 + tree * size)).flat();
  return {
    base: bytes.readFloatLE(0),
    features: Uint8Array.from(each((at) => [...bytes.subarray(at, at + SPLITS)])),
    thresholds: Float32Array.from(each((at) => floats(at + SPLITS, SPLITS))),
    leaves: Float32Array.from(each((at) => floats(at + SPLITS + 4 * SPLITS, LEAVES))),
  };
}
