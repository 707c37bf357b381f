import type { Policy } from '../../src/decide/index.js';
import { eventHash } from '../../src/decide/index.js';
import type { Load } from '../../src/line/index.js';
import type { LogRecord, Topic } from '../../src/ports/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeAlert, decodeOutcome } from '../../src/wire/index.js';
import { type Expected, expectedAlerts } from './expected.js';

/** Everything that a finished run left behind. */
export interface Remains {
  readonly records: ReadonlyMap<Topic, readonly LogRecord[]>;
  readonly expected: Expected;
  readonly policy: Policy;
  /** The most that lay between assemble and publish, and its bound. */
  readonly waiting: Load;
  readonly bound: Load;
  /** False: after healing, something was still not processed when the time was up. */
  readonly settled: boolean;
  /** With ages unlimited and the encoder always there, every segment that can be scored is. */
  readonly allScored: boolean;
}

/** One promise, one checker: each says what is wrong, or nothing. */
export type Checker = (remains: Remains) => string | undefined;

function segments(remains: Remains) {
  return remains.records.get(TOPICS.outcomes)!.flatMap((record) => {
    const decoded = decodeOutcome(record.value!);
    return decoded?.type === 'segment' ? [decoded.outcome] : [];
  });
}

function firstRepeat(items: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return items.find((item) => seen.size === seen.add(item).size);
}

/** Promise 1: every segment of the signal has an outcome, every refused chunk is in the rejects. */
export const nothingLost: Checker = (remains) => {
  const ids = new Set(segments(remains).map((outcome) => outcome.id));
  for (const list of remains.expected.outcomes.values()) {
    const lost = list.find(({ id }) => !ids.has(id));
    if (lost !== undefined) return `segment ${lost.id} has no outcome`;
  }
  const rejects = new Set(rejectsOf(remains));
  const missing = remains.expected.rejects.find((reject) => !rejects.has(reject));
  return missing && `chunk ${missing} is not among the rejects`;
};

/** Promise 1: nothing is there that the signal does not give. */
export const nothingInvented: Checker = (remains) => {
  const ids = new Set([...remains.expected.outcomes.values()].flat().map(({ id }) => id));
  const invented = segments(remains).find((outcome) => !ids.has(outcome.id));
  return invented && `outcome ${invented.id} belongs to no segment`;
};

/** Promise 2: each outcome, reject and alert event is there once. */
export const nothingRepeated: Checker = (remains) => {
  const alerts = remains.records.get(TOPICS.alerts)!.map((record) => decodeAlert(record.value!)!);
  const repeated =
    firstRepeat(segments(remains).map((outcome) => outcome.id)) ??
    firstRepeat(rejectsOf(remains)) ??
    firstRepeat(alerts.map((event) => `${event.alertId}#${event.sequence}`));
  return repeated && `${repeated} is there twice`;
};

function rejectsOf(remains: Remains): string[] {
  return remains.records.get(TOPICS.rejects)!.map(({ headers }) => `${headers['source-partition']}:${headers['source-offset']}:${headers.reason}`);
}

/** Promise 3: within a device, outcomes stay in segment order. */
export const nothingOutOfOrder: Checker = (remains) => {
  const byDevice = new Map<string, string[]>();
  for (const outcome of segments(remains)) byDevice.set(outcome.device, [...(byDevice.get(outcome.device) ?? []), outcome.id]);
  for (const [device, ids] of byDevice) {
    const known = new Set(ids);
    const wanted = (remains.expected.outcomes.get(device) ?? []).map(({ id }) => id).filter((id) => known.has(id));
    const at = wanted.findIndex((id, i) => ids[i] !== id);
    if (at >= 0) return `${device}: ${ids[at]} where ${wanted[at]} should be`;
  }
  return undefined;
};

/** Promise 2: the same samples give the same grade and the same scores. */
export const nothingDiffers: Checker = (remains) => {
  const expected = new Map([...remains.expected.outcomes.values()].flat().map((outcome) => [outcome.id, outcome]));
  for (const outcome of segments(remains)) {
    const wanted = expected.get(outcome.id);
    if (wanted === undefined) continue;
    if (outcome.grade !== wanted.grade) return `${outcome.id}: graded ${outcome.grade}, not ${wanted.grade}`;
    if (remains.allScored && (outcome.status === 'scored') !== (wanted.findings !== undefined)) return `${outcome.id}: ${outcome.status}`;
    if (outcome.status !== 'scored' || wanted.findings === undefined) continue;
    const differs = wanted.findings.find(({ id, probability }, i) => outcome.findings[i]?.id !== id || outcome.findings[i].probability !== Math.fround(probability));
    if (differs !== undefined) return `${outcome.id}: ${differs.id} is scored differently`;
  }
  return undefined;
};

/** Promise 2: the alerts are the fold of the outcomes, in their order, and each alert's events form a chain. */
export const decisionsFollow: Checker = (remains) => {
  const alerts = remains.records.get(TOPICS.alerts)!;
  for (const partition of new Set(alerts.map((record) => record.partition))) {
    const outcomes = remains.records.get(TOPICS.outcomes)!.filter((record) => record.partition === partition);
    const wanted = expectedAlerts(outcomes, remains.policy);
    const there = alerts.filter((record) => record.partition === partition).map((record) => decodeAlert(record.value!)!);
    const at = wanted.findIndex((event, i) => there[i]?.hash !== event.hash);
    if (at >= 0 || there.length !== wanted.length) return `partition ${partition}: event ${at} of ${wanted.length} differs (${there.length} there)`;
    const broken = there.find((event) => eventHash(event) !== event.hash);
    if (broken !== undefined) return `${broken.alertId}: its hash does not follow from what it says`;
  }
  return undefined;
};

/** Promise 3: what waits is bounded. */
export const bounded: Checker = ({ waiting, bound }) => {
  if (waiting.segments > bound.segments) return `${waiting.segments} segments waited, ${bound.segments} may`;
  return waiting.bytes > bound.bytes ? `${waiting.bytes} bytes waited, ${bound.bytes} may` : undefined;
};

/** After healing, everything goes on to the end. */
export const liveAgain: Checker = ({ settled }) => (settled ? undefined : 'something was never processed after all faults had healed');

export const CHECKERS: Readonly<Record<string, Checker>> = {
  nothingLost,
  nothingInvented,
  nothingRepeated,
  nothingOutOfOrder,
  nothingDiffers,
  decisionsFollow,
  bounded,
  liveAgain,
};
