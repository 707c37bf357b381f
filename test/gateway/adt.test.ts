/** The door for ADT: the table in the topic, over lost messages, late ones, conflicts and restarts; and nobody's name. Invariants: I57, I58 */
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { decodeAcknowledgement, FrameReader, frameOf } from '../../src/adapters/mllp/index.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { startAdtDoor } from '../../src/gateway/index.js';
import { siteMapSchema } from '../../src/ingest/index.js';
import { AssociationTable } from '../../src/line/index.js';
import { type LogRecord, type NewRecord, TOPICS } from '../../src/ports/index.js';
import { decodeContext } from '../../src/wire/index.js';

const KEY = 'a key of this site that nobody else has';
const MAP = siteMapSchema.parse({ timeZone: 'Europe/Berlin', beds: { 'ICU/1/3': ['mon-3'], 'ICU/1/5': ['mon-5', 'tele-5'] } });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The context topic in memory. */
class MemoryContext {
  readonly records: LogRecord[] = [];
  failing = 0;

  append(records: readonly NewRecord[]): Promise<void> {
    if (this.failing-- > 0) return Promise.reject(new Error('away'));
    for (const { key, value, headers = {} } of records) this.records.push({ topic: TOPICS.context, partition: 0, offset: this.records.length, timestampMs: 0, key, value, headers });
    return Promise.resolve();
  }

  follow(_topic: string, onRecords: (records: readonly LogRecord[]) => void): Promise<{ close(): Promise<void> }> {
    onRecords(this.records);
    return Promise.resolve({ close: () => Promise.resolve() });
  }

  /** As compaction leaves it: the last of each key; marks of deletion stay for a while. */
  compact(): void {
    const last = new Map(this.records.map((record) => [record.key, record]));
    this.records.splice(0, this.records.length, ...last.values());
  }

  /** Device and hours since midnight in Berlin. */
  table(): string[] {
    const last = new Map(this.records.map(({ key, value }) => [key, value]));
    const hours = (ms: number) => (ms - Date.UTC(2026, 1, 28, 23)) / 3_600_000;
    return [...last.values()]
      .flatMap((value) => (value === null ? [] : [decodeContext(value)!]))
      .map(({ device, encounter, sinceMs, untilMs }) => `${device} ${encounter.slice(0, 4)} ${hours(sinceMs)}–${untilMs === undefined ? '' : hours(untilMs)}`)
      .sort();
  }
}

async function door(log: MemoryContext, encounterKey = KEY) {
  const meter = prometheusMeter();
  const reports: string[] = [];
  const started = await startAdtDoor({ host: '127.0.0.1', port: 0, allow: [], clock: systemClock(), meter, report: (_level, fields, text) => reports.push(`${text} ${JSON.stringify(fields)}`), log, map: MAP, encounterKey });
  closing.push(() => started.close());
  const socket: Socket = connect(started.port, '127.0.0.1');
  closing.push(() => socket.destroy());
  const reader = new FrameReader();
  const answers: string[] = [];
  socket.on('error', () => {}).on('data', (piece: Buffer) => answers.push(...(reader.push(piece) ?? []).map((one) => one.toString())));
  const send = async (...texts: readonly string[]): Promise<string[]> => {
    const before = answers.length;
    for (const text of texts) socket.write(frameOf(text));
    await vi.waitFor(() => expect(answers.length).toBe(before + texts.length), { timeout: 5000, interval: 2 });
    return answers.slice(before).map((text) => decodeAcknowledgement(text)!.code);
  };
  return { ...started, meter, reports, answers, send };
}

let ids = 0;
const adt = (trigger: string, time: string, bed: string, { prior = '', visit = 'V-7', name = 'TEST^PERSON' } = {}) =>
  [`MSH|^~\\&|ADT|HOSP|||${time}||ADT^${trigger}|A${ids++}|P|2.5`, `EVN|${trigger}|${time}||||${time}`, `PID|1||MRN-0001^^^HOSP^MR||${name}||19500101|F`, `PV1|1|I|${bed}|||${prior}|||||||||||||${visit}^^^HOSP^VN`].map((line) => `${line}\r`).join('');
const DAY = '20260301';
const STAY = [
  adt('A01', `${DAY}080000`, 'ICU^1^3'),
  adt('A08', `${DAY}080500`, 'ICU^1^3'),
  adt('A02', `${DAY}100000`, 'ICU^1^5', { prior: 'ICU^1^3' }),
  adt('A12', `${DAY}100200`, 'ICU^1^3', { prior: 'ICU^1^5' }),
  adt('A40', `${DAY}110000`, 'ICU^1^3'),
  adt('A02', `${DAY}120000`, 'ICU^1^5', { prior: 'ICU^1^3' }),
  adt('A03', `${DAY}180000`, 'ICU^1^5'),
  adt('A13', `${DAY}180500`, 'ICU^1^5'),
  adt('A01', `${DAY}190000`, 'ICU^1^3', { visit: 'V-8' }),
  adt('A03', `${DAY}200000`, 'ICU^1^5'),
];
const encounterOf = (table: readonly string[], device: string) => table.find((row) => row.startsWith(device))!.split(' ')[1];

