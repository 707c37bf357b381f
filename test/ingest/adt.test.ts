/** Who was on which device: the same table in whatever order messages come, as an oracle has it. Invariants: I57 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AdtEvent, type AdtKind, conflictsIn, Er7Message, identityOf, readAdt, type Refused, Ward } from '../../src/ingest/index.js';
import { er7 } from './read.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 1);
const BEDS = ['ICU/1/1', 'ICU/1/2', 'ICU/1/3', 'WARD/9/1'];
/** One bed has two devices, one has none. */
const devicesOf = (bed: string): readonly string[] => ({ 'ICU/1/1': ['mon-1'], 'ICU/1/2': ['mon-2', 'tele-2'], 'ICU/1/3': ['mon-3'] })[bed] ?? [];

const event = (kind: AdtKind, encounter: string, hours: number, more: Partial<AdtEvent> = {}): AdtEvent => ({ kind, encounter, atMs: START_MS + hours * HOUR_MS, recordedMs: START_MS + hours * HOUR_MS, ...more });
const tableOf = (events: readonly AdtEvent[]) => {
  const ward = new Ward(devicesOf);
  for (const one of events) ward.add(one);
  return ward.table();
};
const shown = (events: readonly AdtEvent[]) => tableOf(events).map(({ device, encounter, sinceMs, untilMs }) => `${device} ${encounter} ${(sinceMs - START_MS) / HOUR_MS}–${untilMs === undefined ? '' : (untilMs - START_MS) / HOUR_MS}`);

/**
 * The events as they were entered, on a list from which cancellations strike; then asked where each was at a time. It
 * knows no intervals and no sets.
 */
function whereAt(events: readonly AdtEvent[], atMs: number): Map<string, string> {
  const entered = [...events].sort((a, b) => a.recordedMs - b.recordedMs || (identityOf(a) < identityOf(b) ? -1 : 1));
  const aliases = new Map<string, string>();
  for (const one of entered) if (one.kind === 'merge') aliases.set(one.encounter, one.into!);
  const nameOf = (encounter: string) => {
    let name = encounter;
    for (let hops = 0; aliases.has(name); hops++) {
      if (hops > 10) return encounter;
      name = aliases.get(name)!;
    }
    return name;
  };
  const lists = new Map<string, AdtEvent[]>();
  for (const one of entered) {
    const list = lists.get(nameOf(one.encounter)) ?? [];
    lists.set(nameOf(one.encounter), list);
    const strike = (kind: AdtKind, bed?: string): void => {
      for (let k = list.length - 1; k >= 0; k--) {
        if (list[k].kind !== kind || (bed !== undefined && list[k].bed !== bed)) continue;
        list.splice(k, 1);
        return;
      }
    };
    if (one.kind === 'cancel-admit') list.length = 0;
    else if (one.kind === 'cancel-move') strike('move', one.bed);
    else if (one.kind === 'cancel-discharge') strike('discharge');
    else if (one.kind !== 'merge') list.push(one);
  }
  const where = new Map<string, string>();
  for (const [name, list] of lists) {
    const past = list.filter((one) => one.atMs <= atMs).sort((a, b) => a.atMs - b.atMs || a.recordedMs - b.recordedMs || (identityOf(a) < identityOf(b) ? -1 : 1));
    // An update places only whom nothing before it has placed.
    const decisive = past.findLast((one, k) => one.kind !== 'update' || k === 0);
    if (decisive?.bed !== undefined) where.set(name, decisive.bed);
  }
  return where;
}

