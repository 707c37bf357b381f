import { type AdtEvent, conflictsIn, type DeviceStay, Refused, Ward } from '../ingest/index.js';
import { type Log, type LogRecord, type NewRecord, TOPICS } from '../ports/index.js';
import { contextKey, decodeContext, encodeContext } from '../wire/index.js';

/** In a record's header: all that was said of its encounter, from which a restarted gateway continues. Pseudonyms, beds and times. */
const EVENTS = 'adt-events';

/**
 * Before the encounter in the key of a record that is no stay: a mark of deletion, whose header has what was said of an encounter that is on
 * no device (yet, or any more). The log keeps it for a day (delete.retention.ms).
 */
const UNPLACED = 'encounter/';

/** In one header: a record stays well under the largest that a broker takes. */
const EVENTS_MAX = 1024;

interface Content {
  readonly encounter: string;
  readonly value: Buffer | null;
  readonly said: string;
}

export interface StayCounts {
  readonly written: number;
  readonly withdrawn: number;
}

/** The interval table as it is published in ecg.context.v1; each change of it is appended before the next message is looked at. */
export class Stays {
  private readonly ward: Ward;
  /** By key: the record that stands. */
  private readonly published = new Map<string, Content>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: Pick<Log, 'append' | 'follow'>,
    beds: Readonly<Record<string, readonly string[]>>,
    private readonly onConflicts: (conflicts: number) => void,
  ) {
    this.ward = new Ward((bed) => (Object.hasOwn(beds, bed) ? beds[bed] : []));
  }

  /** Reads what stands in the topic. What others wrote there is left alone. */
  async restore(): Promise<void> {
    const follower = await this.log.follow(TOPICS.context, (records) => {
      for (const record of records) this.recall(record);
    });
    await follower.close();
    await this.publish();
  }

  /** Resolves when the log has what follows from the events. One message after the other. */
  take(events: readonly AdtEvent[]): Promise<StayCounts> {
    const done = this.turn.then(() => {
      for (const event of events) if (!this.ward.add(event)) throw new Refused('too-many-events');
      return this.publish();
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async publish(): Promise<StayCounts> {
    const forgotten = this.ward.forget();
    for (const [key, { encounter }] of this.published) if (forgotten.has(encounter)) this.published.delete(key);
    const table = this.ward.table();
    const wanted = new Map([
      ...table.map((stay) => [contextKey(stay), contentOf(stay)] as const),
      ...[...this.ward.unplaced(table)].map(([encounter, events]) => [contextKey({ device: `${UNPLACED}${encounter}`, sinceMs: 0 }), { encounter, value: null, said: textOf(events) }] as const),
    ]);
    const changed = [...wanted].filter(([key, content]) => !isSame(this.published.get(key), content));
    const over = [...this.published].filter(([key]) => !wanted.has(key)).map(([key, { said }]) => ({ key, said }));
    const records: NewRecord[] = [
      ...changed.map(([key, { value, said }]) => ({ topic: TOPICS.context, key, value, headers: { [EVENTS]: said } })),
      ...over.map(({ key, said }) => ({ topic: TOPICS.context, key, value: null, headers: { [EVENTS]: said } })),
    ];
    if (records.length > 0) await this.log.append(records);
    for (const [key, content] of changed) this.published.set(key, content);
    for (const { key } of over) this.published.delete(key);
    this.onConflicts(conflictsIn(table));
    return { written: changed.filter(([, { value }]) => value !== null).length, withdrawn: over.filter(({ key }) => !key.startsWith(UNPLACED)).length };
  }

  private recall({ key, value, headers }: LogRecord): void {
    const events = eventsIn(headers[EVENTS]);
    if (key === undefined || events === undefined) return;
    for (const event of events) this.ward.add(event);
    if (value === null && !key.startsWith(UNPLACED)) this.published.delete(key);
    else this.published.set(key, { encounter: value === null ? key.slice(UNPLACED.length, key.lastIndexOf('@')) : (decodeContext(value)?.encounter ?? ''), value: value === null ? null : Buffer.from(value), said: headers[EVENTS] });
  }
}

function isSame(one: Content | undefined, other: Content): boolean {
  return one !== undefined && one.said === other.said && (one.value === null ? other.value === null : other.value !== null && one.value.equals(other.value));
}

function contentOf({ device, encounter, bed, unit, sinceMs, untilMs, ageYears, sex, events }: DeviceStay): Content {
  return { encounter, value: Buffer.from(encodeContext({ device, sinceMs, untilMs, encounter, bed, unit, ageYears, sex, knownConditions: [] })), said: textOf(events) };
}

const textOf = (events: readonly AdtEvent[]): string => JSON.stringify(events.slice(-EVENTS_MAX));

function eventsIn(text: string | undefined): readonly AdtEvent[] | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as readonly AdtEvent[]);
  } catch {
    return undefined;
  }
}
