import type { Departure } from '../ecg/index.js';
import type { Clock, NewRecord } from '../ports/index.js';
import type { AssociationTable } from './association.js';
import { departureRecord, silenceRecord } from './outcome.js';

/** A device that stays silent is reported again this often, for as long: deciding has no other clock meanwhile. */
const SILENCE_AGAIN_MS = 60_000;
const SILENCE_REPORTED_MAX_MS = 3_600_000;
/** A device that sends without a segment for less is given time: its first segment, or one after a chunk that was lost, takes as long. */
const FORMLESS_AFTER_MIN_MS = 30_000;
/** Beds of which nothing has ever been accepted; further ones are not watched. */
const REFUSED_DEVICES_MAX = 1000;
/** A stay is reported so long after its end: its last segments come first. */
const DEPARTURE_AFTER_MS = 60_000;

/** Of one device. Times by the engine's monotonic clock unless said otherwise. */
interface Presence {
  heardMs: number;
  /** When its latest segment closed; before the first, when it was first heard. */
  formedMs: number;
  /** Broker time of the record that closed it; before the first segment, our wall clock when it was heard. */
  usableMs: number;
  silent: boolean;
  ended: boolean;
  /** When its silence was last reported. */
  reportedMs: number;
  /** The hospital's time of its last segment. */
  hospitalMs: number | undefined;
  /** The departure that was looked at last. */
  departure: Departure | undefined;
}

/** What the watch needs of the partition's devices. */
export interface WatchedDevices {
  /** Those known at the beginning, and those of them that were silent then. */
  readonly known: readonly string[];
  readonly silent: ReadonlySet<string>;
  isEnded(device: string): boolean;
  /** Is all that was read of it published? */
  isSettled(device: string): boolean;
  /** Broker time of its last record, ms; 0: none was accepted. */
  lastRecordMs(device: string): number;
  /** Keeps over a restart whether it is silent. */
  silenceCheckpoint(device: string, isSilent: boolean): NewRecord;
}

/** What only the engine's clock can show of a device: that it fell silent or sends nothing usable, is so still, or is heard again; that a stay on it is over. */
export class AbsenceWatch {
  private readonly presences = new Map<string, Presence>();

  constructor(
    private readonly devices: WatchedDevices,
    private readonly associations: AssociationTable,
    private readonly clock: Clock,
    /** A device unheard of for this long is silent. */
    private readonly silentAfterMs: number,
  ) {
    const nowMs = clock.monotonicMs();
    // A device that was silent before the take-over is still missed after it.
    for (const device of new Set([...devices.known, ...devices.silent])) {
      const silent = devices.silent.has(device);
      this.presences.set(device, newPresence(silent ? nowMs - silentAfterMs - 1 : nowMs, devices.lastRecordMs(device), silent, devices.isEnded(device)));
    }
  }

  get silentCount(): number {
    let count = 0;
    for (const { silent } of this.presences.values()) if (silent) count++;
    return count;
  }

  hear(device: string): void {
    const presence = this.presences.get(device);
    const nowMs = this.clock.monotonicMs();
    if (presence === undefined) this.presences.set(device, newPresence(nowMs, this.clock.nowMs(), false, false));
    else {
      // Back from a silence: its first segment takes a while.
      if (nowMs - presence.heardMs > this.silentAfterMs) Object.assign(presence, { formedMs: nowMs, usableMs: this.clock.nowMs() });
      presence.heardMs = nowMs;
    }
  }

  /** A segment of it has closed. */
  form(device: string): void {
    const presence = this.presences.get(device);
    if (presence !== undefined) Object.assign(presence, { formedMs: this.clock.monotonicMs(), usableMs: this.devices.lastRecordMs(device) });
  }

  /** A record of it was refused. One of which nothing was ever accepted is watched where somebody is on it. */
  refuse(device: string): void {
    const isBed = () => this.presences.size < this.devices.known.length + REFUSED_DEVICES_MAX && this.associations.at(device, this.clock.nowMs()).contextOffset >= 0;
    if (this.presences.has(device) || isBed()) this.hear(device);
  }

