import { type AssembleOptions, type DeviceEntry, type DeviceSnapshot, initial, initialPartition, neededOffsets, type PartitionState, passTime, refill, restore, snapshot } from '../../assemble/index.js';
import type { Chunk } from '../../ecg/index.js';
import { partitionOfKey } from '../../log/index.js';
import { type LogRecord, type NewRecord, type PartitionAssignment, POSITION_SUBJECT, type SkippedRange } from '../../ports/index.js';
import { CheckpointError, decodeDeviceCheckpoint, decodeScorePosition, decodeSilenceState, encodeCheckpoint, encodeDeviceCheckpoint, encodeScorePosition, encodeSilenceState, type SilenceState } from '../../wire/index.js';
import type { WatchedDevices } from '../absence.js';
import { Checkpoints } from '../checkpoints.js';
import { BEATS, BeatStates } from './beat-states.js';
import { LowWater, type Position } from './low-water.js';

/** What the store keeps of a device beside its assembling state. */
interface StoredDevice {
  /** Until its first update after the restore: the samples of its open segments are read again. */
  restored: DeviceSnapshot | undefined;
  /** The latest checkpoint, durable or on its way. */
  checkpoint: Uint8Array | undefined;
  /** The record of the chunk that assembling holds back. */
  heldRecord: LogRecord | undefined;
  /** Its stream was said to be over. */
  ended: boolean;
}

/** Everything that goes into the checkpoint right after one input to a device. */
export interface DeviceState {
  readonly checkpoint: Uint8Array;
  /** The earliest record that a new owner needs to restore it. */
  readonly needs: number;
}

/** Devices looked at for one that may be forgotten. */
const FORGETTABLE_LOOKS_MAX = 16;

const DEVICE = 'device/';
const SILENCE = 'silence/';
const LOST = 'lost/';

/**
 * Keys have moved between partitions since the states were written: the same device would be assembled twice, under the same ids.
 * Nothing continues until people have decided what is right.
 */
export class PartitionsChangedError extends Error {
  override readonly name = 'PartitionsChangedError';
  constructor(before: number, now: number) {
    super(`the signal topic had ${before} partitions when this engine last wrote its state, and has ${now}: drain the engines, then begin with topics of ${now} partitions under another kafka.prefix (purkinje check --create-topics), or recreate the topic with ${before}`);
  }
}

/** The state store of one partition of the score step: its devices, restored from checkpoints and put back into them. */
export class StateStore {
  readonly partition: PartitionState = initialPartition();
  readonly offsets: LowWater;
  readonly beats: BeatStates;
  /** Where reading begins; undefined: at the earliest record. */
  readonly from: number | undefined;
  /** Devices that were silent at the last owner's end. */
  private readonly silent: ReadonlyMap<string, SilenceState>;
  /** Devices whose keys belong to another partition, written here before keys were checked; of each, was it silent? */
  private readonly strays: ReadonlyMap<string, boolean>;
  private readonly devices = new Map<string, StoredDevice>();
  private readonly checkpoints: Checkpoints;
  /** Ranges that were written as lost. */
  private readonly lost: Set<string>;

  constructor(
    assignment: PartitionAssignment,
    private readonly options: AssembleOptions,
    /** Partitions of the signal topic. */
    private readonly partitions: number,
    private readonly onUnreadable: (error: CheckpointError) => void,
  ) {
    this.checkpoints = new Checkpoints(assignment);
    const bytes = this.checkpoints.get(POSITION_SUBJECT);
    const position = bytes && decodeScorePosition(bytes);
    if (position?.partitions !== undefined && position.partitions !== partitions) throw new PartitionsChangedError(position.partitions, partitions);
    this.offsets = new LowWater(position?.next ?? 0);
    this.from = position?.lowWater;
    this.partition.timeMs = position?.timeMs ?? 0;
    const isHere = (device: string) => partitionOfKey(device, partitions) === assignment.partition;
    const silent = new Set([...(position?.silent ?? []), ...this.checkpoints.under(SILENCE).map(([device]) => device)]);
    this.silent = new Map([...silent].filter(isHere).map((device) => [device, this.silenceOf(device)]));
    const kept = [DEVICE, BEATS].flatMap((prefix) => this.checkpoints.under(prefix).map(([device]) => device));
    this.strays = new Map([...new Set([...kept, ...silent])].filter((device) => !isHere(device)).map((device) => [device, silent.has(device)]));
    this.beats = new BeatStates(this.checkpoints, isHere, onUnreadable);
    this.lost = new Set(this.checkpoints.under(LOST).map(([range]) => LOST + range));
    this.restoreDevices();
  }

