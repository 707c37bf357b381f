import { BEATS_DISPUTED, type BeatKind, type Outcome } from '../ecg/index.js';
import { type BeatRun, beatsAfter, LOOK_BACK_S, UNKNOWN_KIND } from './rhythm.js';
import { BEAT_RULES } from './rules/index.js';
import type { BeatRule } from './rules/rule.js';

/** Where a rule on beats holds, whether or not anyone is alerted: before hysteresis, cool-down, mode and budget. Seconds of the epoch. */
export interface RuleStretch {
  readonly rule: BeatRule['id'];
  readonly fromS: number;
  readonly toS: number;
}

/** What of an outcome is new: beats that were not counted before, and where they could be. Seconds of the epoch. */
export interface NewBeats {
  readonly fromS: number;
  readonly toS: number;
  /** Kind undefined: its shape is not to be trusted. */
  readonly beats: readonly { readonly atS: number; readonly kind?: BeatKind; readonly sinceS?: number }[];
  /** Where the rules' longest look-back begins; undefined: less than that is known. */
  readonly lookBackFromS?: number;
}

export interface RhythmAfter {
  readonly runs: readonly BeatRun[];
  readonly observed: readonly NewBeats[];
  /** All that the rules state; a stretch that goes on is stated again with its new end. */
  readonly stretches: readonly RuleStretch[];
  /** Kinds, and rules on them, are to be trusted in it. */
  readonly hasKinds: boolean;
}

/** The rhythm after one more outcome of a device. @param asked the rules that are wanted; undefined: all on beats */
export function rhythmAfter(runs: readonly BeatRun[], outcome: Outcome, asked?: ReadonlySet<string>): RhythmAfter {
  const after = beatsAfter(runs, outcome);
  const hasKinds = outcome.gates.morphology && !outcome.reasons.includes(BEATS_DISPUTED);
  const rules = BEAT_RULES.filter(({ id, isOnKinds }) => (hasKinds || isOnKinds === undefined) && (asked === undefined || asked.has(id)));
  let known = runs.find(({ device, epoch }) => device === outcome.device && epoch === outcome.epoch);
  const observed = after.ended.map((run): NewBeats => {
    const fromS = known !== undefined && run.fromS === known.fromS ? known.throughS : run.fromS;
    known = run;
    return { fromS, toS: run.throughS, beats: newIn(run), ...(run.throughS - run.fromS >= LOOK_BACK_S && { lookBackFromS: run.throughS - LOOK_BACK_S }) };
  });
  return { runs: after.runs, observed, stretches: after.ended.flatMap((run) => rules.flatMap((rule) => allOf(rule, run))), hasKinds };
}

function newIn({ beats, kinds = '', before }: BeatRun): NewBeats['beats'] {
  return beats.slice(before).map((atS, k) => {
    const letter = kinds[before + k] ?? UNKNOWN_KIND;
    const last = beats[before + k - 1];
    return { atS, ...(letter !== UNKNOWN_KIND && { kind: letter as BeatKind }), ...(last !== undefined && { sinceS: atS - last }) };
  });
}

/** A rule finds the first stretch that ends in the last segment: asked again for what ends after it. */
function allOf(rule: BeatRule, run: BeatRun): RuleStretch[] {
  const found: RuleStretch[] = [];
  for (let { before } = run; before <= run.beats.length;) {
    const one = rule.finds({ ...run, before });
    if (one === undefined || one.toS <= (found.at(-1)?.toS ?? -Infinity)) break;
    found.push({ rule: rule.id, fromS: one.fromS, toS: one.toS });
    const next = run.beats.findIndex((atS) => atS > one.toS);
    if (next <= before) break;
    before = next;
  }
  return found;
}
