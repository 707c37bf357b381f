/**
 * What is written has a bound by construction: hostile devices, outcomes, contexts, commands and rejected messages are thrown at each
 * kind of record, and its bytes are measured. The figures are those of the table in docs/SPEC.md. Invariants: I53
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, snapshot } from '../../src/assemble/index.js';
import { type DecideInput, initial, step } from '../../src/decide/index.js';
import { byteLength, cutText, LEADS, type Outcome } from '../../src/ecg/index.js';
import {
  decodeCommand, decodeContext, decodeEvidence, decodeOutcome, encodeAlert, encodeCommand, encodeContext, encodeDeviceCheckpoint, encodeOutcome, encodeSubjectCheckpoint, evidenceParts,
  REJECT_REASONS, rejectMessage, type RejectMessage,
} from '../../src/wire/index.js';
import { GAINS, HOSTILE } from '../assemble/hostile.js';
import { run } from '../assemble/stream.js';
import { decide, outcome, policy, policyWith } from '../decide/series.js';

const KIB = 1024;
/** As it is read from the topic. */
const readBack = (one: Outcome): Outcome => {
  const decoded = decodeOutcome(encodeOutcome({ type: 'segment', outcome: one }));
  return decoded?.type === 'segment' ? decoded.outcome : expect.unreachable('it is no outcome');
};
const bytesOf = (one: Outcome): number => encodeOutcome({ type: 'segment', outcome: one }).length;

/** What a message takes of a broker's limit. */
const recordBytes = ({ key, value, headers }: RejectMessage): number => [key ?? '', ...Object.entries(headers).flat()].reduce((sum, text) => sum + byteLength(text), value?.length ?? 0);