  get size(): number {
    return this.devices.size;
  }

  /** What the watch for absence sees of it. */
  watched(isSettled: (device: string) => boolean): WatchedDevices {
    return {
      known: [...this.devices.keys()],
      silent: this.silent,
      isSettled,
      isEnded: (device) => this.devices.get(device)?.ended ?? false,
      lastRecordMs: (device) => this.partition.devices.get(device)?.lastRecordMs ?? 0,
      silenceCheckpoint: (device, silence) => this.checkpoints.record(SILENCE + device, silence === undefined ? null : encodeSilenceState(silence)),
    };
  }

  end(device: string, ended: boolean): void {
    this.of(device).ended = ended;
  }

  heldRecord(device: string): LogRecord | undefined {
    return this.devices.get(device)?.heldRecord;
  }

  /** Assembling holds the chunk of this record back, or none any more. */
  hold(device: string, record: LogRecord): void {
    const heldOffset = this.partition.devices.get(device)?.state.held?.offset;
    if (heldOffset === record.offset) this.of(device).heldRecord = record;
    else if (heldOffset === undefined && this.devices.has(device)) this.of(device).heldRecord = undefined;
  }

  /** Keeps that a range was written as lost; undefined: it was before. */
  lostCheckpoint({ topic, from }: SkippedRange): NewRecord | undefined {
    const subject = `${LOST}${topic}/${from}`;
    if (this.lost.has(subject)) return undefined;
    this.lost.add(subject);
    return this.checkpoints.record(subject, encodeCheckpoint({}));
  }

  /** A record's turn has come. Names the devices that fall idle by its time. */
  pass(record: LogRecord): readonly string[] {
    this.offsets.mark(record.offset, this.partition.timeMs);
    return passTime(this.partition, record.timestampMs, this.options);
  }

  /** A chunk for which the device's checkpoint speaks already: it only fills the open segments again. */
  refill(chunk: Chunk, record: LogRecord): void {
    const stored = this.devices.get(chunk.device);
    const entry = this.partition.devices.get(chunk.device);
    if (stored?.restored === undefined || entry === undefined) return;
    refill(entry.state, stored.restored, chunk, record.offset, this.options);
    if (record.offset === stored.restored.heldOffset) stored.heldRecord = record;
  }

  /** The device's state as it is now; `appliedThrough` is the last record that it speaks for. */
  freeze(device: string, appliedThrough: number): DeviceState {
    const entry = this.entryOf(device);
    const stored = this.of(device);
    const snap = snapshot(entry.state, this.options);
    stored.checkpoint = encodeDeviceCheckpoint({ appliedThrough, lastRecordMs: entry.lastRecordMs, ended: stored.ended, idle: entry.idle, snapshot: snap });
    stored.restored = undefined;
    return { checkpoint: stored.checkpoint, needs: least(neededOffsets(snap)) };
  }

  hasCheckpoint(device: string): boolean {
    return this.devices.get(device)?.checkpoint !== undefined;
  }

  /** Assembling failed in mid-change: the device goes back to its latest checkpoint, its open segments without their samples. */
  rollBack(device: string): void {
    const { checkpoint } = this.of(device);
    const entry = this.entryOf(device);
    entry.state = checkpoint === undefined ? initial(device) : restore(decodeDeviceCheckpoint(checkpoint).snapshot, this.options);
  }

