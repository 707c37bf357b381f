import { filter, map, mergeMap, Subject } from 'rxjs';
import { type DeviceAssembled, type PartitionState, physical, refill, type SampleAccount, stepPartition } from '../assemble/index.js';
import { condition } from '../condition/index.js';
import { type Chunk, type GapRun, type Segment, subjectOf } from '../ecg/index.js';
import { grade, type Graded } from '../grade/index.js';
import { type LogRecord, type NewRecord, type PartitionWork, sleep, type Tenure, TOPICS } from '../ports/index.js';
import { decodeChunk, encodeOutcome, type RejectReason } from '../wire/index.js';
import { DeviceBooks, type Group } from './books.js';
import { loadOf } from './credits.js';
import type { ScoreDeps } from './deps.js';
import type { Scoring } from './encode.js';
import { lift } from './lift.js';
import { outcomeRecord, unscoredOutcome } from './outcome.js';

/** With nothing to say, the position is committed and silence looked for this often. */
const TICK_MS = 1000;
/** A drain waits this long for scores that are on their way; what is left is read again by the next owner. */
const DRAIN_MS = 5000;
/** Longest stretch of work between two turns of the event loop. */
const TURN_MS = 15;
/** How often a reader that is out of credits looks again. */
const CREDIT_WAIT_MS = 20;

interface Read {
  readonly record: LogRecord;
  readonly chunk: Chunk | undefined;
}

/**
 * The score step of one partition: signal → outcomes. What one record does to a device (outcomes, rejects, gaps) is one
 * group, published in one transaction with the device's state right after that record; a device's groups stay in order.
 */
export class ScorePartition implements PartitionWork {
  readonly from: PartitionWork['from'];
  private readonly record$ = new Subject<LogRecord>();
  private readonly books: DeviceBooks;
  /** Records of no device, published with the next transaction. */
  private readonly loose: NewRecord[] = [];
  private readonly resumedAt: number;
  private readonly part: string;
  private next: number;
  private committedNext = -1;
  private committedAtMs = -Infinity;
  private committing: Promise<void> | undefined;
  private over = false;
  /** Samples in the counter of those placed that are not: see `count`. */
  private overcounted = 0;
  /** Broker time of the record at hand, while there is more to read. */
  private readingMs: number | undefined;
  private cancelTick = () => {};

  constructor(
    private readonly tenure: Tenure,
    private readonly deps: ScoreDeps,
  ) {
    this.books = new DeviceBooks(tenure, deps.assemble);
    this.part = `score/${tenure.partition}`;
    // A device that was silent before the take-over is still missed after it.
    for (const [, book] of this.books.entries()) book.heardMs = deps.clock.monotonicMs() - (book.silent ? deps.silentAfterMs + 1 : 0);
    this.resumedAt = this.next = this.books.position?.next ?? 0;
    this.from = { [TOPICS.signal]: this.books.position?.lowWater };
    const assemble = (state: PartitionState, { record, chunk }: Read) => {
      const { out } = stepPartition(state, { offset: record.offset, brokerMs: record.timestampMs, chunk }, deps.assemble);
      return { state, out: { ...out, record } };
    };
    this.record$
      .pipe(
        map((record) => this.decode(record)),
        filter((read) => read !== undefined),
        lift(assemble, this.books.partition),
        mergeMap(({ record, devices, forgotten }) => {
          this.loose.push(...forgotten.map((device) => this.books.forget(device)));
          return devices.map((assembled) => ({ record, ...assembled }));
        }),
      )
      .subscribe((done) => this.gather(done));
    this.tick();
    deps.reach('score:taken');
  }

  async records(records: readonly LogRecord[]): Promise<void> {
    let turnMs = this.deps.clock.monotonicMs();
    for (const record of records) {
      if (this.over) return;
      this.readingMs = record.timestampMs;
      this.record$.next(record);
      this.next = Math.max(this.next, record.offset + 1);
      await this.waitForCredit();
      if (this.deps.clock.monotonicMs() - turnMs > TURN_MS) {
        await sleep(this.deps.clock, 0);
        turnMs = this.deps.clock.monotonicMs();
      }
    }
    this.readingMs = undefined;
    this.deps.reach('score:read');
    this.commitSoon();
  }

  async drain(): Promise<void> {
    const { clock } = this.deps;
    const untilMs = clock.monotonicMs() + DRAIN_MS;
    while (!this.over && this.books.unresolved() > 0 && clock.monotonicMs() < untilMs) await sleep(clock, 5);
    while (this.committing !== undefined) await this.committing;
    if (!this.over) await this.commit(true);
    this.lost();
  }

