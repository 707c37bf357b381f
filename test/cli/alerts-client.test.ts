/** `purkinje alerts subscribe | list | show | ack | dismiss` against a monitor: as a nurse's script would use them. */
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { AlertCommand } from '../../src/ecg/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeCommand } from '../../src/wire/index.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard, type Ward } from '../monitor/support.js';
import { type Ended, purkinje, said } from './purkinje.js';

let log: EmbeddedLog;
let ward: Ward;
const commands: { partition: number; command: AlertCommand }[] = [];
const tokens = mkdtempSync(join(tmpdir(), 'purkinje-token-'));

beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 4 });
  ward = await openWard(log);
  await log.append([event(1), event(2, 'raised', { unit: 'ward-9', encounter: 'encounter-2' })]);
  await log.follow(TOPICS.commands, (records) => records.forEach(({ partition, value }) => commands.push({ partition, command: decodeCommand(value!) as AlertCommand })));
});
afterAll(async () => {
  await ward.close();
  await log.close();
});

function alerts(words: readonly string[], token = 'nurse/read:icu/acknowledge:icu/dismiss:icu', during?: Parameters<typeof purkinje>[1]): Promise<Ended> {
  const file = join(tokens, String(Math.random()));
  writeFileSync(file, `${token}\n`);
  return purkinje(['alerts', ...words, '--monitor', `127.0.0.1:${ward.monitor.grpcPort}`, '--token-file', file], during);
}

test('subscribe prints what is active and what comes, survives a monitor that is started again, and ends with Ctrl-C', async () => {
  const ended = await alerts(['subscribe', '--json'], undefined, async (child) => {
    await said(child, new RegExp(idOf(1)));
    await said(child, /snapshot-end/);
    const { grpcPort } = ward.monitor;
    await ward.close();
    await said(child, /"type":"stale"/);
    await log.append([event(3), event(4, 'raised', { unit: 'ward-9' })]);
    await vi.waitFor(async () => (ward = await openWard(log, {}, undefined, grpcPort)), 10_000);
    await said(child, new RegExp(idOf(3)));
    await said(child, /heartbeat/);
    child.kill('SIGINT');
  });
  expect(ended.code).toBe(0);
  expect(ended.lines.filter(({ type }) => type === 'alert').map(({ id }) => id)).toEqual([idOf(1), idOf(3)]);
}, 60_000);

test('list shows what is active in the units of the token, and a filter narrows it', async () => {
  const [mine, all, none] = await Promise.all([alerts(['list', '--json']), alerts(['list', '--json'], 'all/read:*'), alerts(['list', '--finding', 'stemi'])]);
  expect(mine.lines.map(({ id }) => id)).toContain(idOf(1));
  expect(mine.lines.map(({ unit }) => unit)).not.toContain('ward-9');
  expect(all.lines.map(({ id }) => id)).toEqual(expect.arrayContaining([idOf(1), idOf(2)]));
  expect(none).toMatchObject({ code: 0, out: expect.stringContaining('no sign of health') });
});

test('show prints an alert with its events', async () => {
  const text = await alerts(['show', idOf(1)]);
  expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/^1 {2}\S+ {2}ALERT +bed-1 +atrial-fibrillation .* threshold\n$/) });
  const [json] = [await alerts(['show', idOf(1), '--format', 'json'])];
  expect(JSON.parse(json.out)).toMatchObject({ alertId: idOf(1), events: [{ state: 'raised', snapshot: { unit: 'icu' } }] });
});

test('ack and dismiss become commands in the partition of the alert, in the name of the token', async () => {
  expect(await alerts(['ack', idOf(1)])).toMatchObject({ code: 0, out: expect.stringContaining('asked to be acknowledged') });
  expect(await alerts(['dismiss', idOf(1), '--reason', 'artefact'])).toMatchObject({ code: 0 });
  await vi.waitFor(() => expect(commands).toHaveLength(2), 5000);
  expect(commands.map(({ command }) => [command.kind, command.alertId, command.actor, command.reason])).toEqual([['acknowledge', idOf(1), 'nurse', ''], ['dismiss', idOf(1), 'nurse', 'artefact']]);
  const [record] = await log.read(TOPICS.alerts, commands[0].partition, [0]);
  expect(record.key).toBe('encounter-1');
});

