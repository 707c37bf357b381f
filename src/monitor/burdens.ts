import { type BeatRun, rhythmAfter } from '../decide/index.js';
import { type Burdens, burdensAt, type BurdenSeries, stepBurdens } from '../deliver/index.js';
import type { Outcome } from '../ecg/index.js';

const FIBRILLATION = 'rule-atrial-fibrillation';
const ASKED = new Set([FIBRILLATION]);
/** Devices whose last beats are kept. */
const DEVICES_MAX = 10_000;

/** What each minute of a bed held, from the outcomes that come: ectopic beats, heart rate, atrial fibrillation. */
export class BurdenBook {
  private readonly state: Burdens = new Map();
  private readonly rhythms = new Map<string, { readonly encounter?: string; readonly runs: readonly BeatRun[] }>();

  /** @param atMs when the log took it */
  take(outcome: Outcome, atMs: number): void {
    const { device, epoch, firstSample, rateHz, startMs, brokerOffsetMs, association: { encounter, bed, unit, isDisputed } } = outcome;
    // Of one of two patients: it is in the minutes of neither.
    if (isDisputed) return;
    const known = this.rhythms.get(device);
    // What was another patient's says nothing of this one.
    const { runs, observed, stretches, hasKinds } = rhythmAfter(known?.encounter === encounter ? (known?.runs ?? []) : [], outcome, ASKED);
    this.rhythms.delete(device);
    this.rhythms.set(device, { encounter, runs });
    if (this.rhythms.size > DEVICES_MAX) this.rhythms.delete(this.rhythms.keys().next().value!);
    // A rule that looks back over a minute speaks of all of it.
    const assessed = hasKinds ? observed.flatMap(({ toS, lookBackFromS }) => (lookBackFromS === undefined ? [] : [{ fromS: lookBackFromS, toS }])) : [];
    stepBurdens(this.state, {
      ...{ device, epoch, encounter, bed, unit, atMs, observed, hasKinds },
      startMs: startMs + brokerOffsetMs,
      startS: firstSample / rateHz,
      assessed: [...stretches, ...assessed],
      fibrillation: stretches,
    });
  }

  /** `nowMs`: of the log's clock. */
  series(nowMs: number, minutes: number, isAsked: (of: Pick<BurdenSeries, 'device' | 'unit'>) => boolean): readonly BurdenSeries[] {
    return burdensAt(this.state, nowMs, minutes, isAsked);
  }
}
