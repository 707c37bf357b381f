/** The report of an alert, and questions on it, over the monitor's HTTP: from the outcome that raised it, at the thresholds that decided. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { Report } from '../../src/explain/index.js';
import { SegmentReads } from '../../src/monitor/segment-reads.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeOutcome } from '../../src/wire/index.js';
import { AF, CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { patientChunk } from '../grade/segment.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { openLanguageModel } from '../../src/adapters/language/index.js';
import { chatServer, completion, json } from '../language/server.js';
import { event, idOf, openWard, type Ward } from './support.js';

let log: EmbeddedLog;
let ward: Ward;

/** Three outcomes in a row, and an alert on each: of fibrillation, of a segment that is not there, and by no outcome. */
beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const measurements = { beats: [], voltages: [], st: [], heartRateBpm: 113.4, qrsMs: 92 };
  const findings = [{ id: AF, probability: 0.91 }, { id: 'left-bundle-branch-block', probability: 0.95 }, { id: 'sinus-bradycardia', probability: 0.1 }, { id: 'cardiac-amyloidosis', probability: 0.2 }];
  const association = { encounter: 'e-1', knownConditions: [AF], contextOffset: 0, sex: 'male' as const };
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(7, 0), findings, measurements, association } }) }]);
  await log.append([event(1, 'raised', {}, 1, { partition: 0, offset: 0 }), event(2, 'raised', {}, 1, { partition: 0, offset: 99 }), event(3)]);
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE });
});
afterAll(async () => {
  await ward.close();
  await log.close();
});