test('the beginning of an id names an alert, where no other has it', async () => {
  expect(await alerts(['show', idOf(1).slice(0, 8)])).toMatchObject({ code: 0, out: (await alerts(['show', idOf(1)])).out });
  const asked = await alerts(['ack', idOf(1).slice(0, 6)]);
  expect([asked.code, asked.out]).toEqual([0, `${idOf(1)}: asked to be acknowledged\n`]);
  expect(await alerts(['show', 'ffff0000'])).toMatchObject({ code: 2, err: expect.stringContaining('no active alert that you may see begins with ffff0000: `purkinje alerts list`') });
  // Another unit's alert is not named by its beginning.
  expect(await alerts(['show', idOf(2).slice(0, 8)])).toMatchObject({ code: 2, err: expect.stringContaining('no active alert that you may see') });
});

describe('what cannot be is said in one line', () => {
  test.each<[string, () => string[], string, number, string]>([
    ['an alert that is not there', () => ['show', 'nobody'], 'nurse/read:icu', 2, 'there is no alert "nobody" that you may see'],
    ['an alert of another unit is reported as not found', () => ['ack', idOf(2)], 'nurse/read:icu/acknowledge:*', 2, 'that you may see'],
    ['a deed that is not in the scopes', () => ['ack', idOf(1)], 'nurse/read:icu', 1, 'not allowed: this takes a scope such as acknowledge:UNIT'],
    ['a deed in a unit that is not in the scopes', () => ['dismiss', idOf(1), '--reason', 'known'], 'nurse/read:*/dismiss:ward-9', 1, 'not allowed: this takes a scope such as dismiss:UNIT'],
    ['a token that opens nothing', () => ['list'], '/', 1, 'not signed in'],
    ['where a token comes from', () => ['list'], '/', 1, 'give a token with --token-file or PURKINJE_CLIENT_TOKEN. A monitor on this machine prints one'],
    ['a dismissal without a reason', () => ['dismiss', idOf(1), '--reason', ' '], 'nurse/read:icu/dismiss:icu', 2, 'a dismissal needs a reason'],
    ['a reason with a line break', () => ['dismiss', idOf(1), '--reason', 'a\nb'], 'nurse/read:icu/dismiss:icu', 2, 'a dismissal needs a reason'],
    ['a filter that makes no sense', () => ['list', '--priority', 'urgent'], 'nurse/read:icu', 2, 'priority "urgent" is not known'],
    ['a cursor that is none', () => ['subscribe', '--cursor', 'x'], 'nurse/read:icu', 2, 'this is no cursor'],
  ])('%s', async (_name, words, token, code, line) => {
    const ended = await alerts(words(), token);
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(line)]);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
  });

  test('an alert that is over, or acknowledged already', async () => {
    await log.append([event(7), event(7, 'resolved'), event(8), event(8, 'acknowledged')]);
    await vi.waitFor(async () => expect((await alerts(['show', idOf(8), '--format', 'json'])).out).toContain('acknowledged'), 10_000);
    expect(await alerts(['ack', idOf(7)])).toMatchObject({ code: 2, err: expect.stringContaining('is over (resolved)') });
    expect(await alerts(['ack', idOf(8)])).toMatchObject({ code: 2, err: expect.stringContaining('has been acknowledged already') });
  }, 30_000);

  test('a monitor that is not there', async () => {
    const ended = await purkinje(['alerts', 'list', '--monitor', '127.0.0.1:1']);
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('the monitor at 127.0.0.1:1 does not answer')]);
  });
});

test('every reading and every deed, allowed or refused, leaves an audit line without a patient in it', () => {
  const audited = ward.audit.map(({ who, action, surface, outcome }) => `${who} ${action} ${surface} ${outcome}`);
  expect(audited).toEqual(expect.arrayContaining(['nurse read grpc Subscribe allowed', 'nurse read grpc List allowed', 'nurse read grpc Get allowed', 'nurse acknowledge grpc Acknowledge allowed', 'nurse acknowledge grpc Acknowledge refused', 'nurse dismiss grpc Dismiss refused', ' read grpc List refused']));
  expect(JSON.stringify(ward.audit)).not.toMatch(/encounter|bed-1|0\.9/);
});
