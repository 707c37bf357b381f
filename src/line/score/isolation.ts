import type { NewRecord } from '../../ports/index.js';
import type { AbsenceWatch } from '../absence.js';
import type { ScoreDeps } from '../deps.js';
import { deadLetter } from '../outcome.js';

/** Failures of one device within the window after which it is quarantined. */
const FAILURES_MAX = 3;
/** Devices whose failures are remembered. */
const DEVICES_MAX = 10_000;
/** Broker time, ms: both how long failures are remembered and how long a quarantine lasts. */
const QUARANTINE_MS = 600_000;

export type FailedStage = 'assemble' | 'grade' | 'condition' | 'encode' | 'publish';

interface Failures {
  readonly failedMs: readonly number[];
  readonly untilMs: number;
}

/**
 * What would fail again if it were tried again is isolated: it is counted and written as a dead letter, and its device, after
 * repeats, is quarantined for a while and reported as silent. Every other device continues.
 */
export class Isolation {
  private readonly devices = new Map<string, Failures>();

  constructor(
    private readonly partition: number,
    private readonly absence: AbsenceWatch,
    private readonly deps: Pick<ScoreDeps, 'meters' | 'onIsolated'>,
  ) {}

  /** Something of the device failed in a stage; the record at `offset` caused it. Returns what is to be written. */
  fail(device: string, offset: number, brokerMs: number, stage: FailedStage, error: unknown): NewRecord {
    const { meters, onIsolated } = this.deps;
    const reason = stage === 'publish' ? 'output-refused' : 'processing-failed';
    meters.isolated.add(1, { stage });
    meters.rejects.add(1, { reason });
    onIsolated(stage, this.partition, offset, error);
    const failedMs = [...(this.devices.get(device)?.failedMs ?? []), brokerMs].filter((ms) => brokerMs - ms < QUARANTINE_MS).slice(-FAILURES_MAX);
    const isQuarantined = failedMs.length === FAILURES_MAX;
    // Set again, so that the map stays in the order of last failures.
    this.devices.delete(device);
    this.devices.set(device, { failedMs, untilMs: isQuarantined ? brokerMs + QUARANTINE_MS : -Infinity });
    if (this.devices.size > DEVICES_MAX) this.devices.delete(this.devices.keys().next().value!);
    if (isQuarantined) this.absence.miss(device);
    return deadLetter(device, { partition: this.partition, offset }, { reason });
  }

  isQuarantined(device: string, brokerMs: number): boolean {
    const failures = this.devices.get(device);
    if (failures === undefined) return false;
    if (brokerMs < failures.untilMs) return true;
    // Served, or too long ago to count.
    if (failures.untilMs > -Infinity || failures.failedMs.every((ms) => brokerMs - ms >= QUARANTINE_MS)) this.devices.delete(device);
    return false;
  }
}