describe('a device state', () => {
  const largest: Record<string, number> = {};
  for (const [name, make] of Object.entries({ ...HOSTILE, ...GAINS })) {
    test(name, () => {
      let state: ReturnType<typeof run>['state'] | undefined;
      let most = 0;
      make().forEach((chunk, i) => {
        state = run([chunk], ASSEMBLE_DEFAULTS, state, Number.MAX_SAFE_INTEGER - 100_000 + i).state;
        if (i % 37 !== 0) return;
        const snap = snapshot(state, ASSEMBLE_DEFAULTS);
        most = Math.max(most, encodeDeviceCheckpoint({ appliedThrough: i, lastRecordMs: 1.7e12, ended: false, idle: false, snapshot: snap }).length);
        for (const [key, value] of Object.entries(snap.epoch ?? {})) largest[key] = Math.max(largest[key] ?? 0, JSON.stringify(value)?.length ?? 0);
      });
      expect(most).toBeLessThan(128 * KIB);
    });
  }
  test('all of it at once', () => {
    expect(Object.keys(largest).length).toBeGreaterThan(10);
    expect(Object.values(largest).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(256 * KIB);
  });
});

describe('an outcome', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(5000).map((length) => '\u0000"é€😀'.repeat(length).slice(0, length)));
  const many = <T>(one: fc.Arbitrary<T>) => fc.oneof(fc.array(one, { maxLength: 3 }), fc.tuple(one, fc.nat(20_000)).map(([value, count]) => Array<T>(count).fill(value)));
  const number = fc.oneof(fc.double(), fc.constant(1e300));
  const gap = fc.record({ fromMs: number, toMs: number });
  const hostile: fc.Arbitrary<Outcome> = fc.record({
    reasons: many(text),
    steps: many(fc.record({ atMs: number, stepMs: number })),
    leads: many(fc.record({ lead: text, origin: fc.constant('measured' as const), reasons: many(text), gaps: fc.constant([]) })),
    measurements: fc.record({ beats: many(fc.nat(5000)), voltages: many(fc.record({ lead: text, rMv: number, sMv: number })), st: many(fc.record({ lead: text, mv: number })) }),
    findings: many(fc.record({ id: text, probability: number })),
    model: text,
    modelHash: text,
    placement: text,
    source: fc.record({ partition: fc.nat(), offsets: many(fc.nat()) }),
    association: fc.record({ encounter: fc.constant('e-1'), bed: text, unit: text, knownConditions: many(text), contextOffset: fc.nat() }),
    gaps: fc.array(gap, { maxLength: 50 }),
  }).map(({ gaps, ...more }) => ({ ...outcome(0, 0.5), ...more, leads: more.leads.map((lead) => ({ ...lead, gaps })) }));

  test('more unobserved stretches than there are: one over all of them, for what is not known stays so', () => {
    const unobserved = Array.from({ length: 100 }, (_, i) => ({ fromMs: 100 * i, toMs: 100 * i + 50 }));
    expect(readBack(outcome(0, 0.5, { unobserved })).unobserved).toEqual([{ fromMs: 0, toMs: 9950 }]);
    expect(readBack(outcome(0, 0.5, { unobserved: unobserved.slice(0, 64) })).unobserved).toEqual(unobserved.slice(0, 64));
  });
  test('5,000 gaps in each of twelve leads', () => {
    const gaps = Array.from({ length: 5000 }, (_, i) => ({ fromMs: 2 * i, toMs: 2 * i + 1 }));
    const torn = outcome(0, 0.5, { leads: LEADS.map((lead) => ({ lead, origin: 'measured', reasons: ['gaps'], gaps })) });
    expect(bytesOf(torn)).toBeLessThan(4 * KIB);
    expect(readBack(torn).leads[0]).toMatchObject({ gaps: [{ fromMs: 0, toMs: 9999 }] });
    const apart = Array.from({ length: 240 }, (_, i) => ({ fromMs: 41 * i, toMs: 41 * i + 1 + (i % 5) }));
    const sparse = outcome(0, 0.5, { leads: LEADS.map((lead) => ({ lead, origin: 'measured', reasons: ['gaps'], gaps: apart })) });
    expect(bytesOf(sparse)).toBeLessThan(24 * KIB);
    const { gaps: listed, gapsOmitted } = readBack(sparse).leads[0];
    expect([listed.length, gapsOmitted]).toEqual([64, 240 - 64]);
    // The longest, in their order.
    expect(Math.min(...listed.map(({ fromMs, toMs }) => toMs - fromMs))).toBe(4);
    expect(listed).toEqual([...listed].sort((a, b) => a.fromMs - b.fromMs));
  });
  test('as many as there may be are listed as they are', () => {
    const gaps = Array.from({ length: 64 }, (_, i) => ({ fromMs: 4 * i, toMs: 4 * i + 2 }));
    const one = outcome(0, 0.5, { leads: [{ lead: 'I', origin: 'measured', reasons: [], gaps }] });
    expect(readBack(one).leads).toEqual(one.leads);
  });
  test('an ordinary one is not touched', () => {
    const one = outcome(3, 0.5, { reasons: ['gaps', 'motion'], steps: [{ atMs: 3, stepMs: 900 }], association: { encounter: 'e-1', bed: 'bed 1', unit: 'icu', knownConditions: ['stemi'], contextOffset: 4 } });
    expect(readBack(one)).toEqual(one);
  });
  test('a broker clock that jumped by years breaks no number', () => expect(readBack(outcome(0, 0.5, { brokerUncertaintyMs: 1e12, brokerOffsetMs: -1e12 })).brokerUncertaintyMs).toBe(2 ** 32 - 1));
  test('whatever is in it: its bytes are few, and what is read is finite', () =>
    fc.assert(
      fc.property(hostile, (one) => {
        const read = readBack(one);
        expect(JSON.stringify(read)).not.toContain('null');
        expect(bytesOf(read)).toBeLessThan(192 * KIB);
        expect(read.findings.every(({ probability }) => probability >= 0 && probability <= 1)).toBe(true);
      }),
      { numRuns: 200 },
    ));
});

describe('a rejected message', () => {
  test('its key is cut as well as its value, and both say so', () => {
    const key = Buffer.alloc(500_000, 0xff).toString('utf8');
    expect(byteLength(key)).toBe(1_500_000);
    const made = rejectMessage({ key, value: new Uint8Array(900_000), partition: 3, offset: 7 }, { reason: 'key-mismatch' });
    expect(recordBytes(made)).toBeLessThan(520 * KIB);
    expect(made.headers).toMatchObject({ reason: 'key-mismatch', 'source-partition': '3', 'source-offset': '7', 'cut-from-bytes': '900000', 'key-cut-from-bytes': '1500000' });
  });
  test('a small one is as it came', () => {
    const value = Uint8Array.of(1, 2);
    expect(rejectMessage({ key: 'bed-1', value, partition: 0, offset: 0 }, { reason: 'late' })).toEqual({ key: 'bed-1', value, headers: { reason: 'late', hint: 'its segment was closed already', 'source-partition': '0', 'source-offset': '0' } });
    expect(rejectMessage({ key: undefined, value: null, partition: 0, offset: 0 }, { reason: 'undecodable' })).toMatchObject({ key: undefined, value: null });
  });
  test('any bytes as key and value', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(1_400_000), fc.constantFrom(...REJECT_REASONS), (key, size, reason) => {
        const made = rejectMessage({ key: Buffer.from(key).toString('utf8'), value: new Uint8Array(size), partition: 2 ** 31 - 1, offset: Number.MAX_SAFE_INTEGER }, { reason, field: 'device_time_ms' });
        expect(recordBytes(made)).toBeLessThan(520 * KIB);
      }),
      { numRuns: 200 },
    ));
});

