/** What was there when the patient came is no event: it goes to a reader; it is announced at the bedside when it begins. Invariants: I79 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LASTING } from '../../src/decide/lasting.js';
import { LEADS, type AlertEvent, type Outcome } from '../../src/ecg/index.js';
import { decide, outcome, policyWith, STEADY } from './series.js';

const LBBB = 'left-bundle-branch-block';
const FIVE_MINUTES = 30;

const of = (finding: string, probability: number) => (k: number): Outcome => outcome(k, probability, {}, finding);
const series = (...parts: readonly (readonly [count: number, make: (k: number) => Outcome])[]): Outcome[] =>
  parts.flatMap(([count, make]) => Array.from({ length: count }, () => make)).map((make, k) => make(k));
const raisedIn = (events: readonly AlertEvent[], finding = LBBB) => events.filter(({ state, snapshot }) => state === 'raised' && snapshot.finding === finding).map(({ snapshot, cause }) => [snapshot.channel, cause]);
const st = (levels: Readonly<Record<string, number>>) => (k: number): Outcome =>
  outcome(k, 0, { findings: [], measurements: { beats: STEADY, voltages: [], st: LEADS.map((lead) => ({ lead, mv: levels[lead] ?? 0 })), heartRateBpm: 70, qrsMs: 90 } });

/** Beats at this rate, whatever the borders of segments. */
const beating = (perMinute: number) => (k: number): Outcome => {
  const [from, rr] = [k * 5000, (60 * 500) / perMinute];
  const first = Math.ceil(from / rr);
  const beats = Array.from({ length: Math.ceil(5000 / rr) }, (_, i) => Math.round((first + i) * rr) - from).filter((beat) => beat < 5000);
  return outcome(k, 0, { findings: [], measurements: { beats, voltages: [], st: [] } });
};

describe('a bundle branch block', () => {
  test('that the patient came with goes to a reader, once a day, and is not escalated', () => {
    const { events, suppressed } = decide(series([200, of(LBBB, 0.95)], [20, of(LBBB, 0.01)], [400, of(LBBB, 0.95)]));
    expect(raisedIn(events)).toEqual([['worklist', 'not-new']]);
    expect(events.filter(({ state }) => state === 'escalated')).toEqual([]);
    expect(suppressed).toContain('cool-down');
    expect(raisedIn(decide(series([200, of(LBBB, 0.95)], [20, of(LBBB, 0.01)], [8640, of(LBBB, 0.95)])).events)).toEqual([['worklist', 'not-new'], ['worklist', 'not-new']]);
  });
  test('that begins is an event at the bedside, at once', () => {
    const { events } = decide(series([FIVE_MINUTES + 1, of(LBBB, 0.01)], [4, of(LBBB, 0.95)]));
    expect(raisedIn(events)).toEqual([['bedside', 'threshold']]);
  });
  test('that comes back, once it was seen to begin, is an event again', () => {
    const on = [120, of(LBBB, 0.95)] as const;
    const off = [370, of(LBBB, 0.01)] as const;
    expect(raisedIn(decide(series([120, of(LBBB, 0.01)], on, off, on, off)).events)).toEqual([['bedside', 'threshold'], ['bedside', 'threshold']]);
  });
  test('of a minute on arrival does not silence the one that begins hours later', () => {
    const { events } = decide(series([6, of(LBBB, 0.95)], [2000, of(LBBB, 0.01)], [10, of(LBBB, 0.95)]));
    expect(raisedIn(events)).toEqual([['worklist', 'not-new'], ['bedside', 'threshold']]);
  });
  test('that begins before the patient is known goes to a reader: it may have been away by chance', () => {
    expect(raisedIn(decide(series([FIVE_MINUTES - 5, of(LBBB, 0.01)], [10, of(LBBB, 0.95)])).events)).toEqual([['worklist', 'not-new']]);
  });
  test('that begins after hours in which hardly anything was seen: the hour is one of what was watched', () => {
    const { events } = decide([...series([20, of(LBBB, 0.01)]), ...Array.from({ length: 25 }, (_, k) => outcome(1000 + k, k < 15 ? 0.01 : 0.95, {}, LBBB))]);
    expect(raisedIn(events)).toEqual([['bedside', 'threshold']]);
  });
  test('five minutes are time, however windows overlap', () => {
    const overlapping = (k: number, probability: number) => outcome(0, probability, { id: `bed-1/1/${k * 1000}`, firstSample: k * 1000, startMs: 1_700_000_000_000 + k * 2000 }, LBBB);
    const events = (count: number) => decide(Array.from({ length: count + 20 }, (_, k) => overlapping(k, k < count ? 0.01 : 0.95))).events;
    expect([raisedIn(events(60)), raisedIn(events(160))]).toEqual([[['worklist', 'not-new']], [['bedside', 'threshold']]]);
  });
  test('that was doubtful for an hour is not new when it passes its threshold', () => {
    const { threshold, release } = policyWith({}).entries.get(LBBB)!;
    expect(raisedIn(decide(series([400, of(LBBB, (threshold + release) / 2)], [10, of(LBBB, 0.95)])).events)).toEqual([['worklist', 'not-new']]);
  });
  test('that comes and goes from the start is not new either', () => {
    const comesAndGoes = Array.from({ length: 60 }, (_, k) => [3, of(LBBB, k % 2 === 0 ? 0.01 : 0.95)] as const);
    expect(raisedIn(decide(series(...comesAndGoes, [5, of(LBBB, 0.95)])).events)).toEqual([['worklist', 'not-new']]);
  });
  test('of a device that nobody has given a patient: after an hour without it the next one is another', () => {
    const nobody = { association: { knownConditions: [], contextOffset: -1 } };
    const segment = (k: number, probability: number) => outcome(k, probability, nobody, LBBB);
    const first = Array.from({ length: 60 }, (_, k) => segment(k, 0.01));
    const next = Array.from({ length: 10 }, (_, k) => segment(1000 + k, 0.95));
    expect(raisedIn(decide([...first, ...next]).events)).toEqual([['worklist', 'not-new']]);
    expect(raisedIn(decide([...first, ...next.map((_, k) => segment(100 + k, 0.95))]).events)).toEqual([['bedside', 'threshold']]);
  });
});

