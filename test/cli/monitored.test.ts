/** `report` and `ask` of an alert and of a bed, against a running monitor: as at the bedside, with what a caller sees who may not, or asks amiss. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeOutcome } from '../../src/wire/index.js';
import { AF, CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { ensureBuilt } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard, type Ward } from '../monitor/support.js';
import { type Ended, purkinje } from './purkinje.js';

let log: EmbeddedLog;
let ward: Ward;
const work = mkdtempSync(join(tmpdir(), 'purkinje-monitored-'));
const NURSE = 'nurse/read:icu';
const START_MS = Date.now() - 30_000;

beforeAll(async () => {
  ensureBuilt();
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE });
  const of = (k: number, probability: number) => ({ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment' as const, outcome: { ...outcome(k, probability), startMs: START_MS + 10_000 * k, association: { encounter: 'e-1', bed: 'icu-4', unit: 'icu', knownConditions: [], contextOffset: 0 } } }) });
  await log.append([of(0, 0.9), of(1, 0.1), event(1, 'raised', { bed: 'icu-4' }, 1, { partition: 0, offset: 0 }), event(2, 'raised', { unit: 'ward-9', encounter: 'encounter-2' })]);
  await vi.waitFor(async () => expect((await ward.get('/report?bed=icu-4')).status).toBe(200), 10_000);
}, 60_000);
afterAll(async () => {
  await ward.close();
  await log.close();
  rmSync(work, { recursive: true, force: true });
});

function run(args: readonly string[], token = NURSE, port = ward.http.port): Promise<Ended> {
  const file = join(work, String(Math.random()));
  writeFileSync(file, `${token}\n`);
  return purkinje([...args, '--monitor', `127.0.0.1:${port}`, '--token-file', file]);
}

describe('report', () => {
  test('of an alert: what raised it, in every format, in the language that is asked for', async () => {
    const [text, json, html, pdf] = await Promise.all(['text', 'json', 'html', 'pdf'].map((format) => run(['report', idOf(1), '--format', format, '--lang', 'de'])));
    for (const { code, err } of [text, json, html, pdf]) expect([code, err]).toEqual([0, '']);
    expect(text.out).toMatch(/^bed-1, \d{4}-\d\d-\d\dT[^\n]+\nZur Forschung: [^]*Vorhofflimmern \(Score 0,90, Schwelle 0,43\)\./);
    expect(JSON.parse(json.out)).toMatchObject({ language: 'de', segment: 'bed-1/1/0', terms: [AF] });
    expect(html.out).toMatch(/^<!doctype html>\n<html lang="de">/);
    expect(pdf.out).toMatch(/^%PDF-/);
  });

  test('with its neighbours, where they are asked for: here it says that there is nothing to compare with', async () => {
    const [text, json, plain] = await Promise.all([run(['report', idOf(1), '--neighbours']), run(['report', '--bed', 'icu-4', '--neighbours', '--format', 'json']), run(['report', idOf(1)])]);
    expect(text.out).toContain('Most alike among labelled recordings\n  Not compared: there are no labelled recordings to compare with');
    expect(JSON.parse(json.out).neighbours).toEqual({ isSufficient: false, why: 'nothing-to-compare-with', neighbours: [] });
    expect(plain.out).not.toContain('Most alike');
  });

  test('of a bed the latest segment, or the one that holds a time', async () => {
    expect(JSON.parse((await run(['report', '--bed', 'icu-4', '--format', 'json'])).out)).toMatchObject({ segment: 'bed-1/1/5000', terms: [] });
    expect(JSON.parse((await run(['report', '--bed', 'icu-4', '--at', new Date(START_MS + 4000).toISOString(), '--format', 'json'])).out)).toMatchObject({ segment: 'bed-1/1/0', terms: [AF] });
  });
});

describe('ask', () => {
  test('of an alert and of a bed, in words and structured; as text and as JSON', async () => {
    const [words, structured, bed] = await Promise.all([run(['ask', idOf(1), 'Is there atrial fibrillation?']), run(['ask', idOf(1), '--type', 'verify', '--attribute', 'scp', '--target', 'AFIB']), run(['ask', '--bed', 'icu-4', 'What is the rhythm?', '--json'])]);
    expect(words).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/\nFor research: [^\n]+\nverify, scp: AFIB\nYes \(confidence 0\.9\d\)\.\n {2}score atrial-fibrillation 0\.9 /) });
    expect(structured.out).toBe(words.out);
    expect(JSON.parse(bed.out)).toMatchObject({ question: { type: 'query', attribute: 'scp', target: ['rhythm'] }, answers: ['not sure'], device: 'bed-1', simulated: false, worded: { notice: expect.stringMatching(/^For research/) } });
  });
});

describe('what is amiss is one line', () => {
  test.each([
    [['report', idOf(9)], 2, /there is no alert "[0-9a-f]{32}" that you may see/],
    [['report', idOf(2)], 2, /there is no alert .* that you may see/],
    [['report', '--bed', 'icu-9'], 2, /there is no bed "icu-9" that you may see/],
    [['report', '--bed', 'icu-4', '--at', '2020-01-01T00:00:00Z'], 2, /no segment of it at that time is kept/],
    [['report', '--bed', 'icu-4', '--at', '30s'], 2, /--at: of a bed a time, as 2026-01-02T03:04:05Z/],
    [['report', idOf(1), '--at', '30s'], 2, /--at: an alert has its own time/],
    [['report', 'recordings/100', '--at', 'yesterday'], 2, /--at: of a recording a duration from its start/],
    [['report', idOf(1), '--earlier', 'recordings/99'], 2, /--earlier and --model are of recordings/],
    [['report', 'recordings/100', '--bed', 'icu-4'], 2, /one thing at a time/],
    [['report'], 2, /of what\? Name a recording, the id of an alert, or --bed/],
    [['ask', '--bed', 'icu-4'], 2, /what is asked\?/],
    [['ask', '--bed', 'icu-4', 'Is there takotsubo?'], 2, /these words are not understood: takotsubo/],
    [['ask', '--bed', 'icu-4', 'recordings/100', 'Is there a pacemaker?'], 2, /one thing at a time/],
    [['ask', idOf(1), 'Is there new atrial fibrillation?'], 2, /there is no earlier tracing to compare with/],
  ] as const)('%j', async (args, code, message) => {
    const ended = await run(args);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
    expect(ended.err).toMatch(message);
  });

  test('without a right, without a token that counts, without a monitor', async () => {
    const [denied, unknown, nobody] = await Promise.all([run(['report', '--bed', 'icu-4'], 'feeder/ingest:icu'), run(['ask', '--bed', 'icu-4', 'What is the rhythm?'], '/'), run(['report', '--bed', 'icu-4'], NURSE, 9)]);
    expect([denied.code, denied.err]).toEqual([1, expect.stringMatching(/this token may not do that \(.*read:UNIT/)]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/does not let this caller in .*--token-file or PURKINJE_CLIENT_TOKEN/)]);
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringMatching(/the monitor at 127\.0\.0\.1:9 does not answer \(.*\): look at --monitor, and whether it wants --tls/)]);
  });
});
