import { mergeMap, type OperatorFunction } from 'rxjs';
import { type Assembled, DEVICES_MAX, type PartitionInput, stepPartition } from '../../assemble/index.js';
import { chunkLength, type Segment } from '../../ecg/index.js';
import type { LogRecord, NewRecord, SkippedRange } from '../../ports/index.js';
import type { Reject } from '../../wire/index.js';
import type { AbsenceWatch } from '../absence.js';
import { hospitalTimeMs } from '../association.js';
import { valueBytes } from '../collect.js';
import type { ScoreDeps } from '../deps.js';
import { gapRecord, lostRecord, rejectRecord } from '../outcome.js';
import type { Backlog } from './backlog.js';
import type { Decoded } from './decode.js';
import type { Isolation } from './isolation.js';
import { SampleAccounting } from './sample-accounting.js';
import type { StateStore } from './state-store.js';
import type { Update } from './update.js';

/** A device that gives nothing to publish has its state checkpointed at its first record, and once in so many: what must be read again stays short, and there is always a state to go back to. */
const CHECKPOINT_EVERY_RECORDS = 256;
/** Records that belong to another partition are reported so often while they come: an alarm of the ward stands for twice as long. */
const MISPLACED_AGAIN_MS = 30_000;

/**
 * Places the samples of each chunk, and closes segments: one update for what an input did to a device, none where it left
 * nothing to publish. A device whose chunk cannot be processed goes back to its checkpoint; the others never notice.
 */
export function assemble(store: StateStore, backlog: Backlog, absence: AbsenceWatch, isolation: Isolation, deps: ScoreDeps): OperatorFunction<Decoded, Update<Segment>> {
  const assembler = new Assembler(store, backlog, absence, isolation, deps);
  return mergeMap((input) => assembler.take(input));
}

class Assembler {
  private readonly accounting: SampleAccounting;
  /** When a record that belongs to another partition was last reported, monotonic. */
  private misplacedMs = -Infinity;

  constructor(
    private readonly store: StateStore,
    private readonly backlog: Backlog,
    private readonly absence: AbsenceWatch,
    private readonly isolation: Isolation,
    private readonly deps: ScoreDeps,
  ) {
    this.accounting = new SampleAccounting(deps.meters);
  }

  take(input: Decoded): Update<Segment>[] {
    switch (input.type) {
      case 'skipped':
        return [this.skipped(input.skipped)];
      case 'idle':
        return [this.updated({ type: 'idle', device: input.device }, input.record, input.record.offset - 1)!];
      case 'rejected':
        return [this.rejected(input.record, input.reject), ...this.forgotten(input.record)];
      case 'chunk': {
        const update = this.chunk(input);
        const forgotten = this.forgotten(input.record);
        // In one turn with its effects, so that no transaction has the one without the other.
        this.store.offsets.advance(input.record.offset);
        return update === undefined ? forgotten : [update, ...forgotten];
      }
    }
  }

  private chunk({ chunk, record, dropped = [] }: Extract<Decoded, { type: 'chunk' }>): Update<Segment> | undefined {
    const { store, deps } = this;
    const { device } = chunk;
    deps.meters.chunks.add(1);
    for (const { detail, count, samples } of dropped) {
      deps.meters.details.add(count, { detail });
      this.accountRejected(samples);
    }
    const sinceCheckpoint = store.offsets.read(device, record.offset);
    if (this.isolation.isQuarantined(device, record.timestampMs)) {
      this.accountRejected(samplesOf(chunk));
      return this.update(device, record.offset, record, [this.reject(record, { reason: 'quarantined' })], []);
    }
    this.absence.hear(device, store.partition.timeMs);
    const isDue = sinceCheckpoint % CHECKPOINT_EVERY_RECORDS === 0 || !store.hasCheckpoint(device);
    return this.updated({ type: 'chunk', chunk, offset: record.offset, brokerMs: record.timestampMs }, record, record.offset, isDue);
  }

  private updated(input: PartitionInput, record: LogRecord, appliedThrough: number, isDue = true): Update<Segment> | undefined {
    const { store, deps } = this;
    const device = input.type === 'chunk' ? input.chunk.device : input.device;
    let assembled: Assembled;
    try {
      ({ assembled } = stepPartition(store.partition, input, deps.assemble).out);
    } catch (error) {
      return this.failed(device, input, record, appliedThrough, error);
    }
    const { segments, gaps, rejects, account } = assembled;
    this.accounting.count(account);
    if (segments.length > 0) this.absence.form(device);
    const isHeld = store.partition.devices.get(device)?.state.held?.offset === record.offset;
    if (input.type === 'chunk' && !isHeld) {
      const isRejected = rejects.some(({ offset }) => offset === record.offset);
      if (input.chunk.endOfStream ? !isRejected : account.placed > 0) {
        store.end(device, input.chunk.endOfStream);
        if (input.chunk.endOfStream) this.absence.end(device);
      }
    }
    const hasOutputs = segments.length + gaps.length + rejects.length > 0;
    if (!hasOutputs && !isDue) {
      store.hold(device, record);
      return undefined;
    }
    const records: NewRecord[] = [];
    for (const { offset, reason } of rejects) {
      const source = offset === record.offset ? record : store.heldRecord(device);
      if (source !== undefined) records.push(this.reject(source, { reason }));
    }
    for (const gap of gaps) {
      deps.meters.gaps.add(gap.segments);
      records.push(gapRecord(gap, deps.associations.at(gap.device, gap.clock === undefined ? gap.startMs : hospitalTimeMs(gap.clock))));
    }
    for (const { closedBy } of segments) deps.meters.segments.add(1, { closed_by: closedBy });
    store.hold(device, record);
    const update = this.update(device, appliedThrough, record, records, segments);
    deps.failpoint('score:closed');
    return update;
  }

