import type { PartitionWork } from './bridge.js';
import { Subject, tap } from 'rxjs';
import { type DeviceAssembled, DEVICES_MAX, type PartitionInput, type PartitionState, passTime, physical, refill, samplesIn, stepPartition } from '../assemble/index.js';
import type { Chunk, Segment } from '../ecg/index.js';
import { type EncoderInput, type LogRecord, type NewRecord, sleep, type PartitionAssignment, TOPICS } from '../ports/index.js';
import { decodeChunk, type Reject } from '../wire/index.js';
import { AbsenceWatch } from './absence.js';
import { hospitalTimeMs } from './association.js';
import { DeviceBooks, type Group } from './books.js';
import { loadOf } from './credits.js';
import type { ScoreDeps } from './deps.js';
import type { Scoring } from './encode.js';
import { FateCounter } from './fates.js';
import { lift } from './lift.js';
import { gapRecord, outcomeRecord, rejectRecord, unscoredOutcome } from './outcome.js';
import { prepared } from './prepare.js';
import { RefusedQueue, valueBytes } from './refused.js';

/** With nothing to say, the position is committed and silence looked for this often. */
const TICK_MS = 1000;
/** How far it is, is said at least so often, though nothing moves: readers of alerts tell by it that the engine lives. */
const HEARTBEAT_MS = 3000;
/** A drain waits this long for scores that are on their way; what is left is read again by the next owner. */
const DRAIN_MS = 5000;
/** Longest stretch of work between two turns of the event loop. */
const TURN_MS = 15;
/** How often a reader that is out of credits looks again. */
const CREDIT_WAIT_MS = 20;
/** A device that gives nothing to publish has its state put on file once in so many records: what must be read again stays short. */
const STATE_EVERY_RECORDS = 256;
/** Of outcomes, rejects and states: what is more goes into the next transaction. */
const TRANSACTION_MAX_BYTES = 4 * 2 ** 20;

/** A record as read: what it holds, and whether the checkpoints speak for it already. */
type Read =
  | { readonly type: 'chunk'; readonly chunk: Chunk }
  | { readonly type: 'refused'; readonly reject: Reject }
  /** Its effect is on file; only time passes by it. */
  | { readonly type: 'known' };

type Item = PartitionInput & { readonly record: LogRecord };

/**
 * The score step of one partition: signal → outcomes. What one input does to a device (outcomes, rejects, gaps) is one
 * group, published in one transaction with the device's state right after it; a device's groups stay in order.
 */
export class ScorePartition implements PartitionWork {
  readonly from: PartitionWork['from'];
  private readonly item$ = new Subject<Item>();
  private readonly books: DeviceBooks;
  /** Of no device's state: silences and devices forgotten, published with the next transaction. */
  private readonly loose: NewRecord[] = [];
  private readonly refused = new RefusedQueue();
  private readonly fates: FateCounter;
  private readonly absence: AbsenceWatch;
  private readonly part: string;
  /** The record taken last, and the first that was never read before. */
  private last: number;
  private resumedAt: number;
  private next: number;
  private committedNext = -1;
  private committedAtMs = -Infinity;
  private committing: Promise<void> | undefined;
  private over = false;
  private workspace: Float32Array = new Float32Array(0);
  /** What went wrong in the pipeline: the tenure ends by it. */
  private failure: unknown;
  /** Broker time of the record at hand, while there is more to read. */
  private readingMs: number | undefined;
  /** When the event loop last had a turn. */
  private turnMs = 0;
  private cancelTick = () => {};

  constructor(
    private readonly tenure: PartitionAssignment,
    private readonly deps: ScoreDeps,
  ) {
    this.books = new DeviceBooks(tenure, deps.assemble);
    this.fates = new FateCounter(deps.meters);
    this.absence = new AbsenceWatch(deps.associations, deps.clock, deps.silentAfterMs);
    this.part = `score/${tenure.partition}`;
    // A device that was silent before the take-over is still missed after it.
    for (const [, book] of this.books.entries()) book.heardMs = deps.clock.monotonicMs() - (book.silent ? deps.silentAfterMs + 1 : 0);
    this.resumedAt = this.next = this.books.position?.next ?? 0;
    this.last = (this.books.position?.lowWater ?? 0) - 1;
    this.from = { [TOPICS.signal]: this.books.position?.lowWater };
    const assemble = (state: PartitionState, item: Item) => {
      const { out } = stepPartition(state, item, deps.assemble);
      return { state, out: { ...out, item } };
    };
    this.item$.pipe(lift(assemble, this.books.partition), tap((done) => this.gather(done))).subscribe({ error: (error) => (this.failure = error) });
    this.tick();
    deps.reach('score:taken');
  }

