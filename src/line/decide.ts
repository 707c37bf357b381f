import { type DecideInput, initial, step, type SubjectState } from '../decide/index.js';
import type { AlertEvent, Outcome } from '../ecg/index.js';
import { checkpointKey, type LogRecord, type NewRecord, type PartitionWork, type Tenure, type Topic, TOPICS } from '../ports/index.js';
import { decodeCheckpoint, decodeCommand, decodeOutcome, encodeAlert, encodeCheckpoint, encodeEvidence } from '../wire/index.js';
import type { DecideDeps } from './deps.js';

const POSITION = '@position';
/** Records that are decided in one transaction, at most. */
const TRANSACTION_RECORDS_MAX = 500;

/** Subjects remembered per partition; beyond it the one unheard of for longest, without an active alert, is forgotten. */
const SUBJECTS_MAX = 10_000;

type Position = Partial<Record<Topic, number>>;

/** The decide step of one partition: outcomes and commands → alert events, by subject. */
export class DecidePartition implements PartitionWork {
  readonly from: PartitionWork['from'];
  private readonly states = new Map<string, SubjectState>();
  private position: Position;
  private turn: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    private readonly tenure: Tenure,
    private readonly deps: DecideDeps,
  ) {
    const bytes = tenure.checkpoints.get(this.key(POSITION));
    this.position = bytes === undefined ? {} : decodeCheckpoint<Position>(bytes);
    this.from = this.position;
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
    const events: { event: AlertEvent; outcome: Outcome | undefined; key: string }[] = [];
    for (const record of records) {
      const input = inputOf(record);
      if (input === undefined || record.key === undefined) continue;
      const result = step(this.states.get(record.key) ?? initial(record.key), input, deps.policy);
      if (this.states.get(record.key) !== result.state) touched.add(record.key);
      // Set again, so that the map stays in the order of last records.
      this.states.delete(record.key);
      this.states.set(record.key, result.state);
      for (const { why } of result.out.suppressed) deps.meters.suppressed.add(1, { why });
      for (const event of result.out.events) events.push({ event, outcome: input.type === 'outcome' ? input.outcome : undefined, key: record.key });
    }
    const last = records[records.length - 1];
    this.position = { ...this.position, [last.topic]: last.offset + 1 };
    const written: NewRecord[] = [];
    for (const { event, outcome, key } of events) {
      written.push({ topic: TOPICS.alerts, partition: tenure.partition, key, value: encodeAlert(event) });
      if (event.state === 'raised' && outcome !== undefined) written.push(await this.evidence(event, outcome, key));
    }
    for (const subject of this.forgotten()) touched.add(subject);
    for (const subject of touched) written.push(this.checkpoint(`subject/${subject}`, this.states.get(subject)));
    written.push(this.checkpoint(POSITION, this.position));
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

  /** The samples that decided, read again from the signal while it is still there. */
  private async evidence(event: AlertEvent, outcome: Outcome, key: string): Promise<NewRecord> {
    const { partition, offsets } = outcome.source;
    const chunks = await this.deps.log.read(TOPICS.signal, partition, offsets).catch(() => []);
    const missing = chunks.length === offsets.length ? '' : `${offsets.length - chunks.length} of ${offsets.length} chunks have expired`;
    const value = encodeEvidence({ alertId: event.alertId, segment: outcome.id, chunks: chunks.flatMap((chunk) => chunk.value ?? []), missing });
    return { topic: TOPICS.evidence, partition: this.tenure.partition, key, value };
  }

  /** Removes what is beyond the bound: a tombstone takes its place. */
  private forgotten(): string[] {
    const beyond: string[] = [];
    for (const [subject, { findings }] of this.states) {
      if (this.states.size - beyond.length <= SUBJECTS_MAX) break;
      if (!Object.values(findings).some(({ active }) => active !== undefined)) beyond.push(subject);
    }
    for (const subject of beyond) this.states.delete(subject);
    return beyond;
  }

  private checkpoint(subject: string, state: unknown): NewRecord {
    const value = state === undefined ? null : encodeCheckpoint(state);
    return { topic: TOPICS.checkpoints, partition: this.tenure.partition, key: this.key(subject), value };
  }

  private key(subject: string): string {
    return checkpointKey(this.tenure.step, this.tenure.partition, subject);
  }
}

function inputOf(record: LogRecord): DecideInput | undefined {
  if (record.value === null) return undefined;
  if (record.topic === TOPICS.commands) {
    const command = decodeCommand(record.value);
    return command && { type: 'command', command, offset: record.offset };
  }
  const decoded = decodeOutcome(record.value);
  return decoded.type === 'segment' ? { type: 'outcome', outcome: decoded.outcome, partition: record.partition, offset: record.offset } : undefined;
}