test('says what the segment was: findings at the policy’s thresholds, measurements, and what they rule out; a known condition too', async () => {
  const response = await ward.get(`/report?alert=${idOf(1)}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  const report = (await response.json()) as Report;
  expect(report).toMatchObject({ language: 'en', segment: 'bed-1/1/35000', device: 'bed-1', model: 'purkinje-s@0.1.0', terms: [AF] });
  const texts = report.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text));
  expect(texts).toContain('Atrial fibrillation (score 0.91, threshold 0.43).');
  expect(texts).toContain('Heart rate 113/min, above the normal range (60 to 100/min).');
  expect(texts.find((text) => text.startsWith('Not said: Left bundle branch block'))).toContain('a measurement rules it out');
});

test('in German where it is asked for, and in no other language', async () => {
  expect(((await (await ward.get(`/report?alert=${idOf(1)}&lang=de`)).json()) as Report).line).toContain('vorhofflimmern');
  const refused = await ward.get(`/report?alert=${idOf(1)}&lang=fr`);
  expect([refused.status, await refused.json()]).toEqual([400, { error: 'lang is one of en, de' }]);
});

test('where the outcome is gone, or there is none, it is said', async () => {
  for (const n of [2, 3]) expect((await ward.get(`/report?alert=${idOf(n)}`)).status).toBe(404);
  expect((await ward.get('/report?alert=nothing')).status).toBe(404);
});

test('a question in words is answered with its evidence; an unparsed question and an expired segment are reported', async () => {
  const ask = async (n: number, question: string) => {
    const response = await ward.get(`/ask?alert=${idOf(n)}&question=${encodeURIComponent(question)}`);
    return [response.status, await response.json()];
  };
  expect(await ask(1, 'Is there atrial fibrillation?')).toEqual([200, expect.objectContaining({ question: { type: 'verify', attribute: 'scp', target: ['AFIB'] }, answers: ['yes'], because: expect.arrayContaining([expect.objectContaining({ kind: 'score', id: AF, value: expect.closeTo(0.91, 6) })]) })]);
  expect(await ask(1, 'Is there a left bundle branch block?')).toEqual([200, expect.objectContaining({ answers: ['no'] })]);
  const german = await ward.get(`/ask?alert=${idOf(1)}&question=Liegt+Vorhofflimmern+vor&lang=de`);
  expect(await german.json()).toMatchObject({ device: 'bed-1', simulated: false, worded: { notice: expect.stringMatching(/^Zur Forschung/), answer: expect.stringMatching(/^Ja \(Sicherheit 0,\d\d\)\.$/), reasons: expect.arrayContaining([expect.stringContaining(`score ${AF} 0.91`)]) } });
  expect((await ward.get(`/ask?alert=${idOf(1)}&question=normal&lang=fr`)).status).toBe(400);
  expect(await ask(1, 'Is there takotsubo?')).toEqual([400, { error: expect.stringContaining('these words are not understood: takotsubo') }]);
  expect(await ask(1, '')).toEqual([400, { error: expect.stringContaining('nothing is asked') }]);
  expect(await ask(1, 'Is there new atrial fibrillation?')).toEqual([400, { error: expect.stringContaining('there is no earlier tracing') }]);
  expect((await ask(2, 'Is there atrial fibrillation?'))[0]).toBe(404);
});

test('of a bed the latest segment that came, to who may read its unit', async () => {
  const get = async (path: string, token?: string) => {
    const response = await ward.get(path, token === undefined ? {} : { authorization: `Bearer ${token}` });
    return [response.status, await response.json()] as const;
  };
  expect((await get('/report?bed=bed-7'))[0]).toBe(404);
  const segment = (k: number, probability: number) => ({ topic: TOPICS.outcomes, partition: 0, key: 'bed-7', value: encodeOutcome({ type: 'segment' as const, outcome: { ...outcome(k, probability), device: 'monitor-7', association: { bed: 'bed-7', unit: 'icu', knownConditions: [], contextOffset: 0 } } }) });
  await log.append([segment(1, 0.1), segment(2, 0.95)]);
  await vi.waitFor(async () => expect(await get('/report?bed=bed-7', 'nurse/read:icu')).toEqual([200, expect.objectContaining({ segment: 'bed-1/1/10000', terms: [AF] })]), 5000);
  expect(await get('/ask?bed=bed-7&question=Is+there+atrial+fibrillation', 'nurse/read:icu')).toEqual([200, expect.objectContaining({ answers: ['yes'] })]);
  const [status, refused] = await get('/report?bed=bed-7', 'nurse/read:ward-9');
  expect([status, refused]).toEqual([404, { error: expect.stringContaining('there is no bed "bed-7" that you may see') }]);
});

test('the scores of another model are not judged at this one’s thresholds, and that is said', async () => {
  const texts = async (modelHash: string): Promise<string[]> => {
    const beside = await openWard(log, { policy: policyWith({}), modelHash, catalogue: CATALOGUE });
    const report = (await (await beside.get(`/report?alert=${idOf(1)}`)).json()) as Report;
    const asked = (await (await beside.get(`/ask?alert=${idOf(1)}&question=Is+there+atrial+fibrillation`)).json()) as { readonly answers: readonly string[] };
    await beside.close();
    return [...report.terms, ...asked.answers, ...report.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text))];
  };
  expect(await texts('h')).toEqual(expect.arrayContaining([AF, 'yes']));
  const others = await texts('another');
  expect(others).toEqual(expect.arrayContaining(['not sure', 'Heart rate 113/min, above the normal range (60 to 100/min).', expect.stringContaining('Another model than the one of this monitor')]));
  expect(others.join(' ')).not.toMatch(/fibrillation/i);
});

test('what the policy keeps in shadow or off is not said of a segment that another finding raised', async () => {
  for (const mode of ['shadow', 'off'] as const) {
    const quiet = await openWard(log, { policy: policyWith({ findings: { [AF]: { mode } } }), catalogue: CATALOGUE });
    const report = (await (await quiet.get(`/report?alert=${idOf(1)}`)).json()) as Report;
    expect(report.terms, mode).toEqual([]);
    expect(JSON.stringify(report), mode).not.toMatch(/atrial fibrillation/i);
    for (const [question, answer] of [['Is there atrial fibrillation?', 'not sure'], ['What is the rhythm?', 'not sure']]) {
      const response = await quiet.get(`/ask?alert=${idOf(1)}&question=${encodeURIComponent(question)}`);
      const answered = (await response.json()) as { readonly answers: readonly string[]; readonly because: readonly { readonly id: string }[] };
      expect([response.status, answered.answers], mode).toEqual([200, [answer]]);
      expect(answered.because.map(({ id }) => id), mode).not.toContain(AF);
    }
    await quiet.close();
  }
});

test('an outcome of another bed, or of another segment, where the topic was recreated: none', async () => {
  const [another, later] = [await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 }), outcome(8, 0.9)];
  for (const other of [{ ...later, device: 'bed-2' }, later]) await another.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: other }) }]);
  await another.append([event(1, 'raised', {}, 1, { partition: 0, offset: 0 }), event(2, 'raised', { segments: ['bed-1/1/35000'] }, 1, { partition: 0, offset: 1 })]);
  const beside = await openWard(another, { policy: policyWith({}), catalogue: CATALOGUE });
  for (const n of [1, 2]) for (const path of ['/report?', '/ask?question=Is+there+atrial+fibrillation&']) expect((await beside.get(`${path}alert=${idOf(n)}`)).status).toBe(404);
  await beside.close();
  await another.close();
});

test('as text, as a page of its own and as a PDF, with the samples where they are kept; in no other form', async () => {
  const of = async (query: string) => {
    const response = await ward.get(`/report?alert=${idOf(1)}&${query}`);
    return { status: response.status, type: response.headers.get('content-type'), policy: response.headers.get('content-security-policy'), body: Buffer.from(await response.arrayBuffer()).toString('latin1') };
  };
  expect(await of('format=text')).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', body: expect.stringMatching(/^bed-1, 2023-11-14T22:14:30\.000Z\nFor research: /) });
  const html = await of('format=html&lang=de');
  expect(html).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', policy: expect.stringContaining("default-src 'none'"), body: expect.stringMatching(/^<!doctype html>\n<html lang="de">/) });
  // Nothing of the signal is in this log.
  expect(html.body).toContain('Die Messwerte sind nicht mehr vorhanden');
  expect(html.body).not.toContain('<svg');
  expect(await of('format=pdf')).toMatchObject({ status: 200, type: 'application/pdf', body: expect.stringMatching(/^%PDF-/) });
  expect(await of('format=docx')).toMatchObject({ status: 400, body: '{"error":"format is one of json, text, html, pdf"}' });
  const answer = await ward.get(`/ask?alert=${idOf(1)}&question=Is+there+atrial+fibrillation&format=text`);
  expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/plain; charset=utf-8', expect.stringMatching(/^bed-1, 2023-[^\n]+\nFor research: [^\n]+\nverify, scp: AFIB\nYes \(confidence/)]);
});

test('the strip is of the segment’s own samples in the signal, while they are kept', async () => {
  const chunk = { ...(await patientChunk({ condition: 'sinus-rhythm' })), deviceTimeMs: 1_700_000_000_000 };
  const signal = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  await signal.append([{ topic: TOPICS.signal, partition: 0, key: 'bed-1', value: encodeChunk(chunk) }]);
  await signal.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.9), source: { partition: 0, offsets: [0] } } }) }, event(1, 'raised', {}, 1, { partition: 0, offset: 0 })]);
  const beside = await openWard(signal, { policy: policyWith({}) });
  const html = await (await beside.get(`/report?alert=${idOf(1)}&format=html`)).text();
  expect(html).toContain('<svg');
  expect(html.match(/<polyline/g)!.length).toBeGreaterThan(1);
  await beside.close();
  await signal.close();
});

test('a question by its parts is the same as in words; what it lacks is said', async () => {
  const ask = async (query: string) => {
    const response = await ward.get(`/ask?alert=${idOf(1)}&${query}`);
    return [response.status, await response.json()];
  };
  expect(await ask('type=verify&attribute=scp&target=AFIB')).toEqual(await ask('question=Is+there+atrial+fibrillation'));
  expect(await ask('type=choose&attribute=numeric&target=qrs&options=qrs:within,qrs:above')).toEqual([200, expect.objectContaining({ answers: ['qrs:within'] })]);
  expect(await ask('type=guess&attribute=scp')).toEqual([400, { error: expect.stringMatching(/^type: /) }]);
  expect(await ask('type=verify&attribute=scp&target=NONSENSE')).toEqual([400, { error: expect.stringContaining('nothing is known by the name "NONSENSE"') }]);
});

test('lists of findings are of the groups that their codes are in', async () => {
  const ask = async (question: string) => ((await (await ward.get(`/ask?alert=${idOf(1)}&question=${encodeURIComponent(question)}`)).json()) as { readonly answers: readonly string[] }).answers;
  expect(await ask('What is the rhythm?')).toEqual([AF]);
  // The catalogue has some of them: that none of these is there does not say that nothing is.
  expect(await ask('Which diagnoses are there?')).toEqual(['not sure']);
});

test('of a bed the segment that holds a time, to who may read the unit that it was in', async () => {
  const timed = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
  const startMs = Date.now() - 60_000;
  const of = (k: number, unit: string) => ({ topic: TOPICS.outcomes, partition: k % 2, key: `e-${k}`, value: encodeOutcome({ type: 'segment' as const, outcome: { ...outcome(k, 0.9), startMs: startMs + 10_000 * k, association: { bed: 'bed-8', unit, knownConditions: [], contextOffset: 0 } } }) });
  await timed.append([of(1, 'icu'), of(2, 'icu'), of(3, 'ward-9')]);
  const beside = await openWard(timed, { policy: policyWith({}), catalogue: CATALOGUE });
  const get = async (afterMs: number | string) => {
    const at = typeof afterMs === 'string' ? afterMs : new Date(startMs + afterMs).toISOString();
    const response = await beside.get(`/report?bed=bed-8&at=${at}`, { authorization: 'Bearer nurse/read:icu' });
    return [response.status, await response.json()] as const;
  };
  expect(await get(10_000)).toEqual([200, expect.objectContaining({ segment: 'bed-1/1/5000' })]);
  expect(await get(29_999)).toEqual([200, expect.objectContaining({ segment: 'bed-1/1/10000' })]);
  // In another unit, and not there at all: said alike.
  const [elsewhere, never] = [await get(30_000), await get(50_000)];
  expect(elsewhere).toEqual([404, { error: expect.stringContaining('no segment of it at that time is kept') }]);
  expect(never).toEqual(elsewhere);
  expect(await get('yesterday')).toEqual([400, { error: 'at is a time with its zone, as 2026-01-02T03:04:05Z' }]);
  // What was read is on the audit, with its bed; what was not is not said to have been allowed.
  expect(beside.audit.filter(({ surface }) => surface === 'http /report').map(({ outcome: what, bed, unit }) => [what, bed, unit])).toEqual([['allowed', 'bed-8', 'icu'], ['allowed', 'bed-8', 'icu']]);
  await beside.close();
  await timed.close();
});

test('of a bed nothing is said of who has left, and nothing of another bed’s outcome where the topic was recreated', async () => {
  const [bedside, association] = [await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 }), { bed: 'bed-8', unit: 'icu', encounter: 'e-8', knownConditions: [], contextOffset: 0 }];
  const of = (k: number, over: object = {}) => ({ topic: TOPICS.outcomes, partition: 0, key: 'e-8', value: encodeOutcome({ type: 'segment' as const, outcome: { ...outcome(k, 0.9), association, ...over } }) });
  let recreated: Uint8Array | undefined;
  const read: typeof bedside.read = async (topic, partition, offsets) => (await bedside.read(topic, partition, offsets)).map((record) => (recreated === undefined || topic !== TOPICS.outcomes ? record : { ...record, value: recreated }));
  const beside = await openWard(new Proxy(bedside, { get: (log, name) => (name === 'read' ? read : typeof log[name as keyof typeof log] === 'function' ? (log[name as keyof typeof log] as (...args: unknown[]) => unknown).bind(log) : log[name as keyof typeof log]) }), { policy: policyWith({}), catalogue: CATALOGUE });
  const status = async () => (await beside.get('/report?bed=bed-8')).status;
  await bedside.append([of(1)]);
  await vi.waitFor(async () => expect(await status()).toBe(200), 5000);
  for (const other of [{ id: 'bed-1/1/99' }, { association: { ...association, bed: 'bed-9' } }, { association: { ...association, unit: 'ward-9' } }]) {
    recreated = of(1, other).value;
    expect(await status()).toBe(404);
  }
  recreated = undefined;
  expect(await status()).toBe(200);
  const left = (encounter: string) => ({ topic: TOPICS.outcomes, partition: 0, key: encounter, value: encodeOutcome({ type: 'departure' as const, departure: { device: 'bed-1', encounter, atMs: 1 } }) });
  await bedside.append([left('e-1'), of(2)]);
  await vi.waitFor(async () => expect(((await (await beside.get('/report?bed=bed-8')).json()) as Report).segment).toBe('bed-1/1/10000'), 5000);
  await bedside.append([left('e-8')]);
  await vi.waitFor(async () => expect(await status()).toBe(404), 5000);
  await beside.close();
  await bedside.close();
});

test('each reading is on the audit', async () => {
  const before = ward.audit.length;
  await ward.get(`/report?alert=${idOf(1)}`);
  expect(JSON.stringify(ward.audit.slice(before))).toContain(idOf(1));
});

test('an alert and a bed at once are not answered', async () => {
  const response = await ward.get(`/report?alert=${idOf(1)}&bed=icu-4`);
  expect([response.status, await response.json()]).toEqual([400, { error: 'name an alert or a bed, and not both' }]);
});

test('of a bed that has been silent for minutes nothing is said as of now', async () => {
  const principal = { who: 'nurse', grants: { read: '*' as const } };
  const of = (nowMs: number) => {
    const latest = () => ({ bed: 'icu-4', segment: 'bed-1/1/0', encounter: undefined, unit: undefined, partition: 0, offset: 0, atMs: 0 });
    const unused = {} as never;
    return new SegmentReads({ hub: unused, log: unused, gate: { allowed: () => {} } as never, lane: { run: (_: string, work: () => Promise<unknown>) => work() } as never, assemble: unused, clock: { nowMs: () => nowMs }, latest, policy: () => undefined });
  };
  const ask = (nowMs: number) => of(nowMs).report(principal, { bed: 'icu-4' }, { language: 'en', withSamples: false }, { surface: 'test', from: 'here' } as never);
  await expect(ask(119_000)).resolves.toBeUndefined();
  await expect(ask(21_600_000)).rejects.toThrow('the latest segment of bed "icu-4" came 21600 s ago: give the time that is meant (at)');
});

test('no adult limit rules a finding out of a child', async () => {
  const own = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const measurements = { beats: [], voltages: [], st: [], heartRateBpm: 75, qrsMs: 95 };
  const findings = [{ id: 'sinus-bradycardia', probability: 0.95 }, { id: 'right-bundle-branch-block', probability: 0.97 }];
  for (const [k, ageYears] of [[1, 5], [2, 50]] as const) await own.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(7, 0), id: `bed-1/1/${k * 5000}`, firstSample: k * 5000, findings, measurements, association: { encounter: 'e-1', ageYears, knownConditions: [], contextOffset: 0 } } }) }]);
  await own.append([1, 2].map((k) => event(k, 'raised', { segments: [`bed-1/1/${k * 5000}`] }, 1, { partition: 0, offset: k - 1 })));
  const beside = await openWard(own, { policy: policyWith({}), catalogue: CATALOGUE });
  const saysNot = async (k: number) => JSON.stringify(await (await beside.get(`/report?alert=${idOf(k)}`)).json()).includes('a measurement rules it out');
  expect([await saysNot(1), await saysNot(2)]).toEqual([false, true]);
  await beside.close();
  await own.close();
});

test('worded by a language model where it is asked for and configured: what it adds is refused, and the notice says who worded it', async () => {
  const server = await chatServer((chat, response) => json(completion(chat.messages[1].content.split('\n').map((line) => (line.includes('Atrial fibrillation') ? line.replace('Atrial fibrillation (', 'There is atrial fibrillation (') : line.replace('.', ', and atrial flutter.'))).join('\n')))(chat, response));
  const language = openLanguageModel({ url: server.url, model: 'qwen2.5:7b', timeoutMs: 5000 });
  const worded = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, language });
  const report = (await (await worded.get(`/report?alert=${idOf(1)}&rephrase=1`)).json()) as Report;
  const texts = report.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text));
  expect(texts).toContain('There is atrial fibrillation (score 0.91, threshold 0.43).');
  expect(texts.join()).not.toContain('flutter');
  expect(report.wording).toMatchObject({ model: 'qwen2.5:7b', taken: 1 });
  for (const format of ['text', 'html']) expect(await (await worded.get(`/report?alert=${idOf(1)}&rephrase=1&format=${format}`)).text()).toContain('Worded by the language model qwen2.5:7b: 1 of ');
  expect(worded.meter.counts.get('purkinje_deliver_rephrased_sentences_total taken')).toBe(3);
  const asked = server.asked.length;
  expect(((await (await worded.get(`/report?alert=${idOf(1)}`)).json()) as Report).wording).toBeUndefined();
  expect(server.asked).toHaveLength(asked);
  const answer = await worded.get(`/ask?alert=${idOf(1)}&question=What+is+the+rhythm&rephrase=1`);
  expect(await answer.json()).toMatchObject({ worded: { answer: expect.stringMatching(/^There is atrial fibrillation \(confidence/), draft: expect.stringMatching(/^Atrial fibrillation \(confidence/), wording: { model: 'qwen2.5:7b', taken: 1 } } });
  expect(JSON.stringify(server.asked)).not.toContain('bed-1');
  // Who may not read is refused before anybody words anything.
  expect((await worded.get(`/report?alert=${idOf(1)}&rephrase=1`, { authorization: 'Bearer nobody/read:ward-9' })).status).toBe(404);
  expect((await worded.get(`/report?alert=${idOf(1)}&rephrase=yes`)).status).toBe(400);
  const refused = await ward.get(`/report?alert=${idOf(1)}&rephrase=1`);
  expect([refused.status, await refused.json()]).toEqual([400, { error: expect.stringContaining('this monitor has no language model') }]);
  await worded.close();
  await server.close();
});
