import type { Departure } from '../ecg/index.js';
import type { Clock, NewRecord } from '../ports/index.js';
import type { SilenceState } from '../wire/index.js';
import type { AssociationTable } from './association.js';
import { departureRecord, silenceRecord } from './outcome.js';

/** A device that stays silent is reported again this often, for as long: deciding has no other clock meanwhile. */
const SILENCE_AGAIN_MS = 60_000;
const SILENCE_REPORTED_MAX_MS = 3_600_000;
/** A device that sends without a segment for less is given time: its first segment, or one after a chunk that was lost, takes as long. */
const FORMLESS_AFTER_MIN_MS = 30_000;
/** Beds of which nothing has ever been accepted; further ones are not watched. */
const REFUSED_DEVICES_MAX = 1000;
/** The end of a stay is reported so long after it: its last segments come first. */
const DEPARTURE_AFTER_MS = 60_000;

/** Of one device. Times by the engine's monotonic clock unless said otherwise. */
interface Presence {
  heardMs: number;
  /** When its latest segment closed; before the first, when it was first heard. */
  formedMs: number;
  /** Broker time of the record that closed it, or of the first one ever, after a silence or after an end. */
  usableMs: number;
  silent: boolean;
  /** Its silence was reported as one of sending nothing usable. */
  sends: boolean;
  /** It has sent in its silence without a segment: only a segment ends that. */
  formless: boolean;
  ended: boolean;
  /** When it was first heard after its end. */
  afterEndMs: number | undefined;
  /** When its silence was last reported. */
  reportedMs: number;
  /** The hospital's time of its last segment. */
  hospitalMs: number | undefined;
  /** The departure that was looked at last. */
  departure: Departure | undefined;
}

/** What the watch needs of the partition's devices. */
export interface WatchedDevices {
  /** Those known at the beginning, and those that were silent then. */
  readonly known: readonly string[];
  readonly silent: ReadonlyMap<string, SilenceState>;
  isEnded(device: string): boolean;
  /** Is all that was read of it published? */
  isSettled(device: string): boolean;
  /** Broker time of its last record, ms; 0: none was accepted. */
  lastRecordMs(device: string): number;
  /** Keeps its silence over a restart; undefined: it is not silent. */
  silenceCheckpoint(device: string, silence: SilenceState | undefined): NewRecord;
}

/** What only the engine's clock can show of a device: that it fell silent or sends nothing usable, is so still, or is heard again; that a stay on it is over. */
export class AbsenceWatch {
  private readonly presences = new Map<string, Presence>();
  private readonly formlessAfterMs: number;

  constructor(
    private readonly devices: WatchedDevices,
    private readonly associations: AssociationTable,
    private readonly clock: Clock,
    /** A device unheard of for this long is silent. */
    private readonly silentAfterMs: number,
  ) {
    this.formlessAfterMs = Math.max(silentAfterMs, FORMLESS_AFTER_MIN_MS);
    const nowMs = clock.monotonicMs();
    for (const device of new Set([...devices.known, ...devices.silent.keys()])) {
      const silence = devices.silent.get(device);
      // The wall clock only where an older engine kept nothing of a device of which nothing was ever accepted.
      const usableMs = silence?.usableMs ?? (devices.lastRecordMs(device) || clock.nowMs());
      const presence = { ...newPresence(nowMs, usableMs), ended: devices.isEnded(device) };
      this.presences.set(device, silence === undefined ? presence : { ...presence, ...this.stillSilent(nowMs, silence, presence.ended) });
    }
  }

  get silentCount(): number {
    let count = 0;
    for (const { silent } of this.presences.values()) if (silent) count++;
    return count;
  }

  /** A chunk of it came; `brokerMs` is the partition's time. */
  hear(device: string, brokerMs: number): void {
    const presence = this.heard(device, brokerMs);
    const nowMs = this.clock.monotonicMs();
    // Back from a silence: its first segment takes a while.
    if (nowMs - presence.heardMs > this.silentAfterMs && !presence.formless) Object.assign(presence, { formedMs: nowMs, usableMs: brokerMs });
    presence.heardMs = nowMs;
  }

  /** A segment of it has closed; what closes after it went quiet is no sign of it. */
  form(device: string): void {
    const presence = this.presences.get(device);
    const nowMs = this.clock.monotonicMs();
    if (presence === undefined || nowMs - presence.heardMs > this.silentAfterMs) return;
    Object.assign(presence, { formedMs: nowMs, usableMs: this.devices.lastRecordMs(device), formless: false });
  }

