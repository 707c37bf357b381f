/** What the topics hold, read committed: while a run goes on, and when it is over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseCatalogue, parseContract, parseThresholdSet, withThresholds } from '../../src/contract/index.js';
import { POLICY_DEFAULTS, policyOf } from '../../src/decide/index.js';
import type { Outcome } from '../../src/ecg/index.js';
import { type Follower, type Log, type LogRecord, type Topic, TOPICS } from '../../src/ports/index.js';
import { decodeAlert, decodeOutcome } from '../../src/wire/index.js';
import { decisionsFollow, nothingDiffers, nothingInvented, nothingLost, nothingOutOfOrder, nothingRepeated, type Remains } from '../simulation/checkers.js';
import { type Expected, expectedAlerts, expectedOf } from '../simulation/expected.js';
import { until } from '../log/probe-step.js';
import { STRUCTURAL } from './processes.js';

const MODELS = join(import.meta.dirname, '..', '..', 'models');
const json = (path: string): unknown => JSON.parse(readFileSync(join(MODELS, path), 'utf8'));

function policy() {
  const [catalogue, contract] = [parseCatalogue(json('catalogue.json')), parseContract(json('purkinje-s/encoder.json'))];
  if (!catalogue.ok || !contract.ok) throw new Error('models/ cannot be read');
  const set = parseThresholdSet(json('purkinje-s/thresholds.json'), contract.value);
  if (!set.ok) throw new Error('the bundled threshold set does not parse');
  return policyOf(catalogue.value, withThresholds(contract.value, set.value).targets, { ...POLICY_DEFAULTS, structural: { ...POLICY_DEFAULTS.structural, ...STRUCTURAL } });
}
export const POLICY = policy();

/** Scores of the same samples in another batch may differ in their last bits. */
const PROBABILITY_TOLERANCE = 1e-5;

const DECIDED = /^decide\/\d+\/@position$/;

/** Follows outcomes, rejects and alerts, as a monitor would. */
export class Chronicle {
  readonly ids = new Set<string>();
  readonly outcomes: LogRecord[] = [];
  rejects = 0;
  alerts = 0;
  /** Transactions of the decide step. */
  decisions = 0;
  private followers: Follower[] = [];

  private constructor(private readonly log: Log) {}

  static async follow(log: Log): Promise<Chronicle> {
    const chronicle = new Chronicle(log);
    chronicle.followers = [
      await log.follow(TOPICS.outcomes, (records) => chronicle.takeOutcomes(records)),
      await log.follow(TOPICS.rejects, (records) => void (chronicle.rejects += records.length)),
      await log.follow(TOPICS.alerts, (records) => void (chronicle.alerts += records.length)),
      await log.follow(TOPICS.checkpoints, (records) => void (chronicle.decisions += records.filter(({ key }) => DECIDED.test(key ?? '')).length)),
    ];
    return chronicle;
  }

  private takeOutcomes(records: readonly LogRecord[]): void {
    for (const record of records) {
      this.outcomes.push(record);
      const decoded = decodeOutcome(record.value!);
      if (decoded?.type === 'segment') this.ids.add(decoded.outcome.id);
    }
  }

  /** Waits until every segment of the signal has its outcome, every reject is reported and every alert decided. */
  async complete(withinMs: number, tail: () => string = () => ''): Promise<Expected> {
    const expected = expectedOf((await readAll(this.log, [TOPICS.signal])).get(TOPICS.signal)!);
    const ids = [...expected.outcomes.values()].flat().map(({ id }) => id);
    const say = (error: Error): never => {
      throw new Error(`${error.message}: ${ids.filter((id) => this.ids.has(id)).length} of ${ids.length} segments, ${this.rejects} of ${expected.rejects.length} rejects, ${this.alerts} alerts\n${tail()}`);
    };
    await until('every outcome and reject', () => this.rejects >= expected.rejects.length && ids.every((id) => this.ids.has(id)), withinMs).catch(say);
    const alerts = expectedAlerts(sorted(this.outcomes), POLICY).length;
    await until(`all ${alerts} alert events`, () => this.alerts >= alerts, withinMs).catch(say);
    return expected;
  }

  async close(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.close()));
  }
}

