import type { Clock } from '../ports/index.js';
import type { Audit, AuditLine } from './audit.js';

/** Refusals that are alike are summed over this. */
const SUMMED_MS = 10_000;
/** Of so many callers at once each is summed apart; of the others together, by why. */
const CALLERS_MAX = 1000;

/**
 * Refusals on the audit. Of one caller, door and reason the first is a line at once, and those that follow are one line every ten seconds that
 * says how many: who calls in a loop fills no disk, and nothing is left out.
 */
export class Refusals {
  private readonly kept = new Map<string, { last: AuditLine; repeated: number; cancel: () => void }>();

  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  take(line: AuditLine): void {
    const { who, from, surface, why } = line;
    const own = JSON.stringify([who, from, surface, why]);
    const isOwn = this.kept.has(own) || this.kept.size < CALLERS_MAX;
    const key = isOwn ? own : JSON.stringify([surface, why]);
    const last = isOwn ? line : { ...line, who: '', from: 'others', request: '' };
    const kept = this.kept.get(key);
    if (kept === undefined) {
      this.audit(last);
      this.kept.set(key, { last, repeated: 0, cancel: this.sumLater(key) });
    } else {
      kept.last = last;
      kept.repeated++;
    }
  }

  /** Writes what has been counted. */
  close(): void {
    for (const { last, repeated, cancel } of this.kept.values()) {
      cancel();
      if (repeated > 0) this.audit({ ...last, repeated });
    }
    this.kept.clear();
  }

  private sumLater(key: string): () => void {
    return this.clock.after(SUMMED_MS, () => {
      const kept = this.kept.get(key)!;
      if (kept.repeated === 0) return void this.kept.delete(key);
      this.audit({ ...kept.last, repeated: kept.repeated });
      kept.repeated = 0;
      kept.cancel = this.sumLater(key);
    });
  }
}