  lost(): void {
    if (this.over) return;
    this.over = true;
    this.cancelTick();
    this.record$.complete();
    this.say(undefined, undefined, undefined);
    this.deps.gauges.heartbeat.note(this.part, undefined);
    this.deps.credits.give(this.books.held());
  }

  /** Out of credits: the oldest that waits for the encoder gives way; with ages unlimited, or none waiting, reading waits. */
  private async waitForCredit(): Promise<void> {
    const { credits, encode, mayShed, clock } = this.deps;
    while (credits.spent && !this.over) {
      if (mayShed) encode.shedOldest();
      this.commitSoon();
      await Promise.race([credits.free(), sleep(clock, CREDIT_WAIT_MS)]);
    }
  }

  /** Bytes → chunk. What the checkpoint speaks for only fills open segments again; what cannot be read is rejected. */
  private decode(record: LogRecord): Read | undefined {
    const { meters, clock, assemble } = this.deps;
    const again = record.offset < this.resumedAt;
    const decoded = decodeChunk(record.value ?? new Uint8Array(), record.key);
    if (!decoded.ok) {
      if (!again) {
        meters.chunks.add(1);
        meters.samples.add(decoded.reject.samples, { fate: 'read' });
        meters.samples.add(decoded.reject.samples, { fate: 'rejected' });
        this.loose.push(this.rejected(record, decoded.reject.reason));
      }
      return { record, chunk: undefined };
    }
    const { chunk } = decoded;
    const book = this.books.of(chunk.device);
    if (record.offset <= book.asOf) {
      const entry = this.books.partition.devices.get(chunk.device);
      if (book.restored !== undefined && entry !== undefined) refill(entry.state, book.restored, chunk, record.offset, assemble);
      if (record.offset === book.restored?.heldOffset) book.heldRecord = record;
      return undefined;
    }
    meters.chunks.add(1);
    book.since.push(record.offset);
    book.heardMs = clock.monotonicMs();
    book.ended = chunk.endOfStream;
    return { record, chunk };
  }

  /** What a record did to a device becomes a group; its segments go on to grading, conditioning and the encoder. */
  private gather({ record, device, assembled, idle }: DeviceAssembled & { record: LogRecord }): void {
    const { segments, gaps, rejects, account } = assembled;
    this.count(account);
    const book = this.books.of(device);
    if (segments.length + gaps.length + rejects.length > 0 || idle) {
      const group = this.books.group(device, record);
      for (const { offset, reason } of rejects) {
        const source = offset === record.offset ? record : book.heldRecord;
        if (source !== undefined) group.records.push(this.rejected(source, reason));
      }
      for (const gap of gaps) group.records.push(this.gap(gap));
      book.groups.push(group);
      for (const segment of segments) this.follow(segment, group);
      this.deps.reach('score:closed');
      this.commitSoon();
    }
    const held = this.books.partition.devices.get(device)?.state.held;
    if (held?.offset === record.offset) book.heldRecord = record;
    else if (held === undefined) book.heldRecord = undefined;
  }

  /** A sample counted as placed may turn out to conflict, and a counter cannot go back: as many of the next ones placed stand in for it. */
  private count(account: SampleAccount): void {
    const { samples, restSamples } = this.deps.meters;
    const placed = Math.max(0, account.placed - this.overcounted);
    this.overcounted = Math.max(0, this.overcounted - account.placed);
    const counts = { ...account, placed, conflicting: account.conflicting + account.placed - placed };
    for (const fate of ['read', 'placed', 'repeated', 'conflicting', 'late', 'rejected'] as const) {
      if (counts[fate] !== 0) samples.add(counts[fate], { fate });
    }
    restSamples.add(account.rest);
  }

  private follow(segment: Segment, group: Group): void {
    const { deps } = this;
    deps.meters.segments.add(1, { closed_by: segment.closedBy });
    const mv = physical(segment);
    const graded = grade(segment, mv);
    const tensor = this.tensor(mv, graded);
    const bytes = tensor?.byteLength ?? 0;
    deps.credits.take(bytes);
    group.segments++;
    group.bytes += bytes;
    group.unresolved++;
    const place = group.records.push(EMPTY) - 1;
    const association = deps.associations.at(segment.device, segment.clock.startMs);
    // Made now, so that no sample is held while the scores are on their way.
    const unscored = unscoredOutcome(segment, graded, association, this.tenure.partition, deps.contract);
    const finish = (scoring: Scoring) => {
      if (this.over) return;
      const outcome = { ...unscored, ...scoring };
      group.records[place] = outcomeRecord(outcome);
      group.published.push(outcome);
      group.unresolved--;
      deps.reach('score:scored');
      if (group.unresolved === 0) this.commitSoon();
    };
    if (tensor === undefined) finish({ status: 'unusable', findings: [] });
    else deps.encode.submit(tensor, finish);
  }