const sorted = (records: readonly LogRecord[]): LogRecord[] => [...records].sort((a, b) => a.partition - b.partition || a.offset - b.offset);

export type Records = ReadonlyMap<Topic, readonly LogRecord[]>;

/** Every record of the topics, each partition in its order, as a reader sees it who comes now. */
export async function readAll(log: Log, topics: readonly Topic[] = [TOPICS.signal, TOPICS.outcomes, TOPICS.rejects, TOPICS.alerts]): Promise<Records> {
  const all = new Map<Topic, readonly LogRecord[]>();
  for (const topic of topics) {
    const records: LogRecord[] = [];
    await (await log.follow(topic, (more) => records.push(...more))).close();
    all.set(topic, sorted(records));
  }
  return all;
}

export const segmentsOf = (records: Records): Outcome[] =>
  records.get(TOPICS.outcomes)!.flatMap((record) => {
    const decoded = decodeOutcome(record.value!);
    return decoded?.type === 'segment' ? [decoded.outcome] : [];
  });

export const alertsOf = (records: Records) => records.get(TOPICS.alerts)!.map((record) => decodeAlert(record.value!)!);

const NOTHING = { segments: 0, bytes: 0 };

/** What an undisturbed pass over the same signal gives, in the same order, once, decided as it is in the log. `hint` says how to run a failure again. */
export function expectKept(records: Records, expected: Expected, hint: string): void {
  // The fold of the simulation scores with an encoder of its own: scores are compared with an undisturbed engine's instead.
  const grades = new Map([...expected.outcomes].map(([device, list]) => [device, list.map((one) => ({ ...one, findings: undefined }))]));
  const remains: Remains = { records, expected: { ...expected, outcomes: grades }, policy: POLICY, waiting: NOTHING, bound: NOTHING, settled: true, allScored: false };
  const checks = { nothingLost, nothingInvented, nothingRepeated, inOrder, nothingDiffers, decisionsFollow };
  const objections = Object.entries(checks).flatMap(([name, check]) => {
    const objection = check(remains);
    return objection === undefined ? [] : [`${name}: ${objection}`];
  });
  expect(objections, hint).toEqual([]);
}

/** A device whose patient changes has its outcomes in two partitions: there is an order in each. */
function inOrder(remains: Remains): string | undefined {
  const outcomes = remains.records.get(TOPICS.outcomes)!;
  for (const partition of new Set(outcomes.map((record) => record.partition))) {
    const records = new Map([...remains.records, [TOPICS.outcomes, outcomes.filter((record) => record.partition === partition)]]);
    const objection = nothingOutOfOrder({ ...remains, records });
    if (objection !== undefined) return `partition ${partition}: ${objection}`;
  }
  return undefined;
}

/** The same outcomes, scores and alerts as an engine nobody disturbed. */
export function expectSame(records: Records, undisturbed: Records, hint: string): void {
  const comparable = (outcome: Outcome) => [outcome.status, outcome.grade, outcome.measurements, outcome.findings.map(({ id }) => id)];
  const wanted = new Map(segmentsOf(undisturbed).map((outcome) => [outcome.id, outcome]));
  const found = segmentsOf(records);
  expect(found.map(({ id }) => id).sort(), hint).toEqual([...wanted.keys()].sort());
  for (const outcome of found) {
    const other = wanted.get(outcome.id)!;
    expect(comparable(outcome), `${outcome.id}; ${hint}`).toEqual(comparable(other));
    outcome.findings.forEach(({ id, probability }, i) => {
      expect(Math.abs(probability - other.findings[i].probability), `${outcome.id} ${id}; ${hint}`).toBeLessThanOrEqual(PROBABILITY_TOLERANCE);
    });
  }
  expect(storiesOf(records), hint).toEqual(storiesOf(undisturbed));
}

/** What happened to each alert, in order; alerts of one subject in the order of their events. */
function storiesOf(records: Records): Record<string, string[]> {
  const stories: Record<string, string[]> = {};
  records.get(TOPICS.alerts)!.forEach((record) => {
    const event = decodeAlert(record.value!)!;
    (stories[record.key!] ??= []).push(`${event.alertId}#${event.sequence} ${event.snapshot.finding} ${event.state}`);
  });
  return stories;
}
