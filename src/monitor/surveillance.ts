import { findingNotWatched, groupNotWatched, type Policy } from '../decide/index.js';
import { endSurveillance, sharesAt, stepSurveillance, type Surveillance } from '../deliver/index.js';
import { type Outcome, printable } from '../ecg/index.js';
import type { Clock, Meter } from '../ports/index.js';

const GAUGE_EVERY_MS = 15_000;
/** Of a bed whose unit is not known. */
const NO_UNIT = 'unknown';

/** One finding at one bed. */
export interface FindingWatch {
  readonly id: string;
  readonly watched: boolean;
  readonly why?: string;
  readonly sinceMs: number;
  readonly share24h: number;
}

export interface BedSurveillance {
  readonly device: string;
  readonly bed: string;
  readonly unit?: string;
  readonly findings: readonly FindingWatch[];
}

/** For every bed and finding: is it watched, and if not why; the same by unit as metrics. */
export class SurveillanceBook {
  private readonly groups: Policy['groups'];
  private readonly state: Surveillance = new Map();
  /** Unit and reason of every gauge that has been set. */
  private readonly labels = new Set<string>();
  private cancel = () => {};

  constructor(
    /** As it is now: verdicts may demote a finding. */
    public policy: Policy,
    clock: Clock,
    meter: Meter,
    /** Ms since 1970 by the log's clock. */
    private readonly logNowMs: () => number,
  ) {
    this.groups = policy.groups;
    const watched = meter.gauge('purkinje_deliver_findings_watched', 'Findings of beds that are watched now, by unit; the others by what stands in the way.', ['unit', 'why']);
    const updateGauges = (): void => {
      const counts = new Map<string, number>([...this.labels].map((key) => [key, 0]));
      for (const { unit: name = NO_UNIT, findings } of this.beds()) {
        const unit = printable(name);
        for (const { why = 'watched' } of findings) counts.set(`${unit}\n${why}`, (counts.get(`${unit}\n${why}`) ?? 0) + 1);
      }
      for (const [key, count] of counts) {
        this.labels.add(key);
        const [unit, why] = key.split('\n');
        watched.set(count, { unit, why });
      }
      this.cancel = clock.after(GAUGE_EVERY_MS, updateGauges);
    };
    this.cancel = clock.after(GAUGE_EVERY_MS, updateGauges);
  }

  take(outcome: Outcome, atMs: number): void {
    stepSurveillance(this.state, outcome, this.groups.map((group) => groupNotWatched(group, outcome)), atMs);
  }

  /** The device ended its stream; `atMs`: when the log took the report. */
  end(device: string, atMs: number): void {
    endSurveillance(this.state, device, atMs);
  }

  beds(): readonly BedSurveillance[] {
    const nowMs = this.logNowMs();
    return [...this.state.values()].map((watch) => {
      const { outcome } = watch;
      const { bed = outcome.device, unit } = outcome.association;
      const findings = sharesAt(watch, nowMs).flatMap(({ why, sinceMs, share24h }, k) => this.groups[k].findings.map((id): FindingWatch => {
        const own = why ?? findingNotWatched(id, outcome, this.policy);
        return { id, watched: own === undefined, why: own, sinceMs, share24h: why === undefined && own !== undefined ? 0 : share24h };
      }));
      return { device: outcome.device, bed, unit, findings };
    });
  }

  close(): void {
    this.cancel();
  }
}
