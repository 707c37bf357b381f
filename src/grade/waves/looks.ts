import { runNetwork, UNIT, waveNetwork } from './network.js';
import { NETWORK_HZ, whole } from './prepare.js';
import { apart, beatsOf, type NetworkBeat, probabilityOf } from './spans.js';

export const BEAT = 3;
/** A beat is reported from a probability of 0.4 on (chosen by cross-validation). */
const BEAT_LOGIT = Math.log(0.4 / 0.6) * UNIT;
/** What has less than a probability of 0.05 is not thought of; a look that does not think of a beat gives it this. */
const THOUGHT_LOGIT = Math.log(0.05 / 0.95) * UNIT;
const UNTHOUGHT_LOGIT = -3 * UNIT;
const REFRACTORY_S = 0.2;
/** Two looks mean the same beat within this. */
const SAME_BEAT_S = 0.12;

/** All leads together are believed while the network expects fewer wrong beats than this of itself. */
const DOUBT_MAX = 0.2;
/** Looks weigh as the inverse of their doubt, and of this at least. */
const DOUBT_LEAST = 0.02;
/** More leads than these are looked at in so many groups. */
const PARTS = 3;

/** What the network sees in some of the leads. */
export interface Look {
  /** Time × CHANNELS, in 1/UNIT. */
  readonly logits: Int16Array;
  /** Beats that are thought of, ascending. */
  readonly candidates: readonly NetworkBeat[];
  /** Beats that the network expects to have wrong by its own probabilities. */
  readonly doubt: number;
}

/** The middle one of its beats' highest probabilities; 0 without beats. */
function surenessOf({ candidates }: Look): number {
  const sure = candidates.flatMap((beat) => (beat.sure > BEAT_LOGIT ? [beat.sure] : [])).sort((a, b) => a - b);
  return sure.length === 0 ? 0 : probabilityOf(sure[sure.length >> 1]);
}

/** Undefined where nothing moves. */
export function lookAt(rows: readonly Float64Array[]): Look | undefined {
  const numbers = whole(rows);
  if (numbers === undefined) return undefined;
  const logits = runNetwork(waveNetwork(), numbers);
  const candidates = beatsOf(logits, BEAT, numbers[0].length, THOUGHT_LOGIT, 0);
  const doubt = candidates.reduce((sum, { sure }) => sum + Math.min(probabilityOf(sure), 1 - probabilityOf(sure)), 0);
  return { logits, candidates, doubt };
}

/**
 * Beats of `rows`, given what all of them show together. Where that is in doubt, a noisy lead may be why: each lead, or a third of them, is looked at by
 * itself, and for each beat the looks vote with their logits, each weighing by how sure it is of what it sees (a logarithmic opinion pool; Genest and Zidek 1986).
 */
export function beatsSeen(all: Look, rows: readonly Float64Array[]): SeenBeats {
  const refractory = REFRACTORY_S * NETWORK_HZ;
  if (all.doubt <= DOUBT_MAX || rows.length === 1) return { beats: beatsOf(all.logits, BEAT, rows[0].length, BEAT_LOGIT, refractory), sureness: surenessOf(all) };
  const looks = [all, ...parts(rows).flatMap((part) => lookAt(part) ?? [])];
  return { beats: apart(agreed(looks).filter(({ sure }) => sure > BEAT_LOGIT), refractory), sureness: surenessOf(looks.reduce((best, one) => (one.doubt < best.doubt ? one : best))) };
}

export interface SeenBeats {
  readonly beats: readonly NetworkBeat[];
  /** How sure the network is of them where it sees them best, 0 to 1: the middle one of their highest probabilities; 0 without beats. */
  readonly sureness: number;
}

function parts(rows: readonly Float64Array[]): (readonly Float64Array[])[] {
  const count = Math.min(rows.length, PARTS);
  return Array.from({ length: count }, (_, i) => rows.slice(Math.round((i * rows.length) / count), Math.round(((i + 1) * rows.length) / count)));
}

/** Each beat that any look thinks of, where the look that says most of it has it, with the looks' weighted logit. */
function agreed(looks: readonly Look[]): NetworkBeat[] {
  const weights = looks.map(({ doubt }) => 1 / (DOUBT_LEAST + doubt));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const votes = looks.flatMap(({ candidates }, look) => candidates.map(({ middle, sure }) => ({ look, middle, sure })));
  votes.sort((a, b) => b.sure * weights[b.look] - a.sure * weights[a.look]);
  const beats: { readonly middle: number; readonly logits: (number | undefined)[] }[] = [];
  for (const { look, middle, sure } of votes) {
    const near = beats.filter((beat) => Math.abs(beat.middle - middle) < SAME_BEAT_S * NETWORK_HZ);
    const free = near.find(({ logits }) => logits[look] === undefined);
    if (free !== undefined) free.logits[look] = sure;
    else if (near.length === 0) {
      const logits: (number | undefined)[] = [];
      logits[look] = sure;
      beats.push({ middle, logits });
    }
  }
  const vote = (logits: readonly (number | undefined)[]) => weights.reduce((sum, weight, i) => sum + weight * Math.max(UNTHOUGHT_LOGIT, logits[i] ?? UNTHOUGHT_LOGIT), 0) / total;
  return beats.map(({ middle, logits }) => ({ middle, sure: vote(logits) })).sort((a, b) => a.middle - b.middle);
}