  async records(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) {
      if (this.over) return;
      this.readingMs = record.timestampMs;
      await this.take(record);
    }
    this.readingMs = undefined;
    this.deps.reach('score:read');
    this.commitSoon();
  }

  async drain(): Promise<void> {
    const { clock } = this.deps;
    const untilMs = clock.monotonicMs() + DRAIN_MS;
    while (!this.over && this.books.unresolved() > 0 && clock.monotonicMs() < untilMs) await sleep(clock, 5);
    this.cancelTick();
    while (this.committing !== undefined) await this.committing;
    // One at a time: whatever asks for a commit meanwhile finds this one.
    this.committing = this.commitAll();
    await this.committing;
    this.lost();
  }

  lost(): void {
    if (this.over) return;
    this.over = true;
    this.cancelTick();
    this.item$.complete();
    this.say(undefined, undefined, undefined);
    this.deps.gauges.heartbeat.note(this.part, undefined);
    this.deps.credits.give(this.books.held());
    this.deps.credits.give({ segments: 0, bytes: this.refused.bytes });
  }

  /** One record: devices that fall idle by its time, each an item of its own, then its chunk. */
  private async take(record: LogRecord): Promise<void> {
    const { books, deps } = this;
    if (record.offset <= this.last) this.beginAnew(record.offset);
    this.last = record.offset;
    books.mark(record.offset);
    const read = this.read(record);
    for (const device of passTime(books.partition, record.timestampMs, deps.assemble)) {
      this.put({ type: 'idle', device, record });
      await this.room();
      if (this.over) return;
    }
    if (read.type === 'chunk') this.put({ type: 'chunk', chunk: read.chunk, offset: record.offset, brokerMs: record.timestampMs, record });
    else if (read.type === 'refused') this.refuse(record, read.reject);
    // In one turn with its effects, so that no commit has the one without the other.
    this.next = Math.max(this.next, record.offset + 1);
    if (books.size > DEVICES_MAX) {
      const device = books.forgettable();
      if (device !== undefined) this.loose.push(books.forget(device));
    }
    await this.room();
  }

  private put(item: Item): void {
    this.item$.next(item);
    if (this.failure !== undefined) throw this.failure;
  }

  /** The topic was made anew under the same name: its offsets are others, and so are its samples. */
  private beginAnew(offset: number): void {
    this.deps.credits.give(this.books.held());
    this.loose.push(...this.books.beginAnew());
    this.resumedAt = this.next = offset;
  }

  /**
   * Gives others a turn, and waits while there is no room: the oldest that waits for the encoder gives way; with ages
   * unlimited, or none waiting, reading waits.
   */
  private async room(): Promise<void> {
    const { credits, encoders, mayShed, clock } = this.deps;
    while (credits.spent && !this.over) {
      if (mayShed) encoders.shedOldest();
      this.commitSoon();
      await Promise.race([credits.free(), sleep(clock, CREDIT_WAIT_MS)]);
    }
    if (clock.monotonicMs() - this.turnMs <= TURN_MS) return;
    await sleep(clock, 0);
    this.turnMs = clock.monotonicMs();
  }

  /** Bytes → chunk. What the checkpoints speak for only fills open segments again. */
  private read(record: LogRecord): Read {
    const { meters, clock, assemble } = this.deps;
    const decoded = decodeChunk(record.value ?? new Uint8Array(), record.key);
    if (!decoded.ok) return record.offset < this.resumedAt ? { type: 'known' } : { type: 'refused', reject: decoded.reject };
    const { chunk } = decoded;
    const book = this.books.of(chunk.device);
    if (record.offset <= book.asOf) {
      const entry = this.books.partition.devices.get(chunk.device);
      if (book.restored !== undefined && entry !== undefined) refill(entry.state, book.restored, chunk, record.offset, assemble);
      if (record.offset === book.restored?.heldOffset) book.heldRecord = record;
      return { type: 'known' };
    }
    meters.chunks.add(1);
    book.since.push(record.offset);
    book.heardMs = clock.monotonicMs();
    return { type: 'chunk', chunk };
  }

  private refuse(record: LogRecord, reject: Reject): void {
    const { meters } = this.deps;
    const { samples } = reject;
    meters.chunks.add(1);
    meters.samples.add(samples, { fate: 'read' });
    meters.samples.add(samples, { fate: 'rejected' });
    const rejected = this.rejected(record, reject);
    this.deps.credits.hold(valueBytes([rejected]));
    this.refused.push(record.offset, rejected);
  }

  /** What an item did to a device becomes a group; its segments go on to grading, conditioning and the encoder. */
  private gather({ item, device, assembled }: DeviceAssembled & { readonly item: Item }): void {
    const { segments, gaps, rejects, account } = assembled;
    const { record } = item;
    this.fates.count(account);
    const book = this.books.of(device);
    const held = this.books.partition.devices.get(device)?.state.held;
    if (item.type === 'chunk' && held?.offset !== record.offset) {
      if (item.chunk.endOfStream) book.ended = !rejects.some(({ offset }) => offset === record.offset) || book.ended;
      else if (account.placed > 0) book.ended = false;
    }
    const outputs = segments.length + gaps.length + rejects.length;
    if (outputs > 0 || item.type === 'idle' || book.since.length % STATE_EVERY_RECORDS === 0) {
      // The idle rule speaks before the record's own chunk does.
      const asOf = item.type === 'idle' ? record.offset - 1 : record.offset;
      const group = this.books.group(device, asOf, record.timestampMs);
      for (const { offset, reason } of rejects) {
        const source = offset === record.offset ? record : book.heldRecord;
        if (source !== undefined) group.records.push(this.rejected(source, { reason }));
      }
      group.bytes = valueBytes(group.records);
      this.deps.credits.hold(group.bytes);
      for (const gap of gaps) {
        this.deps.meters.gaps.add(gap.segments);
        group.records.push(gapRecord(gap, this.deps.associations.at(gap.device, gap.clock === undefined ? gap.startMs : hospitalTimeMs(gap.clock))));
      }
      for (const segment of segments) this.follow(segment, group);
      this.deps.reach('score:closed');
      this.commitSoon();
    }
    if (held?.offset === record.offset) book.heldRecord = record;
    else if (held === undefined) book.heldRecord = undefined;
  }

  private follow(segment: Segment, group: Group): void {
    const { deps } = this;
    deps.meters.segments.add(1, { closed_by: segment.closedBy });
    // Graded and conditioned before the next segment: the millivolts of all segments share one workspace.
    if (this.workspace.length < samplesIn(segment)) this.workspace = new Float32Array(samplesIn(segment));
    const mv = physical(segment, this.workspace);
    const hospitalMs = hospitalTimeMs(segment.clock);
    const book = this.books.of(segment.device);
    book.hospitalMs = hospitalMs;
    group.records.push(...this.absence.departures(segment.device, book, hospitalMs));
    const { graded, inputs } = prepared(segment, mv, deps.associations.patientAt(segment.device, hospitalMs), deps.encoders);
    const bytes = inputs.reduce((sum, input) => sum + (input === undefined ? 0 : bytesOf(input)), 0);
    deps.credits.take(bytes);
    group.segments++;
    group.bytes += bytes;
    group.unresolved++;
    const place = group.records.push(EMPTY) - 1;
    const rank = group.segments - 1;
    const association = deps.associations.at(segment.device, hospitalMs);
    // Made now, so that no sample is held while the scores are on their way.
    const unscored = unscoredOutcome(segment, graded, association, this.tenure.partition, deps.encoders.identity);
    const finish = (scoring: Scoring) => {
      if (this.over) return;
      const outcome = { ...unscored, ...scoring };
      group.records[place] = outcomeRecord(outcome);
      group.published[rank] = outcome;
      group.unresolved--;
      deps.reach('score:scored');
      if (group.unresolved === 0) this.commitSoon();
    };
    deps.encoders.submit(inputs, finish);
  }

  private rejected(record: LogRecord, reject: Pick<Reject, 'reason' | 'field'>): NewRecord {
    this.deps.meters.rejects.add(1, { reason: reject.reason });
    return rejectRecord(record, reject);
  }

  private commitSoon(): void {
    if (this.over || this.committing !== undefined) return;
    this.committing = Promise.resolve()
      .then(() => this.commit(false))
      .finally(() => {
        this.committing = undefined;
        if (this.waits()) this.commitSoon();
      });
  }

  private async commitAll(): Promise<void> {
    do await this.commit(true);
    while (!this.over && this.waits());
  }

  /** One transaction: outcomes, rejects, the states of the devices they are of, and how far the partition was read. */
  private async commit(last: boolean): Promise<void> {
    const { deps, tenure, books } = this;
    const startMs = deps.clock.monotonicMs();
    deps.gauges.heartbeat.note(this.part, deps.clock.nowMs() / 1000);
    const groups = books.takeReady(TRANSACTION_MAX_BYTES);
    const quiet = groups.length === 0 && this.loose.length === 0 && this.refused.isEmpty;
    const isEarly = startMs - this.committedAtMs < (this.next === this.committedNext ? HEARTBEAT_MS : TICK_MS);
    if (quiet && (last ? this.next === this.committedNext : isEarly)) return;
    const refused = this.refused.take(TRANSACTION_MAX_BYTES);
    const next = Math.min(this.next, this.refused.firstOffset);
    const records = [...groups.flatMap((group) => group.records), ...refused, ...this.loose.splice(0), ...books.checkpoints(groups), books.positionRecord(next)];
    const load = loadOf([...groups, { segments: 0, bytes: valueBytes(refused) }]);
    try {
      deps.reach('score:before-commit');
      await tenure.commit({ records, nextOffsets: { [TOPICS.signal]: next } });
      deps.reach('score:after-commit');
    } catch (error) {
      deps.credits.give(load);
      this.lost();
      deps.onLost('score', tenure.partition, error);
      return;
    }
    this.committedNext = next;
    this.committedAtMs = startMs;
    deps.credits.give(load);
    this.announce(groups, startMs);
  }

  /** Is there something to publish? */
  private waits(): boolean {
    return this.books.ready() || this.loose.length > 0 || !this.refused.isEmpty;
  }

  private announce(groups: readonly Group[], startMs: number): void {
    const { deps } = this;
    deps.meters.commitSeconds.observe((deps.clock.monotonicMs() - startMs) / 1000, { step: 'score' });
    for (const { published, brokerMs } of groups) {
      for (const outcome of published) {
        deps.meters.outcomes.add(1, { status: outcome.status, grade: outcome.grade });
        deps.meters.endToEndSeconds.observe(Math.max(0, deps.clock.nowMs() - brokerMs) / 1000);
        deps.onOutcome?.(outcome);
      }
    }
  }

  /** By the engine's clock: positions without traffic, and devices that fell silent or came back. */
  private tick(): void {
    this.cancelTick = this.deps.clock.after(TICK_MS, () => {
      if (this.over) return;
      let silentCount = 0;
      for (const [device, book] of this.books.entries()) {
        this.loose.push(...this.absence.look(device, book, this.books.partition.devices.get(device)?.lastRecordMs ?? 0));
        if (book.silent) silentCount++;
      }
      const oldestMs = Math.min(this.readingMs ?? Infinity, this.books.oldestMs());
      this.say(this.books.size, silentCount, Number.isFinite(oldestMs) ? Math.max(0, this.deps.clock.nowMs() - oldestMs) / 1000 : 0);
      this.commitSoon();
      this.tick();
    });
  }

  private say(devices: number | undefined, silent: number | undefined, oldestS: number | undefined): void {
    const { gauges } = this.deps;
    gauges.devices.note(this.part, devices);
    gauges.devicesSilent.note(this.part, silent);
    gauges.oldestUnprocessed.note(this.part, oldestS);
  }

}

function bytesOf({ tensor, further = [] }: EncoderInput): number {
  return further.reduce((sum, { byteLength }) => sum + byteLength, tensor.byteLength);
}

/** Holds the place of an outcome in its group until its scores are there. */
const EMPTY: NewRecord = { topic: TOPICS.outcomes, key: undefined, value: null };
