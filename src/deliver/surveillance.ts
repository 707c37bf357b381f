import { type Outcome, SEGMENT_SECONDS } from '../ecg/index.js';
import { belongsToEnded, type Ended } from './ended.js';

/** What the latest segment of a device says of each group of findings, and how much of the last day each was watched. */
export interface DeviceWatch {
  readonly outcome: Pick<Outcome, 'device' | 'epoch' | 'association' | 'demo' | 'modelHash'>;
  /** When the log took the first and the latest segment. */
  readonly firstMs: number;
  readonly heardMs: number;
  readonly groups: readonly GroupWatch[];
  /** Undefined: the stream has not ended, or has begun again. */
  readonly ended?: Ended;
}

interface GroupWatch {
  /** What stands in the way; undefined: it is watched. */
  readonly why?: string;
  /** Since when that is so, by the log's time. */
  readonly sinceMs: number;
  /** Watched seconds in each hour of the last day, and which hour each place stands for. */
  readonly seconds: Float32Array;
  readonly hours: Int32Array;
}

/** By device. Owned by the step: it changes in place. */
export type Surveillance = Map<string, DeviceWatch>;

const DEVICES_MAX = 10_000;
const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Without news for so long a bed is not watched, whatever its last segment was. */
const STALE_MS = 45_000;

/** Folds one segment in. `why`: what stands in the way of each group; `atMs`: when the log took it. */
export function stepSurveillance(state: Surveillance, outcome: Outcome, why: readonly (string | undefined)[], atMs: number): Surveillance {
  const before = state.get(outcome.device);
  const hour = Math.floor(atMs / HOUR_MS);
  const groups = why.map((reason, k): GroupWatch => {
    const own = before?.groups[k];
    const [seconds, hours] = [own?.seconds ?? new Float32Array(HOURS), own?.hours ?? new Int32Array(HOURS)];
    const place = hour % HOURS;
    if (hours[place] !== hour) {
      hours[place] = hour;
      seconds[place] = 0;
    }
    if (reason === undefined) seconds[place] += SEGMENT_SECONDS;
    return { why: reason, sinceMs: own !== undefined && own.why === reason ? own.sinceMs : atMs, seconds, hours };
  });
  const { device, epoch, association, demo, modelHash } = outcome;
  const ended = belongsToEnded(before?.ended, epoch, atMs) ? before?.ended : undefined;
  // Set again, so that the map stays in the order of last news.
  state.delete(device);
  state.set(device, { outcome: { device, epoch, association, demo, modelHash }, ended, firstMs: before?.firstMs ?? atMs - SEGMENT_SECONDS * 1000, heardMs: atMs, groups });
  if (state.size > DEVICES_MAX) state.delete(state.keys().next().value!);
  return state;
}

/** The device ended its stream regularly: nothing is watched of it from here on. `atMs`: when the log took the report. */
export function endSurveillance(state: Surveillance, device: string, atMs: number): Surveillance {
  const before = state.get(device);
  if (before !== undefined) state.set(device, { ...before, ended: { atMs, epoch: before.outcome.epoch } });
  return state;
}

/** Of one group now: is it watched, since when that is so, and what share of the last day (or since the device is known) it was. */
export interface WatchedShare {
  readonly why?: string;
  readonly sinceMs: number;
  readonly share24h: number;
}

/** `nowMs`: of the log's clock. */
export function sharesAt({ groups, firstMs, heardMs, ended }: DeviceWatch, nowMs: number): readonly WatchedShare[] {
  const over = ended !== undefined ? { why: 'ended', sinceMs: ended.atMs } : nowMs - heardMs > STALE_MS ? { why: 'silent', sinceMs: heardMs } : undefined;
  const hour = Math.floor(nowMs / HOUR_MS);
  const knownS = Math.min(nowMs - firstMs, HOURS * HOUR_MS) / 1000;
  return groups.map(({ why, sinceMs, seconds, hours }) => {
    const watchedS = seconds.reduce((sum, value, place) => (hour - hours[place] < HOURS ? sum + value : sum), 0);
    return { ...(over ?? { why, sinceMs }), share24h: knownS <= 0 ? 0 : Math.min(1, watchedS / knownS) };
  });
}
