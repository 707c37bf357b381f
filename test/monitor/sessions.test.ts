/** A browser's session against those who would have it, keep it or bring it back. Invariants: I34, I92 */
import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { BusyError } from '../../src/monitor/lane.js';
import { CheckpointWriter } from '../../src/monitor/checkpoint-writer.js';
import { Sessions, type SessionSettings } from '../../src/monitor/sessions.js';
import type { Principal } from '../../src/deliver/index.js';
import { type Clock, type Log, type LogRecord, sleep, TOPICS } from '../../src/ports/index.js';
import { certificate } from '../access/authority.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, openWard, type Ward } from './support.js';

const SETTINGS: SessionSettings = { idleMs: 1_800_000, absoluteMs: 43_200_000, basis: 'words', overTls: false };
/** On a machine that is busy. */
const BUSY_MS = 5000;
const SOON = { timeout: 20_000 };
const NURSE: Principal = { who: 'nurse', grants: { read: '*' } };
let log: EmbeddedLog;
let ward: Ward;
const wards: Ward[] = [];
async function openAnother(more: Partial<SessionSettings> = {}): Promise<Ward> {
  const another = await openWard(log, { sessions: { ...SETTINGS, ...more } });
  wards.push(another);
  return another;
}
beforeEach(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  ward = await openAnother();
});
afterEach(async () => {
  for (const one of wards.splice(0)) await one.close();
  await log.close();
});

const at = (path: string, one = ward) => `http://127.0.0.1:${one.http.port}${path}`;
async function signIn(token = ALL, one = ward, headers: Record<string, string> = {}): Promise<string> {
  const signed = await fetch(at('/session', one), { method: 'POST', headers: { authorization: `Bearer ${token}`, ...headers } });
  expect(signed.status).toBe(204);
  return signed.headers.get('set-cookie')!.split(';')[0];
}
const statusOf = async (cookie: string, one = ward) => (await fetch(at('/beds', one), { headers: { cookie } })).status;
const remove = async (path: string, headers: Record<string, string>, one = ward) => (await fetch(at(path, one), { method: 'DELETE', headers })).status;

/** The event stream of a session: all that came by its end. */
async function follow(cookie: string): Promise<{ readonly whole: Promise<string> }> {
  const response = await fetch(at('/alerts'), { headers: { cookie } });
  expect(response.status).toBe(200);
  return { whole: response.text() };
}

async function recorded(): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const follower = await log.follow(TOPICS.checkpoints, (some) => records.push(...some.filter(({ key }) => key?.startsWith('session/'))));
  await follower.close();
  return records;
}