const story = fc
  .array(
    fc.record({
      kind: fc.constantFrom<AdtKind>('admit', 'admit', 'move', 'move', 'move', 'discharge', 'discharge', 'cancel-admit', 'cancel-move', 'cancel-move', 'cancel-discharge', 'merge', 'update'),
      encounter: fc.constantFrom('a', 'b', 'c', 'd'),
      bed: fc.constantFrom(...BEDS),
      hour: fc.nat(40),
      /** Entered late. */
      late: fc.constantFrom(0, 0, 0, 1, 7),
      into: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .map((all) => {
    // Each at a time of its own, but for some that share theirs.
    const events = all.map(({ kind, encounter, bed, hour, late, into }, k): AdtEvent => {
      const atMs = START_MS + hour * HOUR_MS + (k % 5 === 0 ? 0 : k * 1000);
      const placed = kind === 'admit' || kind === 'move' || kind === 'cancel-move' || kind === 'update';
      return { kind, encounter, atMs, recordedMs: atMs + late * HOUR_MS, ...(placed && { bed }), ...(kind === 'merge' && { into }) };
    });
    // Of many updates two are kept.
    let updates = 0;
    return events.filter(({ kind }) => kind !== 'update' || updates++ < 1);
  });

describe('the table', () => {
  test('in any order, with anything twice, is the oracle’s at every time', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (events, dice) => {
        const order = [...events, ...events.slice(0, 5)].map((one) => ({ one, at: dice.next().value as number })).sort((a, b) => a.at - b.at).map(({ one }) => one);
        const table = tableOf(order);
        expect(table).toEqual(tableOf(events));
        const moments = [...new Set(events.map(({ atMs }) => atMs))].flatMap((ms) => [ms - 500, ms + 500]);
        for (const ms of moments) {
          const expected = [...whereAt(events, ms)].flatMap(([encounter, bed]) => devicesOf(bed).map((device) => `${device} ${encounter}`)).sort();
          const found = table.filter(({ sinceMs, untilMs }) => sinceMs <= ms && (untilMs === undefined || ms < untilMs)).map(({ device, encounter }) => `${device} ${encounter}`).sort();
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string, AdtEvent[], string[]]>([
    ['a stay', [event('admit', 'a', 1, { bed: BEDS[0] }), event('move', 'a', 3, { bed: BEDS[1] }), event('discharge', 'a', 9)], ['mon-1 a 1–3', 'mon-2 a 3–9', 'tele-2 a 3–9']],
    ['a move taken back', [event('admit', 'a', 1, { bed: BEDS[0] }), event('move', 'a', 3, { bed: BEDS[2] }), event('cancel-move', 'a', 4, { bed: BEDS[2] })], ['mon-1 a 1–']],
    ['an admission taken back', [event('admit', 'a', 1, { bed: BEDS[0] }), event('cancel-admit', 'a', 2)], []],
    ['and made again', [event('admit', 'a', 1, { bed: BEDS[0] }), event('cancel-admit', 'a', 2), event('admit', 'a', 3, { bed: BEDS[2] })], ['mon-3 a 3–']],
    ['a discharge taken back', [event('admit', 'a', 1, { bed: BEDS[0] }), event('discharge', 'a', 5), event('cancel-discharge', 'a', 6)], ['mon-1 a 1–']],
    ['an update alone says where he is', [event('update', 'a', 2, { bed: BEDS[0] })], ['mon-1 a 2–']],
    ['and moves nobody', [event('admit', 'a', 1, { bed: BEDS[0] }), event('update', 'a', 2, { bed: BEDS[2] })], ['mon-1 a 1–']],
    ['one visit under two numbers', [event('admit', 'a', 1, { bed: BEDS[0] }), event('merge', 'a', 2, { into: 'b' }), event('discharge', 'b', 4)], ['mon-1 b 1–4']],
    ['two at once on one device have two keys', [event('admit', 'a', 1, { bed: BEDS[0] }), event('admit', 'b', 1, { bed: BEDS[0] })], ['mon-1 a 1–', `mon-1 b ${1 + 1 / HOUR_MS}–`]],
  ])('%s', (_name, events, expected) => expect(shown(events)).toEqual(expected));

  test('two encounters at one time on one device are a conflict, whose stays both stand', () => {
    const both = [event('admit', 'a', 1, { bed: BEDS[0] }), event('admit', 'b', 3, { bed: BEDS[0] })];
    expect(conflictsIn(tableOf(both))).toBe(1);
    expect(shown([...both, event('discharge', 'a', 5)])).toEqual(['mon-1 a 1–5', 'mon-1 b 3–']);
    expect(conflictsIn(tableOf([...both, event('discharge', 'a', 5)]))).toBe(1);
    expect(conflictsIn(tableOf([...both, event('discharge', 'a', 3)]))).toBe(0);
  });
});

test('what is long over is forgotten, but no stay that still lasts', () => {
  const ward = new Ward(devicesOf);
  const day = 24;
  for (const one of [event('admit', 'a', 0, { bed: BEDS[0] }), event('discharge', 'a', 5), event('admit', 'b', 6, { bed: BEDS[2] }), event('admit', 'c', 59 * day, { bed: BEDS[0] })]) ward.add(one);
  expect([...ward.forget()]).toEqual([]);
  ward.add(event('discharge', 'c', 61 * day));
  expect([...ward.forget()]).toEqual(['a']);
  expect(ward.table().map(({ encounter }) => encounter)).toEqual(['c', 'b']);
});

describe('what messages say', () => {
  const reading = { timeZone: 'UTC', nearMs: START_MS, pseudonym: (visit: string) => `p-${visit}` };
  const adt = (trigger: string, ...segments: string[]) => er7(`MSH|^~\\&|ADT|HOSP|PURKINJE|ICU|20260301100000+0100||ADT^${trigger}^ADT_A01|A1|P|2.5`, `EVN|${trigger}|20260301100000+0100||||20260301093000+0100`, ...segments);
  const pid = 'PID|1||MRN-0001^^^HOSP^MR||TEST^PERSON||19500101|F';
  const pv1 = (bed: string, prior = '', visit = 'V-7') => `PV1|1|I|${bed}|||${prior}|||||||||||||${visit}^^^HOSP^VN`;
  const read = (text: string) => readAdt(Er7Message.read(Buffer.from(text))!, reading);
  const at = { atMs: Date.UTC(2026, 2, 1, 8, 30), recordedMs: Date.UTC(2026, 2, 1, 9) };
  const person = { ageYears: 76, sex: 'female' };

  test.each([
    ['A01', 'admit', 'ICU/1/3'],
    ['A02', 'move', 'ICU/1/3'],
    ['A03', 'discharge', 'ICU/1/3'],
    ['A08', 'update', 'ICU/1/3'],
    ['A11', 'cancel-admit', 'ICU/1/3'],
    ['A12', 'cancel-move', 'ICU/1/5'],
    ['A13', 'cancel-discharge', 'ICU/1/3'],
  ])('%s', (trigger, kind, bed) => expect(read(adt(trigger, pid, pv1('ICU^1^3', 'ICU^1^5')))).toEqual([{ kind, encounter: 'p-V-7', ...at, bed, ...person }]));

  test('A17: two patients change places', () => {
    const found = read(adt('A17', pid, pv1('ICU^1^3'), 'PID|2||MRN-2||X||19800101|M', pv1('ICU^1^5', '', 'V-8')));
    expect(found.map(({ kind, encounter, bed, sex }) => [kind, encounter, bed, sex])).toEqual([['move', 'p-V-7', 'ICU/1/3', 'female'], ['move', 'p-V-8', 'ICU/1/5', 'male']]);
  });

  test('A40: persons are nowhere here, so their merging changes nothing; visits that are one are one', () => {
    expect(read(adt('A40', pid, 'MRG|MRN-2^^^HOSP^MR', pv1('ICU^1^3')))).toEqual([]);
    expect(read(adt('A40', pid, 'MRG|MRN-2||||V-6^^^HOSP^VN', pv1('ICU^1^3')))).toEqual([{ kind: 'merge', encounter: 'p-V-6', into: 'p-V-7', atMs: at.recordedMs, recordedMs: at.recordedMs }]);
  });

  test('nothing of the person but age and sex is in what is made of it', () => expect(JSON.stringify(read(adt('A01', pid, pv1('ICU^1^3'))))).not.toMatch(/MRN|TEST|PERSON|19500101/));

  test.each([
    ['no-visit', adt('A01', pid, pv1('ICU^1^3', '', ''))],
    ['no-visit', adt('A01', pid)],
    ['no-bed', adt('A02', pid, pv1(''))],
    ['no-bed', adt('A02', pid, pv1('x'.repeat(65)))],
    ['unsupported-message', adt('A05', pid, pv1('ICU^1^3'))],
    ['bad-time', adt('A01', pid, pv1('ICU^1^3')).replace('20260301093000', '2026030109')],
  ])('%s', (reason, text) => {
    try {
      read(text);
      expect.fail('it is taken');
    } catch (error) {
      expect((error as Refused).reason).toBe(reason);
    }
  });
});