describe('a text that is cut', () => {
  test('fits, says so, and is no other text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 3, max: 150 }), (text, max) => {
        const cut = cutText(text, max);
        expect(byteLength(cut)).toBeLessThanOrEqual(max);
        if (byteLength(text) <= max) expect(cut).toBe(text);
        else expect(cut.endsWith('…') && text.startsWith(cut.slice(0, -1))).toBe(true);
        expect(Buffer.from(cut).toString('utf8')).toBe(cut);
      }),
    ));
});

describe('evidence', () => {
  test('parts, whatever the chunks are', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(1_200_000), { maxLength: 12 }), (sizes) => {
        const parts = evidenceParts({ alertId: 'a'.repeat(32), segment: `${'d'.repeat(128)}/1/0`, chunks: sizes.map((size) => new Uint8Array(size)), missing: '' });
        for (const part of parts) expect(part.length).toBeLessThan(800 * KIB);
        const read = parts.map((part) => decodeEvidence(part)!);
        expect(read.reduce((count, { chunks }) => count + chunks.length, 0)).toBe(sizes.filter((size) => size <= 768 * KIB).length);
        expect(read.map(({ part, parts: of }) => [part, of])).toEqual(read.map((_, i) => [i + 1, parts.length]));
      }),
      { numRuns: 30 },
    ));
  test('a text and a focus that go on and on', () => {
    const focus = Array.from({ length: 100_000 }, () => ({ fromMs: 0, toMs: 100, weight: 0.1 }));
    const parts = evidenceParts({ alertId: 'a', segment: 'd/1/0', chunks: [], focus, missing: 'because '.repeat(100_000) });
    expect(parts.map(({ length }) => length < 2 * KIB)).toEqual([true]);
    expect(decodeEvidence(parts[0])).toMatchObject({ missing: expect.stringMatching(/^because .*…$/) });
  });
});

describe('contexts and commands are bounded as they are read', () => {
  const stay = { device: 'bed-1', sinceMs: 0, encounter: 'e-1', knownConditions: [] };
  const long = 'ä'.repeat(5000);
  test('beds and units are cut with a mark; what names something is refused', () => {
    expect(decodeContext(encodeContext({ ...stay, bed: long, unit: long }))).toEqual({ ...stay, bed: `${'ä'.repeat(30)}…`, unit: `${'ä'.repeat(30)}…` });
    expect(decodeContext(encodeContext({ ...stay, encounter: long }))).toBeUndefined();
    expect(decodeContext(encodeContext({ ...stay, device: long }))).toBeUndefined();
  });
  test('known conditions: each once, and as many as there are findings', () => {
    const knownConditions = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? `finding-${i}` : long));
    expect(decodeContext(encodeContext({ ...stay, knownConditions }))!.knownConditions).toHaveLength(256);
  });
  test('actors and reasons are cut with a mark; what names something is refused', () => {
    const command = { alertId: 'a'.repeat(32), kind: 'dismiss', actor: 'nurse-7', atMs: 1.7e12, reason: 'artefact' } as const;
    expect(decodeCommand(encodeCommand(command))).toEqual(command);
    const read = decodeCommand(encodeCommand({ ...command, actor: long, reason: long }))!;
    expect([byteLength(read.actor), byteLength(read.reason)].every((bytes, i) => bytes <= [128, 512][i])).toBe(true);
    expect(decodeCommand(encodeCommand({ ...command, alertId: long }))).toBeUndefined();
  });
});

