/** What kind each beat is of (AAMI EC57: N, S, V, F, Q), against the patient's own dominant beat. Pure. */
import type { NamedKind } from '../../ecg/index.js';
import { NETWORK_HZ } from '../waves/prepare.js';
import { complexOf, type StepWave } from './beats.js';
import { type Beat, beatAt, compare, type Compared, complexAt, dominantOf, isSameForm, LEADS_MAX, learn, ON_TIME, type Template } from './templates.js';
import { type KindsState, type Memory, memoryOf, stateOf } from './state.js';
import { features, type Numbers } from './features.js';
import { type Classified, classify, smoothed } from './classify.js';

export type { KindsState, Numbers };
export { EVIDENCE } from './trees.js';
export { LEADS_MAX };

/** Intervals remembered. */
const INTERVALS = 8;
/** The usual interval is a running mean over about so many, between beats of the patient's own forms. */
const USUAL_BEATS = 8;
/** A beat is paced by a spike that the device reports this long before its middle (s). */
const PACED_S = 0.16;
/** Longer is a pause or a hole (s): no interval to learn from. */
const INTERVAL_MAX_S = 2.5;

export interface Stretch {
  /** Leads at 125 Hz in mV and their names, at most eight. */
  readonly rows: readonly Float64Array[];
  readonly leads: readonly string[];
  readonly waves: readonly StepWave[];
  /** Steps, ascending; those in from … to are to be named. */
  readonly beats: readonly number[];
  /** Pacing spikes that the device reports, in steps. */
  readonly paceMarks: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Seconds from the beat before the first of them, where it lies before the stretch. */
  readonly sinceS?: number;
}

export interface NamedBeat extends NamedKind {
  readonly numbers: Numbers;
}

/** @param learns may its forms be learnt? Not where the signal is not to be trusted */
export function kindsOf(stretch: Stretch, learns: boolean, before: KindsState | undefined): { readonly kinds: readonly NamedBeat[]; readonly state: KindsState } {
  const { rows, leads, waves, beats, from, to } = stretch;
  const memory = memoryOf(before, leads);
  const own: { readonly at: number; readonly interval?: number; readonly next?: number; readonly usual?: number; readonly recent: readonly number[]; readonly complex: ReturnType<typeof complexOf>; readonly beat: Beat; readonly before: ReadonlyMap<Template, Compared> }[] = [];
  /** Which of the beats each form has learnt last: what was compared with it since is so still. */
  const learntAt = new Map<Template, number>();
  beats.forEach((beat, i) => {
    if (beat < from || beat >= to) return;
    const at = Math.round(beat);
    const interval = i > 0 ? (beat - beats[i - 1]) / NETWORK_HZ : stretch.sinceS;
    const next = i + 1 < beats.length ? (beats[i + 1] - beat) / NETWORK_HZ : undefined;
    const complex = complexOf(rows, waves, at, NETWORK_HZ);
    const one = { at, interval, next, usual: memory.usual, recent: [...memory.intervals], complex, beat: beatAt(rows, at), before: new Map<Template, Compared>() };
    own.push(one);
    if (learns) learntAt.set(follow(memory, one.beat, interval, complex, one.before), own.length - 1);
  });
  const dominant = dominantOf(memory.templates);
  const classified = own.map((one, k): { readonly numbers: Numbers; readonly beat: Classified } => {
    const isKnown = (template: Template) => (learntAt.get(template) ?? -1) < k;
    const compared = new Map(memory.templates.map((template) => [template, (isKnown(template) ? one.before.get(template) : undefined) ?? compare(template, one.beat)]));
    const numbers = features(one, dominant, compared, memory);
    const isPaced = stretch.paceMarks.some((mark) => mark <= one.at && one.at - mark <= PACED_S * NETWORK_HZ);
    return { numbers, beat: isPaced ? { kind: 'Q', confidence: 1, ventricular: 0 } : classify(numbers) };
  });
  const kinds = smoothed(classified.map(({ beat }) => beat)).map(({ kind, confidence }, i) => ({ kind, confidence, numbers: classified[i].numbers }));
  return { kinds, state: stateOf(memory) };
}

/** Learns from one beat: its form, which is returned, and when such beats come. What it is compared with is put down. */
function follow(memory: Memory, beat: Beat, interval: number | undefined, { width, hasP, t, bend }: ReturnType<typeof complexOf>, before: Map<Template, Compared>): Template {
  const early = interval === undefined || memory.usual === undefined || interval > INTERVAL_MAX_S ? undefined : Math.min(interval / memory.usual, 2);
  let best: { readonly template: Template; readonly compared: Compared } | undefined;
  for (const template of memory.templates) {
    const compared = compare(template, beat);
    before.set(template, compared);
    if (isSameForm(compared) && (best === undefined || compared.correlation > best.compared.correlation)) best = { template, compared };
  }
  const form = learn(memory.templates, best?.template, complexAt(beat, best?.compared.at ?? beat.middle), { early, width, p: hasP ? 1 : 0, t, bend });
  const isOwn = form === dominantOf(memory.templates) || form.early >= ON_TIME;
  if (interval !== undefined && interval <= INTERVAL_MAX_S) {
    memory.intervals.push(interval);
    if (memory.intervals.length > INTERVALS) memory.intervals.shift();
    if (memory.usual === undefined) memory.usual = interval;
    else if (isOwn && memory.wasOwn) memory.usual += (interval - memory.usual) / USUAL_BEATS;
  }
  memory.wasOwn = isOwn;
  return form;
}