  /** One that is silent for longest, if all of it is durable and nobody will read its records again. */
  forgettable(isSettled: (device: string) => boolean): string | undefined {
    let looked = 0;
    // Assembling keeps its devices in the order of their last records.
    for (const [device, { idle }] of this.partition.devices) {
      if (idle && isSettled(device) && this.offsets.isDone(device)) return device;
      if (++looked === FORGETTABLE_LOOKS_MAX) return undefined;
    }
    return undefined;
  }

  forget(device: string): NewRecord[] {
    this.devices.delete(device);
    this.partition.devices.delete(device);
    this.offsets.forget(device);
    return [this.checkpoints.record(DEVICE + device, null), ...this.beats.forget(device)];
  }

  /** The topic is another one: nothing that is kept is of it. Returns what takes the checkpoints back. */
  restart(offset: number): NewRecord[] {
    const gone = [...this.devices.keys()].flatMap((device) => this.forget(device));
    this.partition.timeMs = 0;
    this.partition.nextIdleMs = Infinity;
    this.offsets.restart(offset);
    return gone;
  }

  deviceRecord(device: string, { checkpoint }: DeviceState): NewRecord {
    return this.checkpoints.record(DEVICE + device, checkpoint);
  }

  positionRecord(position: Position, oldestOpenMs: number | undefined): NewRecord {
    return this.checkpoints.record(POSITION_SUBJECT, encodeScorePosition({ ...position, oldestOpenMs: oldestOpenMs ?? null, partitions: this.partitions }));
  }

  /** Takes back what is kept of devices that belong to another partition. Their keys have one home: here nobody would ever hear of them again. */
  strayRecords(silence: (device: string) => NewRecord): NewRecord[] {
    const { checkpoints, strays } = this;
    const states = [...strays.keys()].flatMap((device) => [DEVICE, SILENCE, BEATS].map((prefix) => checkpoints.record(prefix + device, null)));
    return [...states, ...[...strays].flatMap(([device, wasSilent]) => (wasSilent ? [silence(device)] : []))];
  }

  private restoreDevices(): void {
    const { partition, options, devices, offsets, strays } = this;
    const restored = this.checkpoints.under(DEVICE).flatMap(([device, bytes]) => (strays.has(device) ? [] : (this.restored(device, bytes) ?? [])));
    restored.sort(({ state: a }, { state: b }) => a.lastRecordMs - b.lastRecordMs || a.appliedThrough - b.appliedThrough);
    for (const { device, bytes, state } of restored) {
      const { lastRecordMs, idle, ended, snapshot: snap } = state;
      partition.devices.set(device, { state: restore(snap, options), lastRecordMs, idle });
      if (!idle) partition.nextIdleMs = Math.min(partition.nextIdleMs, lastRecordMs + options.idleMs);
      devices.set(device, { restored: snap, checkpoint: bytes, heldRecord: undefined, ended });
      offsets.restore(device, state.appliedThrough, least(neededOffsets(snap)));
    }
  }

  /** One that cannot be read: it is silent, and that is all that is known. */
  private silenceOf(device: string): SilenceState {
    const bytes = this.checkpoints.get(SILENCE + device);
    try {
      return bytes === undefined ? { sends: false } : decodeSilenceState(bytes);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      this.onUnreadable(error);
      return { sends: false };
    }
  }

  /** A state that cannot be read is its device's alone: the device starts afresh with the first record that was never read. */
  private restored(device: string, bytes: Uint8Array) {
    try {
      return { device, bytes, state: decodeDeviceCheckpoint(bytes) };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      this.onUnreadable(error);
      this.offsets.restore(device, this.offsets.next - 1, Infinity);
      return undefined;
    }
  }

  private entryOf(device: string): DeviceEntry {
    let entry = this.partition.devices.get(device);
    if (entry === undefined) this.partition.devices.set(device, (entry = { state: initial(device), lastRecordMs: this.partition.timeMs, idle: false }));
    return entry;
  }

  private of(device: string): StoredDevice {
    let stored = this.devices.get(device);
    if (stored === undefined) this.devices.set(device, (stored = { restored: undefined, checkpoint: undefined, heldRecord: undefined, ended: false }));
    return stored;
  }
}

const least = (offsets: readonly number[]): number => offsets.reduce((low, offset) => Math.min(low, offset), Infinity);