describe('what deciding keeps and writes', () => {
  const quotes = (length: number) => '"'.repeat(length);
  const names = [...policy.entries.keys()];
  /** Everything is found, at once and for ever, by a device that fills every field. */
  const hostile = (k: number): Outcome =>
    readBack({
      ...outcome(k, 0.5),
      id: `${'d'.repeat(128)}/${Number.MAX_SAFE_INTEGER}/${2 ** 50 + k * 5000}`,
      device: 'd'.repeat(128),
      epoch: Number.MAX_SAFE_INTEGER,
      firstSample: 2 ** 50 + k * 5000,
      reasons: Array.from({ length: 32 }, () => quotes(64)),
      leads: LEADS.map((lead) => ({ lead, origin: 'measured', reasons: k % 3 === 0 ? ['lead-off'] : [], gaps: [] })),
      measurements: {
        heartRateBpm: 200.123456789, qrsMs: 199.123456789 + k / 1e6, qtcMs: 600.123456789, beats: Array.from({ length: 5000 }, (_, i) => i),
        voltages: Array.from({ length: 40 }, (_, i) => ({ lead: quotes(60) + i, rMv: 1 / 3, sMv: -1 / 3 })), st: Array.from({ length: 40 }, (_, i) => ({ lead: quotes(50) + (40 * k + i), mv: 1 / 3 })),
      },
      findings: names.map((id, i) => ({ id, probability: 0.99 + ((k + i) % 100) / 1e4 })),
      model: quotes(2000),
      modelHash: quotes(2000),
      source: { partition: 2 ** 31 - 1, offsets: Array.from({ length: 5000 }, (_, i) => Number.MAX_SAFE_INTEGER - 10_000_000 + 5000 * k + i) },
      association: { encounter: quotes(128), bed: quotes(500), unit: quotes(500), knownConditions: [], contextOffset: 0 },
    });
  const quick = policyWith({ findings: {}, structural: { segmentsMin: 10, spanMinS: 0, againAfterS: 30 }, priorityCeiling: 'high', lowPerBedDay: 1e9 });

  test('a subject of whom all is found at once, and people who write essays', () => {
    let state = initial(quotes(128));
    const most = { state: 0, event: 0, alerts: 0, owed: 0 };
    const why = new Set<string>();
    const take = (input: DecideInput): void => {
      const done = step(state, input, quick);
      state = done.state;
      for (const suppressed of done.out.suppressed) why.add(suppressed.why);
      for (const { event, sources } of done.out.events) {
        most.event = Math.max(most.event, encodeAlert(event).length);
        most.owed = Math.max(most.owed, ...sources.map(({ source }) => JSON.stringify(source).length));
        if (event.state === 'raised' && event.snapshot.segments.length > 0 && !event.snapshot.finding.startsWith('technical-')) expect(sources.length).toBeGreaterThan(0);
      }
      const active = Object.values(state.findings).filter((finding) => finding.active !== undefined);
      most.alerts = Math.max(most.alerts, active.length);
      most.state = Math.max(most.state, encodeSubjectCheckpoint(state).length);
    };
    for (let k = 0; k < 120; k++) {
      take({ type: 'outcome', outcome: hostile(k), partition: 0, offset: k });
      for (const { active } of Object.values(state.findings)) {
        if (active === undefined || k % 5 !== 0) continue;
        const command = decodeCommand(encodeCommand({ alertId: active.alertId, kind: k % 2 === 0 ? 'acknowledge' : 'dismiss', actor: quotes(5000), atMs: 1.7e12, reason: quotes(50_000) }))!;
        if (command.kind !== 'demote') take({ type: 'command', command, offset: k });
      }
    }
    expect(most.state).toBeLessThan(900 * KIB);
    expect(Object.keys(state.baseline!.sketches)).toHaveLength(18);
    expect(most.event).toBeLessThan(48 * KIB);
    expect(most.owed).toBeLessThan(48 * KIB);
    expect(most.alerts).toBeGreaterThan(10);
    expect(why).toContain('full');
  });
  test('what is ordinary is held back by no bound', () => {
    const ill = Array.from({ length: 60 }, (_, k) => outcome(k, 0.5, { findings: names.map((id) => ({ id, probability: 0.99 })), source: { partition: 0, offsets: Array.from({ length: 40 }, (_, i) => 40 * k + i) } }));
    const { state, suppressed } = decide(ill, quick);
    expect(suppressed).not.toContain('full');
    const votes = Object.values(state.findings).flatMap(({ recent }) => recent.filter(({ vote }) => vote === 1));
    expect(votes.length).toBeGreaterThan(50);
    expect(encodeSubjectCheckpoint(state).length).toBeLessThan(500 * KIB);
  });
  test('a policy that would keep too many votes is refused', () => {
    const findings = Object.fromEntries(names.filter((id) => !id.startsWith('technical-')).map((id) => [id, { m: 60 }]));
    expect(() => policyWith({ findings })).toThrow(/the m of all findings add up to \d+, and may to 768/);
  });
});