  /** The model's tensor, where the segment has the leads for at least one of its targets. */
  private tensor(mv: ReturnType<typeof physical>, graded: Graded): Float32Array | undefined {
    const { contract } = this.deps;
    if (contract === undefined || graded.grade === 'unusable') return undefined;
    const origins = new Map(graded.leads.map((lead) => [lead.lead, lead.origin]));
    const sound = new Set([...graded.usable].filter((lead) => origins.get(lead) !== 'modified'));
    if (!contract.targets.some((target) => target.leadSets.some((set) => set.every((lead) => sound.has(lead))))) return undefined;
    const conditioned = condition(mv, contract);
    return conditioned.ok ? conditioned.tensor : undefined;
  }

  private gap(gap: GapRun): NewRecord {
    this.deps.meters.gaps.add(gap.segments);
    const association = this.deps.associations.at(gap.device, gap.startMs);
    return { topic: TOPICS.outcomes, key: subjectOf({ device: gap.device, association }), value: encodeOutcome({ type: 'gap', gap }) };
  }

  private rejected(record: LogRecord, reason: RejectReason): NewRecord {
    this.deps.meters.rejects.add(1, { reason });
    const headers = { reason, 'source-partition': String(record.partition), 'source-offset': String(record.offset) };
    return { topic: TOPICS.rejects, key: record.key, value: record.value, headers };
  }

  private commitSoon(): void {
    if (this.over || this.committing !== undefined) return;
    this.committing = Promise.resolve()
      .then(() => this.commit(false))
      .finally(() => {
        this.committing = undefined;
        if (this.books.ready() || this.loose.length > 0) this.commitSoon();
      });
  }

  /** One transaction: outcomes, rejects, the states of the devices they are of, and how far the partition was read. */
  private async commit(last: boolean): Promise<void> {
    const { deps, tenure, books } = this;
    const startMs = deps.clock.monotonicMs();
    deps.gauges.heartbeat.note(this.part, deps.clock.nowMs() / 1000);
    const groups = books.takeReady();
    const quiet = groups.length === 0 && this.loose.length === 0;
    if (quiet && (this.next === this.committedNext || (!last && startMs - this.committedAtMs < TICK_MS))) return;
    const next = this.next;
    const records = [
      ...groups.flatMap((group) => group.records),
      ...this.loose.splice(0),
      ...books.checkpoints(groups),
      books.positionRecord(next, books.partition.timeMs),
    ];
    try {
      deps.reach('score:before-commit');
      await tenure.commit({ records, nextOffsets: { [TOPICS.signal]: next } });
      deps.reach('score:after-commit');
    } catch (error) {
      deps.credits.give(loadOf(groups));
      this.lost();
      deps.onLost('score', tenure.partition, error);
      return;
    }
    this.committedNext = next;
    this.committedAtMs = startMs;
    this.announce(groups, startMs);
  }

  private announce(groups: readonly Group[], startMs: number): void {
    const { deps } = this;
    deps.credits.give(loadOf(groups));
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
      const nowMs = this.deps.clock.monotonicMs();
      let silentCount = 0;
      for (const [device, book] of this.books.entries()) {
        const silent = book.heardMs !== undefined && !book.ended && nowMs - book.heardMs > this.deps.silentAfterMs;
        if (book.heardMs !== undefined && silent !== book.silent) this.loose.push(this.silence(device, silent));
        if (book.heardMs !== undefined) book.silent = silent;
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

  private silence(device: string, silent: boolean): NewRecord {
    const atMs = this.deps.clock.nowMs();
    const association = this.deps.associations.at(device, atMs);
    const { encounter, bed, unit } = association;
    const lastRecordMs = this.books.partition.devices.get(device)?.lastRecordMs ?? 0;
    const value = encodeOutcome({ type: 'silence', silence: { device, silent, atMs: Math.round(atMs), lastRecordMs: Math.round(lastRecordMs), encounter, bed, unit } });
    return { topic: TOPICS.outcomes, key: subjectOf({ device, association }), value };
  }
}

/** Holds the place of an outcome in its group until its scores are there. */
const EMPTY: NewRecord = { topic: TOPICS.outcomes, key: undefined, value: null };