  /** The same again would fail again: the device continues behind it. */
  private failed(device: string, input: PartitionInput, record: LogRecord, appliedThrough: number, error: unknown): Update<Segment> {
    const letter = this.isolation.fail(device, record.offset, record.timestampMs, 'assemble', error);
    const records = [input.type === 'chunk' ? { ...letter, value: record.value } : letter, ...this.heldBack(device, record)];
    this.store.rollBack(device);
    if (input.type === 'chunk') this.accountRejected(samplesOf(input.chunk));
    return this.update(device, appliedThrough, record, records, []);
  }

  /** The chunk that assembling held back goes with the state that held it: it has no other way to be accounted for. */
  private heldBack(device: string, record: LogRecord): NewRecord[] {
    const held = this.store.partition.devices.get(device)?.state.held;
    const source = this.store.heldRecord(device);
    if (held === undefined || source === undefined || source.offset === record.offset) return [];
    this.accountRejected(held.samples);
    return [this.reject(source, { reason: 'processing-failed' })];
  }

  private rejected(record: LogRecord, reject: Reject): Update<Segment> {
    this.deps.meters.chunks.add(1);
    this.accountRejected(reject.samples);
    if (reject.reason === 'wrong-partition') return this.ofNoDevice(record.offset, record.timestampMs, [this.reject(record, reject), ...this.misplaced(record)]);
    if (record.key !== undefined) this.absence.refuse(record.key, this.store.partition.timeMs);
    return this.ofNoDevice(record.offset, record.timestampMs, [this.reject(record, reject)]);
  }

  /** Its device may be well in the partition that it belongs to, or may be heard nowhere: that is not known here, so the ward hears of the place. One such record stands for all. */
  private misplaced({ topic, partition, offset }: LogRecord): NewRecord[] {
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - this.misplacedMs < MISPLACED_AGAIN_MS) return [];
    this.misplacedMs = nowMs;
    return [lostRecord({ topic, partition, from: offset, to: offset + 1, reason: 'wrong-partition' }, this.deps.clock.nowMs())];
  }

  private skipped(range: SkippedRange): Update<Segment> {
    // What was read before is not lost but for the open segments that needed it again: their gaps show it.
    const skipped = range.reason === 'recreated' ? range : { ...range, from: Math.max(range.from, this.store.offsets.resumed) };
    const { store, backlog, absence, deps } = this;
    deps.meters.skipped.add(Math.max(0, skipped.to - skipped.from), { topic: skipped.topic, reason: skipped.reason });
    const records = [lostRecord(skipped, deps.clock.nowMs())];
    if (skipped.reason === 'recreated') {
      // What is on its way belongs to the topic before: only a new assignment can begin without it.
      if (!backlog.isEmpty) throw new Error(`${skipped.topic}/${skipped.partition} was recreated: the assignment starts over`);
      records.push(...absence.forgetAll(), ...store.restart(skipped.to));
    }
    return this.ofNoDevice(skipped.to - 1, store.partition.timeMs, records);
  }

  /** Beyond the bound of a partition, the device that is silent for longest. */
  private forgotten(record: LogRecord): Update<Segment>[] {
    const { store, backlog } = this;
    const device = store.size > DEVICES_MAX ? store.forgettable((name) => backlog.isSettled(name)) : undefined;
    return device === undefined ? [] : [this.ofNoDevice(record.offset, record.timestampMs, [...store.forget(device), ...this.absence.forget(device)])];
  }

  private update(device: string, appliedThrough: number, record: LogRecord, records: readonly NewRecord[], segments: readonly Segment[]): Update<Segment> {
    const held = this.backlog.enter(device, record.timestampMs);
    const state = this.store.freeze(device, appliedThrough);
    this.backlog.hold(held, { segments: 0, bytes: valueBytes(records) + state.checkpoint.length });
    return { device, appliedThrough, brokerMs: record.timestampMs, state, records, segments, held };
  }

  private ofNoDevice(offset: number, brokerMs: number, records: readonly NewRecord[]): Update<Segment> {
    const held = this.backlog.enter(undefined, brokerMs);
    this.backlog.hold(held, { segments: 0, bytes: valueBytes(records) });
    this.store.offsets.advance(offset, true);
    return { device: undefined, appliedThrough: offset, brokerMs, state: undefined, records, segments: [], held };
  }

  private reject(record: LogRecord, reject: Pick<Reject, 'reason' | 'field'>): NewRecord {
    this.deps.meters.rejects.add(1, { reason: reject.reason });
    return rejectRecord(record, reject);
  }

  private accountRejected(samples: number): void {
    const { meters } = this.deps;
    meters.samples.add(samples, { fate: 'read' });
    meters.samples.add(samples, { fate: 'rejected' });
  }
}

const samplesOf = (chunk: Parameters<typeof chunkLength>[0]): number => chunk.blocks.length * chunkLength(chunk);