test('where a unit sends findings to a reader, each run of beats is listed: a day of rest is for what lasts', () => {
  const by = policyWith({ findings: { 'rule-tachycardia': { mode: 'reader' } } });
  const fast = [6, beating(150)] as const;
  const slow = [30, beating(80)] as const;
  expect(raisedIn(decide(series(fast, slow, fast, slow), by).events, 'rule-tachycardia')).toEqual([['worklist', 'threshold'], ['worklist', 'threshold']]);
});

test('a hypertrophy that begins is an electrode that was moved: a reader sees it', () => {
  const id = 'left-ventricular-hypertrophy';
  expect(raisedIn(decide(series([400, of(id, 0.01)], [10, of(id, 0.95)])).events, id)).toEqual([['worklist', 'not-new']]);
});

describe('what may need somebody at once is an event whenever it is seen', () => {
  test('an acute infarction, fibrillation', () => {
    for (const id of ['stemi', 'atrial-fibrillation']) expect(raisedIn(decide(series([10, of(id, 0.95)])).events, id)).toEqual([['bedside', 'threshold']]);
  });
  test('ST elevation with depression on the other side; without, it goes to a reader', () => {
    const inferior = { II: 0.2, III: 0.25, aVF: 0.2 };
    const acute = decide(series([10, st({ ...inferior, aVL: -0.1 })])).events;
    expect(raisedIn(acute, 'rule-st-elevation')).toEqual([['bedside', 'threshold']]);
    expect(acute.filter(({ snapshot }) => snapshot.finding === 'rule-st-elevation-alone').at(-1)!.snapshot.explainedBy).toBeDefined();
    const alone = decide(series([10, st(inferior)])).events;
    expect(alone.map(({ snapshot }) => [snapshot.finding, snapshot.channel])).toEqual([['rule-st-elevation-alone', 'worklist']]);
  });
  test('an elevation that grows', () => {
    const { events } = decide(series([370, st({ V2: 0.26, V3: 0.26 })], [10, st({ V2: 0.4, V3: 0.4 })]));
    expect(raisedIn(events, 'rule-st-change')).toEqual([['bedside', 'threshold']]);
  });
});

test('whatever the segments say, a lasting finding that was not seen to begin reaches the bedside only after five minutes without it', () => {
  const { release } = policyWith({}).entries.get(LBBB)!;
  const segments = fc.record({
    before: fc.array(fc.oneof({ weight: 30, arbitrary: fc.constant(0.01) }, { weight: 1, arbitrary: fc.constantFrom(0.09, 0.95) }), { minLength: 10, maxLength: 70, size: 'max' }),
    after: fc.array(fc.constantFrom(0.95, 0.95, 0.95, 0.95, 0.01), { minLength: 5, maxLength: 30 }),
  });
  const count = { bedside: 0, worklist: 0 };
  fc.assert(fc.property(segments, ({ before, after }) => {
    const probabilities = [...before, ...after];
    const { events } = decide(probabilities.map((probability, k) => outcome(k, probability, {}, LBBB)));
    const [first] = events.filter(({ state }) => state === 'raised');
    if (first === undefined) return;
    const channel = first.snapshot.channel as keyof typeof count;
    count[channel]++;
    const passed = probabilities.slice(0, Math.round((first.atMs - outcome(0, 0).startMs) / 10_000));
    const against = passed.filter((probability) => probability < release).length;
    if (channel === 'bedside') expect(against).toBeGreaterThanOrEqual(FIVE_MINUTES);
    if (against < FIVE_MINUTES) expect(channel).toBe('worklist');
  }), { numRuns: 200 });
  expect(Math.min(count.bedside, count.worklist)).toBeGreaterThan(10);
});

test('the table names findings of the catalogue, each once, and says why', () => {
  const catalogue = JSON.parse(readFileSync(new URL('../../models/catalogue.json', import.meta.url), 'utf8')) as { findings: { id: string }[] };
  const ids = LASTING.flatMap(({ findings }) => findings);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(catalogue.findings.map((finding) => finding.id)).toContain(id);
  for (const { why } of LASTING) expect(why.length).toBeGreaterThan(20);
});

describe('a rate that hovers around its limit', () => {
  test.each([['rule-tachycardia', 136, 130, 100], ['rule-bradycardia', 41, 43.5, 60]])('%s is one alert, which ends where the rate is clearly off it', (finding, over, nearly, away) => {
    const hovers = Array.from({ length: 20 }, (_, k) => [4, beating(k % 2 === 0 ? over : nearly)] as const);
    const { events } = decide(series(...hovers, [10, beating(away)]));
    expect(events.filter(({ snapshot }) => snapshot.finding === finding).map(({ state }) => state).filter((state) => state !== 'escalated')).toEqual(['raised', 'resolved']);
  });
});