describe('a session', () => {
  test('is a random id: the cookie has no token, the log has neither', async () => {
    const token = 'nurse/read:icu';
    const cookies = [await signIn(token), await signIn(token)];
    expect(new Set(cookies).size).toBe(2);
    for (const cookie of cookies) expect(cookie).toMatch(/^purkinje_session=[\w-]{43}$/);
    const kept = (await recorded()).map(({ key, value }) => `${key} ${Buffer.from(value ?? []).toString()}`).join('\n');
    expect(kept).toContain('nurse');
    for (const cookie of cookies) expect(kept).not.toContain(cookie.split('=')[1]);
    expect(await statusOf(cookies[0])).toBe(200);
  });

  test('does not open with the token in the cookie, a guess, a hash from the log, nor with a name that a browser takes in the clear where TLS is', async () => {
    const cookie = await signIn();
    const [{ key }] = await recorded();
    for (const forged of [`purkinje_session=${encodeURIComponent(ALL)}`, 'purkinje_session=', `purkinje_session=${'x'.repeat(43)}`, `purkinje_session=${key!.slice(8)}`, `__Host-${cookie}`]) expect([forged, await statusOf(forged)]).toEqual([forged, 401]);
    const bound = await openAnother({ overTls: true });
    await vi.waitFor(async () => expect(await statusOf(`__Host-${cookie}`, bound)).toBe(200), SOON);
    expect(await statusOf(cookie, bound)).toBe(401);
  });

  test('grants what its token granted, and its audit names the same principal', async () => {
    const cookie = await signIn('nurse/read:icu');
    const sent = await fetch(at('/acknowledge'), { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: '{"alertId":"x"}' });
    expect(sent.status).toBe(403);
    expect(ward.audit.at(-1)).toMatchObject({ who: 'nurse', action: 'acknowledge', outcome: 'refused' });
  });

  test('is Secure and of this host alone behind a proxy that ends TLS, and where TLS ends here', async () => {
    const behind = await openAnother({ overTls: true });
    const signed = await fetch(at('/session', behind), { method: 'POST', headers: { authorization: `Bearer ${ALL}` } });
    expect(signed.headers.get('set-cookie')).toMatch(/^__Host-purkinje_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const own = certificate({ name: 'localhost' });
    const tls = await secured(own, systemClock(), () => {});
    const here = await openWard(log, {}, undefined, 0, tls);
    const cookies = await new Promise<string[] | undefined>((resolve, reject) => {
      request({ host: '127.0.0.1', port: here.http.port, path: '/session', method: 'POST', ca: readFileSync(own.cert), headers: { authorization: `Bearer ${ALL}` }, agent: false }, (response) => resolve(response.resume().headers['set-cookie'])).on('error', reject).end();
    });
    expect(cookies?.[0]).toMatch(/^__Host-.*; Secure; SameSite=Strict$/);
    tls.close();
    await here.close();
  });
});

describe('ends', () => {
  test('by signing out: the cookie opens nothing more, here, after a restart, and at another monitor; its streams end within seconds', async () => {
    const other = await openAnother();
    const cookie = await signIn();
    await vi.waitFor(async () => expect(await statusOf(cookie, other)).toBe(200), SOON);
    const { whole } = await follow(cookie);
    const atMs = Date.now();
    expect(await remove('/session', { cookie })).toBe(204);
    expect(await statusOf(cookie)).toBe(401);
    await vi.waitFor(async () => expect(await statusOf(cookie, other)).toBe(401), SOON);
    expect(await whole).toContain('event: expired');
    expect(Date.now() - atMs).toBeLessThan(5000 + BUSY_MS);
    expect(await statusOf(cookie, await openAnother())).toBe(401);
  }, 20_000);

  test('all of a principal, and nobody else’s; another’s by an operator only', async () => {
    const [first, second, other] = [await signIn('nurse/read:*'), await signIn('nurse/read:*'), await signIn('reader/read:*')];
    expect(await remove('/sessions?who=nurse', { cookie: other })).toBe(403);
    expect(await remove('/sessions?who=nurse', { authorization: 'Bearer x/read:*/operate:icu' })).toBe(403);
    expect(await remove('/sessions', { cookie: first })).toBe(204);
    expect([await statusOf(first), await statusOf(second), await statusOf(other)]).toEqual([401, 401, 200]);
    expect(await remove('/sessions?who=reader', { authorization: `Bearer ${ALL}` })).toBe(204);
    expect(await statusOf(other)).toBe(401);
  });

  test('with its token, whatever its own limits are', async () => {
    const cookie = await signIn(`nurse/read:*/expires:${Date.now() + 3000}`);
    expect(await statusOf(cookie)).toBe(200);
    await vi.waitFor(async () => expect(await statusOf(cookie)).toBe(401), SOON);
  });

  test('unused, and at its latest though it is used', async () => {
    let nowMs = 0;
    const sessions = new Sessions(log, { ...systemClock(), nowMs: () => nowMs }, { ...SETTINGS, idleMs: 1000, absoluteMs: 5000 });
    const [unused, used] = [await sessions.begin(NURSE), await sessions.begin(NURSE)];
    const isOpen = (id: string) => sessions.principalOf({ id, overTls: false }) !== undefined;
    for (nowMs = 900; nowMs < 5000; nowMs += 900) expect(isOpen(used)).toBe(true);
    expect([isOpen(unused), isOpen(used)]).toEqual([false, false]);
    await sessions.close();
  });

  test('unused at one monitor, it stays open where it is used', async () => {
    // From now: the ward's own monitor removes what is over.
    const startMs = Date.now();
    let nowMs = startMs;
    const clock: Clock = { ...systemClock(), nowMs: () => nowMs, after: (ms, run) => systemClock().after(Math.min(ms, 20), run) };
    const settings = { ...SETTINGS, idleMs: 100_000, absoluteMs: 1_000_000 };
    const [here, there] = [new Sessions(log, clock, settings), new Sessions(log, clock, settings)];
    const follower = await log.follow(TOPICS.checkpoints, (records) => records.forEach((record) => [here, there].forEach((one) => one.take(record))));
    const id = await here.begin(NURSE);
    const isOpenAt = (one: Sessions) => one.principalOf({ id, overTls: false }) !== undefined;
    await vi.waitFor(() => expect(isOpenAt(there)).toBe(true), SOON);
    for (nowMs += 20_000; nowMs < startMs + 400_000; nowMs += 20_000) {
      expect(isOpenAt(here)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    // What it was used at the other is known here, too.
    await vi.waitFor(() => expect(isOpenAt(there)).toBe(true), SOON);
    nowMs += 150_000;
    expect([isOpenAt(here), isOpenAt(there)]).toEqual([false, false]);
    await follower.close();
    await Promise.all([here.close(), there.close()]);
  });

  test('with what gave the right: another token or issuer in the configuration', async () => {
    const cookie = await signIn();
    expect(await statusOf(cookie, await openAnother({ basis: 'another token' }))).toBe(401);
    expect(await statusOf(cookie, await openAnother())).toBe(200);
  });

  test('when the browser signs in again: an id that somebody planted is of no use', async () => {
    const planted = await signIn('mallory/read:icu');
    const own = await signIn(ALL, ward, { cookie: planted });
    expect(own).not.toBe(planted);
    expect([await statusOf(planted), await statusOf(own)]).toEqual([401, 200]);
  });
});

test('a restart of the monitor signs nobody out', async () => {
  const cookie = await signIn('nurse/read:*');
  await ward.close();
  wards.splice(0);
  ward = await openAnother();
  expect(await statusOf(cookie)).toBe(200);
});

describe('with a log that fails', () => {
  const clock: Clock = { ...systemClock(), after: (ms, then) => systemClock().after(Math.min(ms, 20), then) };

  test('one can sign in, and out; that the log has not taken it is said, and it is tried again', async () => {
    let isAway = true;
    const written: (string | undefined)[] = [];
    const append: Log['append'] = async (records) => {
      if (isAway) throw new Error('away');
      written.push(...records.map(({ key, value }) => `${key?.slice(0, 8)} ${value === null ? 'ended' : 'open'}`));
    };
    const sessions = new Sessions({ append } as Log, clock, SETTINGS);
    const id = await sessions.begin(NURSE);
    expect(sessions.principalOf({ id, overTls: false })).toMatchObject(NURSE);
    expect(await sessions.end(id)).toBe(false);
    expect(sessions.principalOf({ id, overTls: false })).toBeUndefined();
    isAway = false;
    await vi.waitFor(() => expect(written).toEqual(['session/ ended']), SOON);
    await sessions.close();
  });

  test('each caller learns whether its own record was written, while others still wait', async () => {
    const gates: (() => void)[] = [];
    const written: string[] = [];
    const append: Log['append'] = async (records) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      written.push(...records.map(({ key }) => key!));
    };
    const writer = new CheckpointWriter({ append } as Log, systemClock());
    const first = writer.isKept('a', null);
    const later = Promise.all(Array.from({ length: 100 }, (_, n) => writer.isKept(`b-${n % 10}`, null)));
    gates.shift()!();
    expect([await first, written]).toEqual([true, ['a']]);
    await vi.waitFor(() => expect(gates).toHaveLength(1), SOON);
    gates.shift()!();
    expect(new Set(await later)).toEqual(new Set([true]));
    expect(written).toHaveLength(11);
    await writer.close();
  });

  test('what another monitor writes of a session after its end does not bring it back', async () => {
    const records: { key: string | undefined; value: Uint8Array | null }[] = [];
    const sessions = new Sessions({ append: async (some) => some.forEach(({ value }) => void records.push({ key: some[0].key, value })) } as Log, clock, SETTINGS);
    const id = await sessions.begin(NURSE);
    const [begun] = records;
    await sessions.end(id);
    sessions.take(begun);
    expect(sessions.principalOf({ id, overTls: false })).toBeUndefined();
    await vi.waitFor(() => expect(records.map(({ value }) => value === null)).toEqual([false, true, true]), SOON);
    await sessions.close();
  });

  test('a session that ended at one monitor does not come back by what another wrote of it, though the first has gone', async () => {
    const none = { append: () => Promise.resolve() } as unknown as Log;
    const records: { key: string | undefined; value: Uint8Array | null }[] = [];
    const first = new Sessions({ append: (some: typeof records) => (records.push(...some), Promise.resolve()) } as never, clock, SETTINGS);
    const id = await first.begin(NURSE);
    const [begun] = records;
    await first.close();
    const second = new Sessions(none, clock, SETTINGS);
    second.take(begun);
    expect(second.principalOf({ id, overTls: false })).toBeDefined();
    second.take({ ...begun, value: null });
    // It was on its way when the end was written.
    second.take(begun);
    expect(second.principalOf({ id, overTls: false })).toBeUndefined();
    await second.close();
  });

  test('what is over is removed from the log, of another token too', async () => {
    const records: { key: string | undefined; value: Uint8Array | null }[] = [];
    const log = { append: (some: typeof records) => (records.push(...some), Promise.resolve()) } as never;
    let nowMs = 1_000_000;
    const later: Clock = { ...clock, nowMs: () => nowMs };
    const first = new Sessions(log, later, { ...SETTINGS, basis: 'an older token' });
    await first.begin(NURSE);
    await first.close();
    const [begun] = records;
    const second = new Sessions(log, later, SETTINGS);
    second.take(begun);
    await sleep(later, 1);
    expect(records).toHaveLength(1);
    nowMs += SETTINGS.absoluteMs + 1;
    second.take(begun);
    await vi.waitFor(() => expect(records.at(-1)).toMatchObject({ key: begun.key, value: null }), SOON);
    await second.close();
  });

  test('while the log is away a thousand may sign in, and what waits is written in pieces when it is back', async () => {
    let isAway = true;
    const sizes: number[] = [];
    const append = (some: readonly unknown[]) => (isAway ? Promise.reject(new Error('away')) : (sizes.push(some.length), Promise.resolve()));
    const sessions = new Sessions({ append } as never, clock, SETTINGS);
    await Promise.all(Array.from({ length: 1001 }, (_, n) => sessions.begin({ ...NURSE, who: `nurse-${n}` })));
    await expect(sessions.begin(NURSE)).rejects.toThrow(BusyError);
    isAway = false;
    await vi.waitFor(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1001), SOON);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    await expect(sessions.begin(NURSE)).resolves.toMatch(/^[\w-]{43}$/);
    await sessions.close();
  });

  test('a thousand sessions of one principal are the most: the one seen least recently ends', async () => {
    let nowMs = 1;
    const sessions = new Sessions({ append: () => Promise.resolve() } as unknown as Log, { ...clock, nowMs: () => nowMs }, SETTINGS);
    const ids: string[] = [];
    for (; nowMs <= 1001; nowMs++) ids.push(await sessions.begin(NURSE));
    const isOpen = (id: string) => sessions.principalOf({ id, overTls: false }) !== undefined;
    expect([isOpen(ids[0]), isOpen(ids[1]), isOpen(ids[1000])]).toEqual([false, true, true]);
    await sessions.close();
  });
});
