import type { Wave, WaveKind } from '../../ecg/index.js';
import { energyBeats } from './energy.js';
import { longT } from './long.js';
import { beatsSeen, lookAt } from './looks.js';
import { type NamedLead, NETWORK_HZ, prepare, type Prepared } from './prepare.js';
import { oneBetween, qrsOf, type Span, spansOf } from './spans.js';

export type { NamedLead, Prepared };

/** Beats and waves that all leads together show, in samples from the start, ascending. */
export interface Delineation {
  /** QRS complexes: where the network is surest, near the R peak. */
  readonly beats: readonly number[];
  /** QRS complexes as the second, independent detector has them: for judging the signal, not for counting. */
  readonly second: readonly number[];
  /** How sure the network is of its beats where it sees them best, 0 to 1: the middle one of their highest probabilities; 0 without beats. */
  readonly sureness: number;
  readonly waves: readonly Wave[];
  /** What was looked at; undefined: nothing. */
  readonly prepared?: Prepared;
}

const NOTHING: Delineation = { beats: [], second: [], sureness: 0, waves: [] };

/** Shorter than this it is no wave (s); its edges are where its probability passes 0.5. */
const SHORTEST_S: Readonly<Record<WaveKind, number>> = { P: 0.024, QRS: 0.032, T: 0.048 };
const P = 0;
const QRS = 1;
const T = 2;
/** A beat's QRS has its middle within this of the beat. */
const QRS_REACH_S = 0.12;
/** Parts of one T wave lie closer together than this. */
const T_GAP_S = 0.12;

/**
 * P, QRS and T of a stretch of signal, over all its leads at once. Source: see `network.ts`; how it was taught and how well it does:
 * docs/signal.md.
 * @param leads of one length, mV at `rateHz`
 */
export function delineate(leads: readonly NamedLead[], rateHz: number): Delineation {
  const prepared = prepare(leads, rateHz);
  const look = prepared && lookAt(prepared.rows);
  if (prepared === undefined || look === undefined) return NOTHING;
  const { rows, leads: names } = prepared;
  const { logits } = look;
  const time = rows[0].length;
  const scale = prepared.samplesPerStep;
  const { beats: found, sureness } = beatsSeen(look, rows.slice(0, names.length));
  const qrs = qrsOf(spansOf(logits, QRS, time, 0), found, QRS_REACH_S * NETWORK_HZ);
  const gap = T_GAP_S * NETWORK_HZ;
  const t = longT(rows, qrs, oneBetween(spansOf(logits, T, time, 0), qrs, gap), T, gap);
  const wavesFrom = (wave: WaveKind, spans: readonly Span[]): Wave[] =>
    spans
      // A wave that an end of the signal cuts has no edge there.
      .filter(([from, to]) => from > 0 && to < time - 1 && to - from >= SHORTEST_S[wave] * NETWORK_HZ)
      .map(([from, to]) => ({ wave, onset: from * scale, peak: peakOf(rows, from, to) * scale, offset: to * scale }));
  return {
    beats: found.map(({ middle }) => Math.round(middle * scale)),
    second: energyBeats(prepared).map((step) => Math.round(step * scale)),
    sureness,
    prepared,
    waves: [...wavesFrom('P', spansOf(logits, P, time, 0)), ...wavesFrom('QRS', qrs), ...wavesFrom('T', t)].sort((a, b) => a.onset - b.onset),
  };
}

/** Where the leads together are farthest from the line between the edges. */
function peakOf(rows: readonly Float64Array[], from: number, to: number): number {
  const [a, b] = [Math.ceil(from), Math.floor(to)];
  let best = a;
  let most = -1;
  for (let t = a; t <= b; t++) {
    let power = 0;
    for (const row of rows) power += (row[t] - row[a] - ((row[b] - row[a]) * (t - a)) / (b - a || 1)) ** 2;
    if (power > most) [most, best] = [power, t];
  }
  return best;
}
