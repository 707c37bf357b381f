import type { PartitionWork } from './bridge.js';
import { type DecideInput, initial, type Policy, type Raised, step, type SubjectState, withDemoted } from '../decide/index.js';
import type { Demotion, OperatingPoint } from '../ecg/index.js';
import { checkpointKey, type LogRecord, type NewRecord, POSITION_SUBJECT, type PartitionAssignment, type Topic, TOPICS } from '../ports/index.js';
import { decodeCheckpoint, decodeCommand, decodeOutcome, encodeAlert, encodeCheckpoint } from '../wire/index.js';
import type { DecideDeps } from './deps.js';
import { evidenceOf } from './evidence.js';

const DEMOTED = '@demoted';
/** Records that are decided in one transaction, at most. */
const TRANSACTION_RECORDS_MAX = 500;

/** The alerts of one transaction wait so long for the samples that decided. */
const EVIDENCE_MAX_MS = 2_000;

/** Subjects remembered per partition; beyond it the one unheard of for longest, without an active alert, is forgotten. */
const SUBJECTS_MAX = 10_000;

type Position = Partial<Record<Topic, number>>;

/** The decide step of one partition: outcomes and commands → alert events, by subject. */
export class DecidePartition implements PartitionWork {
  readonly from: PartitionWork['from'];
  private readonly states = new Map<string, SubjectState>();
  private position: Position;
  private demoted: readonly OperatingPoint[];
  private policy: Policy;
  private turn: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    private readonly tenure: PartitionAssignment,
    private readonly deps: DecideDeps,
  ) {
    const bytes = tenure.checkpoints.get(this.key(POSITION_SUBJECT));
    this.position = bytes === undefined ? {} : decodeCheckpoint<Position>(bytes);
    this.from = this.position;
    const demoted = tenure.checkpoints.get(this.key(DEMOTED));
    this.demoted = demoted === undefined ? [] : decodeCheckpoint<readonly OperatingPoint[]>(demoted);
    this.policy = withDemoted(deps.policy, this.demoted);
    const prefix = this.key('subject/');
    for (const [key, value] of tenure.checkpoints) {
      if (key.startsWith(prefix)) this.states.set(key.slice(prefix.length), decodeCheckpoint<SubjectState>(value));
    }
    deps.reach('decide:taken');
  }

  /** Outcomes and commands are handed over side by side; they are decided one batch after the other. */
  records(records: readonly LogRecord[]): Promise<void> {
    for (let i = 0; i < records.length; i += TRANSACTION_RECORDS_MAX) {
      const batch = records.slice(i, i + TRANSACTION_RECORDS_MAX);
      this.turn = this.turn.then(() => this.decide(batch));
    }
    return this.turn;
  }

  async drain(): Promise<void> {
    await this.turn;
    this.over = true;
  }

  lost(): void {
    this.over = true;
  }

  private async decide(records: readonly LogRecord[]): Promise<void> {
    if (this.over || records.length === 0) return;
    const { deps, tenure } = this;
    const startMs = deps.clock.monotonicMs();
    deps.reach('decide:read');
    const touched = new Set<string>();
    const demotedBefore = this.demoted;
    const events: (Raised & { readonly key: string })[] = [];
    for (const record of records) {
      const input = inputOf(record);
      if (input === 'unreadable') deps.meters.unreadable.add(1);
      if (input === undefined || input === 'unreadable' || record.key === undefined) continue;
      if (input.type === 'demotion') {
        this.demote(input.demotion);
        continue;
      }
      const result = step(this.states.get(record.key) ?? initial(record.key), input, this.policy);
      if (this.states.get(record.key) !== result.state) touched.add(record.key);
      // Set again, so that the map stays in the order of last records.
      this.states.delete(record.key);
      this.states.set(record.key, result.state);
      for (const { why } of result.out.suppressed) deps.meters.suppressed.add(1, { why });
      for (const raised of result.out.events) events.push({ ...raised, key: record.key });
      const forgotten = this.forget();
      if (forgotten !== undefined) touched.add(forgotten);
    }
    const last = records[records.length - 1];
    this.position = { ...this.position, [last.topic]: last.offset + 1 };
    const written: NewRecord[] = [];
    for (const { event, sources, key } of events) {
      written.push({ topic: TOPICS.alerts, partition: tenure.partition, key, value: encodeAlert(event) });
      for (const source of sources) written.push(...(await evidenceOf(event, source, key, tenure.partition, startMs + EVIDENCE_MAX_MS, deps)));
    }
    for (const subject of touched) written.push(this.checkpoint(`subject/${subject}`, this.states.get(subject)));
    if (this.demoted !== demotedBefore) written.push(this.checkpoint(DEMOTED, this.demoted));
    written.push(this.checkpoint(POSITION_SUBJECT, this.position));
    if (this.over) return;
    try {
      deps.reach('decide:before-commit');
      await tenure.commit({ records: written, nextOffsets: this.position });
      deps.reach('decide:after-commit');
    } catch (error) {
      this.lost();
      deps.onLost('decide', tenure.partition, error);
      return;
    }
    deps.meters.commitSeconds.observe((deps.clock.monotonicMs() - startMs) / 1000, { step: 'decide' });
    for (const { event } of events) {
      const { finding, priority, channel } = event.snapshot;
      deps.meters.alerts.add(1, { finding, state: event.state, priority, channel });
      deps.onAlert?.(event);
    }
  }

  /** From the next record on; told again by another monitor, it changes nothing. Bounded by what the policy has. */
  private demote({ point }: Demotion): void {
    const { deps, demoted } = this;
    const isKnown = demoted.some((one) => one.finding === point.finding && one.modelHash === point.modelHash && one.threshold === point.threshold);
    if (isKnown || !deps.policy.entries.has(point.finding)) return;
    this.demoted = [...demoted.filter(({ finding }) => finding !== point.finding), point];
    this.policy = withDemoted(deps.policy, this.demoted);
  }

  /** Beyond the bound, the subject unheard of for longest that has no active alert. Record by record, so that it does not depend on how they are cut. */
  private forget(): string | undefined {
    if (this.states.size <= SUBJECTS_MAX) return undefined;
    for (const [subject, { findings }] of this.states) {
      if (Object.values(findings).some((finding) => finding.active !== undefined)) continue;
      this.states.delete(subject);
      return subject;
    }
    return undefined;
  }

  private checkpoint(subject: string, state: unknown): NewRecord {
    const value = state === undefined ? null : encodeCheckpoint(state);
    return { topic: TOPICS.checkpoints, partition: this.tenure.partition, key: this.key(subject), value };
  }

  private key(subject: string): string {
    return checkpointKey(this.tenure.step, this.tenure.partition, subject);
  }
}

/** Undefined: nothing to decide. */
function inputOf(record: LogRecord): DecideInput | { readonly type: 'demotion'; readonly demotion: Demotion } | 'unreadable' | undefined {
  if (record.value === null) return undefined;
  if (record.topic === TOPICS.commands) {
    const command = decodeCommand(record.value);
    if (command === undefined) return 'unreadable';
    return command.kind === 'demote' ? { type: 'demotion', demotion: command } : { type: 'command', command, offset: record.offset };
  }
  const decoded = decodeOutcome(record.value);
  if (decoded === undefined) return 'unreadable';
  const { partition, offset } = record;
  switch (decoded.type) {
    case 'segment':
      return { type: 'outcome', outcome: decoded.outcome, partition, offset };
    case 'silence':
      return { type: 'silence', silence: decoded.silence, partition, offset };
    case 'departure':
      return { type: 'departure', departure: decoded.departure, partition, offset };
    case 'gap':
      return undefined;
  }
}