describe('the topic', () => {
  test('has the table of a day, and says who he is by age and sex alone', async () => {
    const log = new MemoryContext();
    const { send } = await door(log);
    expect(new Set(await send(...STAY))).toEqual(new Set(['AA']));
    const table = log.table();
    const seven = encounterOf(table, 'mon-5');
    expect(table.filter((row) => row.includes(seven))).toEqual([`mon-3 ${seven} 8–12`, `mon-5 ${seven} 12–20`, `tele-5 ${seven} 12–20`]);
    expect(table).toHaveLength(4);
    expect(decodeContext(log.records.findLast(({ key }) => key?.startsWith('mon-5'))!.value!)).toMatchObject({ bed: 'ICU/1/5', unit: 'ICU', ageYears: 76, sex: 'female', encounter: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  test('is the same in any order, with messages twice, an append that fails and restarts between', async () => {
    const quiet = new MemoryContext();
    await (await door(quiet)).send(...STAY);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...STAY, ...STAY.slice(0, 3)], { minLength: STAY.length + 3 }), fc.nat(STAY.length), fc.nat(3), async (order, crash, failing) => {
        const log = new MemoryContext();
        const first = await door(log);
        await first.send(...order.slice(0, crash));
        await first.close();
        log.compact();
        const second = await door(log);
        log.failing = failing;
        for (const text of order.slice(Math.max(0, crash - 1))) while ((await second.send(text))[0] !== 'AA');
        await second.close();
        expect(log.table()).toEqual(quiet.table());
      }),
      { numRuns: 40 },
    );
  });

  test('two on one device: both stand, it is counted and reported, and the engine disputes the identity', async () => {
    const log = new MemoryContext();
    const { send, meter, reports } = await door(log);
    await send(STAY[0], adt('A01', `${DAY}090000`, 'ICU^1^3', { visit: 'V-8' }), adt('A03', `${DAY}110000`, 'ICU^1^3'));
    expect(log.table()).toHaveLength(2);
    expect(await meter.sum('purkinje_gateway_identity_conflicts')).toBe(1);
    expect(reports.join()).toContain('two encounters are on one device');
    const table = new AssociationTable();
    table.take(log.records);
    expect(table.at('mon-3', Date.UTC(2026, 2, 1, 9))).toMatchObject({ isDisputed: true });
    expect(table.at('mon-3', Date.UTC(2026, 2, 1, 10, 30))).not.toHaveProperty('isDisputed');
    await send(adt('A11', `${DAY}120000`, 'ICU^1^3', { visit: 'V-8' }));
    expect(await meter.sum('purkinje_gateway_identity_conflicts')).toBe(0);
    expect(log.table()).toEqual([expect.stringMatching(/^mon-3 [0-9a-f]{4} 8–11$/)]);
  });

  test('is written when something changes, and only then; what others wrote is left alone', async () => {
    const log = new MemoryContext();
    await log.append([{ topic: TOPICS.context, key: 'mon-3@0', value: Buffer.from('of another writer') }]);
    const { send, close } = await door(log);
    await send(STAY[0], STAY[0], STAY[0]);
    expect(log.records).toHaveLength(2);
    await close();
    await (await door(log)).send(STAY[0]);
    expect(log.records).toHaveLength(2);
  });
});

test('no name, no record number, no visit number and no birth date is in a record, a report, an answer or a metric', async () => {
  const log = new MemoryContext();
  const { send, meter, reports, answers } = await door(log);
  await send(...STAY, adt('A01', 'no time', 'ICU^1^3'), adt('A05', `${DAY}080000`, 'ICU^1^3'), adt('A02', `${DAY}080000`, ''));
  const all = [...log.records.flatMap(({ key, value, headers }) => [key, value === null ? '' : Buffer.from(value).toString('latin1'), JSON.stringify(headers)]), ...reports, ...answers, await meter.text()].join('\n');
  expect(all).toContain('mon-3');
  expect(all).not.toMatch(/MRN|0001\^|TEST|PERSON|V-[78]|19500101/);
});

test('another key makes other encounters of the same visits', async () => {
  const [one, other] = [new MemoryContext(), new MemoryContext()];
  await (await door(one)).send(STAY[0]);
  await (await door(other, 'another key, of another site, as long')).send(STAY[0]);
  expect(one.table()).not.toEqual(other.table());
});
