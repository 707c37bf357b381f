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

  /** What is to be written now; the book is changed with it. */
  look(device: string, book: DeviceBook, lastRecordMs: number): NewRecord[] {
    return [...this.silence(device, book, lastRecordMs), ...this.departure(device, book)];
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

  /** Told once in a tenure: to hear it twice changes nothing. */
  private departure(device: string, book: DeviceBook): NewRecord[] {
    const nowMs = this.clock.nowMs();
    const departure = this.associations.lastDeparture(device, nowMs - DEPARTURE_AFTER_MS);
    if (departure === undefined || (book.departure?.encounter === departure.encounter && book.departure.atMs === departure.atMs)) return [];
    book.departure = departure;
    return this.associations.isAnywhere(departure.encounter, nowMs) ? [] : [departureRecord(departure)];
  }
}