  /** A record of it was refused: it sends, but is not back. One of which nothing was ever accepted is watched where somebody is on it. */
  refuse(device: string, brokerMs: number): void {
    const isBed = () => this.presences.size < this.devices.known.length + REFUSED_DEVICES_MAX && this.associations.at(device, this.clock.nowMs()).contextOffset >= 0;
    if (!this.presences.has(device) && !isBed()) return;
    const presence = this.heard(device, brokerMs);
    const nowMs = this.clock.monotonicMs();
    if (nowMs - presence.heardMs > this.silentAfterMs) presence.formedMs = Math.min(presence.formedMs, nowMs - this.formlessAfterMs - 1);
    presence.heardMs = nowMs;
  }

  /** Its stream was said to be over. */
  end(device: string): void {
    const presence = this.presences.get(device);
    if (presence !== undefined) Object.assign(presence, { afterEndMs: undefined, formless: false });
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
    return wasSilent ? [this.devices.silenceCheckpoint(device, undefined)] : [];
  }

  /** The devices are of another topic. */
  forgetAll(): NewRecord[] {
    return [...this.presences.keys()].flatMap((device) => this.forget(device));
  }

  /** All that is to be written now. While a device sends, its own segments show who has left: see `departures`. */
  look(): NewRecord[] {
    return [...this.presences].flatMap(([device, presence]) => {
      const records = this.silence(device, presence);
      const isGone = (presence.silent || this.isEnded(device, presence)) && presence.hospitalMs !== undefined && this.devices.isSettled(device);
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

  /** Its presence before this record; the first one after an end counts like the first one ever. */
  private heard(device: string, brokerMs: number): Presence {
    const nowMs = this.clock.monotonicMs();
    let presence = this.presences.get(device);
    if (presence === undefined) this.presences.set(device, (presence = newPresence(nowMs, brokerMs)));
    else if (presence.afterEndMs === undefined && this.devices.isEnded(device)) Object.assign(presence, { afterEndMs: nowMs, heardMs: nowMs, formedMs: nowMs, usableMs: brokerMs });
    return presence;
  }

  /** A device that was silent before the take-over is missed after it too, also one that had sent on after its end. */
  private stillSilent(nowMs: number, { sends }: SilenceState, isEnded: boolean): Partial<Presence> {
    const since = { heardMs: nowMs - this.silentAfterMs - 1, formedMs: nowMs - this.formlessAfterMs - 1 };
    return { ...since, silent: true, sends, formless: sends, ...(isEnded && sends && { ended: false, afterEndMs: -Infinity }) };
  }

  /** A device that sends on after its end for longer than its last chunks are on their way has not ended. */
  private isEnded(device: string, { heardMs, afterEndMs = Infinity }: Presence): boolean {
    return this.devices.isEnded(device) && heardMs - afterEndMs <= FORMLESS_AFTER_MIN_MS;
  }

  /** For how long nothing usable has come of it. */
  private missingMs({ heardMs, formedMs }: Presence): number {
    const nowMs = this.clock.monotonicMs();
    const unheardMs = nowMs - heardMs;
    const formlessMs = nowMs - formedMs;
    return unheardMs <= this.silentAfterMs && formlessMs > this.formlessAfterMs ? formlessMs : unheardMs;
  }

  private silence(device: string, presence: Presence): NewRecord[] {
    const nowMs = this.clock.monotonicMs();
    const missingMs = this.missingMs(presence);
    const isEnded = this.isEnded(device, presence);
    // After its last outcome: a reader must not take that for a device that is back.
    const ended = isEnded && (presence.ended || this.devices.isSettled(device));
    const silent = !isEnded && missingMs > this.silentAfterMs;
    const sends = silent && nowMs - presence.heardMs <= this.silentAfterMs;
    const isAgain = silent && (missingMs < SILENCE_REPORTED_MAX_MS || sends !== presence.sends) && nowMs - presence.reportedMs >= SILENCE_AGAIN_MS;
    const isNew = silent !== presence.silent;
    const isEnd = ended && !presence.ended;
    const turnsFormless = sends && !presence.formless;
    Object.assign(presence, { silent, ended, formless: presence.formless || sends });
    const kept = isNew || turnsFormless ? [this.devices.silenceCheckpoint(device, silent ? { sends: presence.formless, usableMs: presence.usableMs } : undefined)] : [];
    if (!isNew && !isAgain && !isEnd) return kept;
    Object.assign(presence, { reportedMs: nowMs, sends });
    const atMs = this.clock.nowMs();
    const lastRecordMs = (presence.formless ? 0 : this.devices.lastRecordMs(device)) || presence.usableMs;
    return [silenceRecord({ device, silent, sends, ended, atMs, lastRecordMs }, this.associations.at(device, atMs)), ...kept];
  }
}

function newPresence(heardMs: number, usableMs: number): Presence {
  return { heardMs, formedMs: heardMs, usableMs, silent: false, sends: false, formless: false, ended: false, afterEndMs: undefined, reportedMs: -Infinity, hospitalMs: undefined, departure: undefined };
}