  /** Nothing of it is processed for a while: it counts as silent at once. */
  miss(device: string): void {
    const presence = this.presences.get(device);
    if (presence !== undefined) presence.heardMs = Math.min(presence.heardMs, this.clock.monotonicMs() - this.silentAfterMs - 1);
  }

  /** What takes back what is kept of the device. */
  forget(device: string): NewRecord[] {
    const wasSilent = this.presences.get(device)?.silent ?? false;
    this.presences.delete(device);
    return wasSilent ? [this.devices.silenceCheckpoint(device, false)] : [];
  }

  /** The devices are of another topic. */
  forgetAll(): NewRecord[] {
    return [...this.presences.keys()].flatMap((device) => this.forget(device));
  }

  /** All that is to be written now. While a device sends, its own segments show who has left: see `departures`. */
  look(): NewRecord[] {
    return [...this.presences].flatMap(([device, presence]) => {
      const records = this.silence(device, presence);
      const isGone = (presence.silent || this.devices.isEnded(device)) && presence.hospitalMs !== undefined && this.devices.isSettled(device);
      return isGone ? [...records, ...this.departures(device, presence.hospitalMs! + this.missingMs(presence))] : records;
    });
  }

  /** A segment of the device came, by the hospital's time. Who had left by then, after all of the stay's own; reported once in an assignment: a repeat changes nothing. */
  ofSegment(device: string, hospitalMs: number): NewRecord[] {
    const presence = this.presences.get(device);
    if (presence !== undefined) presence.hospitalMs = hospitalMs;
    return this.departures(device, hospitalMs);
  }

  private departures(device: string, hospitalMs: number): NewRecord[] {
    const departure = this.associations.lastDeparture(device, hospitalMs - DEPARTURE_AFTER_MS);
    const presence = this.presences.get(device);
    if (departure === undefined || presence === undefined) return [];
    if (presence.departure?.encounter === departure.encounter && presence.departure.atMs === departure.atMs) return [];
    presence.departure = departure;
    return this.associations.isAnywhere(departure.encounter, hospitalMs) ? [] : [departureRecord(departure)];
  }

  /** For how long nothing usable has come of it. */
  private missingMs({ heardMs, formedMs }: Presence): number {
    const nowMs = this.clock.monotonicMs();
    const unheardMs = nowMs - heardMs;
    const formlessMs = nowMs - formedMs;
    return unheardMs <= this.silentAfterMs && formlessMs > Math.max(this.silentAfterMs, FORMLESS_AFTER_MIN_MS) ? formlessMs : unheardMs;
  }

  private silence(device: string, presence: Presence): NewRecord[] {
    const nowMs = this.clock.monotonicMs();
    const missingMs = this.missingMs(presence);
    const isEnded = this.devices.isEnded(device);
    // After its last outcome: a reader must not take that for a device that is back.
    const ended = isEnded && (presence.ended || this.devices.isSettled(device));
    const silent = !isEnded && missingMs > this.silentAfterMs;
    const isAgain = silent && missingMs < SILENCE_REPORTED_MAX_MS && nowMs - presence.reportedMs >= SILENCE_AGAIN_MS;
    const isNew = silent !== presence.silent;
    const isEnd = ended && !presence.ended;
    presence.silent = silent;
    presence.ended = ended;
    if (!isNew && !isAgain && !isEnd) return [];
    presence.reportedMs = nowMs;
    const atMs = this.clock.nowMs();
    const sends = silent && nowMs - presence.heardMs <= this.silentAfterMs;
    const lastRecordMs = (sends ? 0 : this.devices.lastRecordMs(device)) || presence.usableMs;
    const record = silenceRecord({ device, silent, sends, ended, atMs, lastRecordMs }, this.associations.at(device, atMs));
    return isNew ? [record, this.devices.silenceCheckpoint(device, silent)] : [record];
  }
}

function newPresence(heardMs: number, usableMs: number, silent: boolean, ended: boolean): Presence {
  return { heardMs, formedMs: heardMs, usableMs, silent, ended, reportedMs: -Infinity, hospitalMs: undefined, departure: undefined };
}
