import { BEATS_DISPUTED, type Outcome } from '../ecg/index.js';
import { EMPTY_SKETCH, type MedianSketch, medianOf, withValue } from './median.js';

/** What is usual for a patient: medians of the first hour. Undefined: it could not be measured often enough. */
export interface Baseline {
  readonly qrsMs?: number;
  readonly qtcMs?: number;
  /** By lead. */
  readonly stMv: Readonly<Record<string, number>>;
}

/** The first hour while it lasts, and then what came of it. Plain JSON. */
export interface BaselineState {
  /** On the subject's time. */
  readonly sinceMs: number;
  readonly sketches: Readonly<Record<string, MedianSketch>>;
  readonly own?: Baseline;
}

const HOUR_MS = 3_600_000;
/** Fewer segments tell nothing of what is usual. */
const SEGMENTS_MIN = 30;

/** Each measurement as a share of its range, for the sketch: half a bin is 2 ms of QRS, 2.5 ms of QTc, 0.01 mV of ST. */
const RANGES = { qrsMs: { from: 0, over: 400 }, qtcMs: { from: 200, over: 500 }, stMv: { from: -1, over: 2 } } as const;
type Measured = keyof typeof RANGES;

function shareOf(what: Measured, value: number): number {
  const { from, over } = RANGES[what];
  return Math.min(Math.max((value - from) / over, 0), 1);
}

/** One more outcome at the subject's time. A paced or doubtful segment says nothing of what is usual. */
export function baselineAfter(before: BaselineState | undefined, outcome: Outcome, timeMs: number): BaselineState | undefined {
  if (before?.own !== undefined || !outcome.gates.morphology || outcome.pacing === 'paced' || outcome.reasons.includes(BEATS_DISPUTED)) return before;
  const state = before ?? { sinceMs: timeMs, sketches: {} };
  if (timeMs - state.sinceMs >= HOUR_MS) return { sinceMs: state.sinceMs, sketches: {}, own: baselineOf(state.sketches) };
  const { qrsMs, qtcMs, st } = outcome.measurements;
  const sketches: Record<string, MedianSketch> = { ...state.sketches };
  const take = (key: string, what: Measured, value: number | undefined): void => {
    if (value !== undefined) sketches[key] = withValue(sketches[key] ?? EMPTY_SKETCH, shareOf(what, value));
  };
  take('qrsMs', 'qrsMs', qrsMs);
  take('qtcMs', 'qtcMs', qtcMs);
  for (const { lead, mv } of st) take(`st ${lead}`, 'stMv', mv);
  return { sinceMs: state.sinceMs, sketches };
}

function baselineOf(sketches: Readonly<Record<string, MedianSketch>>): Baseline {
  const usual = (key: string, what: Measured): number | undefined => {
    const sketch = sketches[key];
    return sketch === undefined || sketch.count < SEGMENTS_MIN ? undefined : RANGES[what].from + medianOf(sketch) * RANGES[what].over;
  };
  const leads = Object.keys(sketches).flatMap((key) => (key.startsWith('st ') ? [key.slice(3)] : []));
  return {
    qrsMs: usual('qrsMs', 'qrsMs'),
    qtcMs: usual('qtcMs', 'qtcMs'),
    stMv: Object.fromEntries(leads.flatMap((lead) => {
      const mv = usual(`st ${lead}`, 'stMv');
      return mv === undefined ? [] : [[lead, mv]];
    })),
  };
}
