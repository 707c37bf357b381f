import type { Clock, NewRecord } from '../ports/index.js';
import type { AssociationTable } from './association.js';
import type { DeviceBook } from './books.js';
import { departureRecord, silenceRecord } from './outcome.js';

/** A device that stays silent is told of again this often, for as long: deciding has no other clock meanwhile. */
const SILENCE_AGAIN_MS = 60_000;
const SILENCE_TOLD_MAX_MS = 3_600_000;
/** A stay is told to be over so long after its end: its last segments come first. */
const DEPARTURE_AFTER_MS = 60_000;

/** What only the engine's clock can tell of a device: that it fell silent, is so still, or is heard again; that a stay on it is over. */
export class AbsenceWatch {
  constructor(
    private readonly associations: AssociationTable,
    private readonly clock: Clock,
    /** A device unheard of for this long is silent. */
    private readonly silentAfterMs: number,
  ) {}

  /** What is to be written now; the book is changed with it. While the device sends, its own segments tell who has left: see `departures`. */
  look(device: string, book: DeviceBook, lastRecordMs: number): NewRecord[] {
    const told = this.silence(device, book, lastRecordMs);
    const isGone = (book.silent || book.ended) && book.groups.length === 0 && book.heardMs !== undefined && book.hospitalMs !== undefined;
    return isGone ? [...told, ...this.departures(device, book, book.hospitalMs! + this.clock.monotonicMs() - book.heardMs!)] : told;
  }

  private silence(device: string, book: DeviceBook, lastRecordMs: number): NewRecord[] {
    if (book.heardMs === undefined) return [];
    const nowMs = this.clock.monotonicMs();
    const missingMs = nowMs - book.heardMs;
    const silent = !book.ended && missingMs > this.silentAfterMs;
    const isAgain = silent && missingMs < SILENCE_TOLD_MAX_MS && nowMs - book.silenceToldMs >= SILENCE_AGAIN_MS;
    const isNew = silent !== book.silent;
    book.silent = silent;
    if (!isNew && !isAgain) return [];
    book.silenceToldMs = nowMs;
    const atMs = this.clock.nowMs();
    return [silenceRecord({ device, silent, atMs, lastRecordMs }, this.associations.at(device, atMs))];
  }

  /** Who had left by the hospital's time of a segment, after all of the stay's own. Told once in a tenure: to hear it twice changes nothing. */
  departures(device: string, book: DeviceBook, hospitalMs: number): NewRecord[] {
    const departure = this.associations.lastDeparture(device, hospitalMs - DEPARTURE_AFTER_MS);
    if (departure === undefined || (book.departure?.encounter === departure.encounter && book.departure.atMs === departure.atMs)) return [];
    book.departure = departure;
    return this.associations.isAnywhere(departure.encounter, hospitalMs) ? [] : [departureRecord(departure)];
  }
}
