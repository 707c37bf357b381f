/// <reference lib="dom" />
/** The page in a real browser: what a nurse and a reader see, and what they see when something is amiss. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { AlertCommand, AlertEvent } from '../../src/ecg/index.js';
import type { Trouble } from '../../src/monitor/vitals.js';
import { checkpointKey, type NewRecord, POSITION_SUBJECT, TOPICS } from '../../src/ports/index.js';
import { decodeCommand, encodeCheckpoint, encodeChunk, encodeEvidence, encodeOutcome } from '../../src/wire/index.js';
import { assembled, chunksOf, inMv } from '../bench/material.js';
import { outcome, policyWith } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, idOf, openWard, type Ward } from '../monitor/support.js';

const program = inject('chromium');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

describe.skipIf(program === undefined)('the page', () => {
  let browser: Browser;
  let page: Page;
  let log: EmbeddedLog;
  let ward: Ward;
  let troubles: Trouble[];
  let beat: NodeJS.Timeout;
  const amiss: string[] = [];

  beforeAll(async () => void (browser = await chromium.launch({ executablePath: program, args: ARGS })));
  afterAll(() => browser?.close());
  beforeEach(async () => {
    troubles = [];
    log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
    // An engine that lives.
    const position: NewRecord = { topic: TOPICS.checkpoints, partition: 0, key: checkpointKey('score', 0, POSITION_SUBJECT), value: encodeCheckpoint({ next: 0, lowWater: 0, timeMs: 0, silent: [] }) };
    beat = setInterval(() => void log.append([position]), 1000);
    ward = await openWard(log, { policy: policyWith({}), perReaderDay: 3, lookouts: [() => troubles] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    amiss.length = 0;
    page.on('pageerror', (error) => amiss.push(error.message));
    page.on('console', (message) => message.type() === 'error' && amiss.push(message.text()));
  });
  afterEach(async () => {
    clearInterval(beat);
    await page.close();
    await ward.close();
    await log.close();
  });

  const open = (token = ALL) => page.goto(`http://127.0.0.1:${ward.http.port}/#token=${encodeURIComponent(token)}`);
  const rows = (table: 'alerts' | 'worklist') => page.locator(`#${table} tr`);
  const raise = (n: number, more: Partial<AlertEvent['snapshot']> = {}) => log.append([event(n, 'raised', more)]);
  const commands = async () => (await log.read(TOPICS.commands, 0, [0, 1, 2])).map(({ value }) => decodeCommand(value!) as AlertCommand);

  test('signs in with the token of its address, which is gone from there, and shows alerts as they come', async () => {
    await raise(1, { simulated: true, evidence: 'simulated', expectedPpv: 0.4, reasons: ['gain-doubtful'] });
    await open();
    await vi.waitFor(async () => expect(await rows('alerts').count()).toBe(1), 5000);
    expect(page.url()).not.toContain('token');
    expect(await rows('alerts').innerText()).toMatch(/bed-1\s+atrial fibrillation.*SIMULATED.*UNPROVEN.*right in 40 of 100.*amplitude doubtful[^]*0\.90\s+medium\s+raised/s);
    await raise(2, { bed: 'bed-2' });
    await vi.waitFor(async () => expect(await rows('alerts').first().innerText()).toContain('bed-2'), 5000);
    await log.append([event(1, 'acknowledged', { simulated: true })]);
    await vi.waitFor(async () => expect(await rows('alerts').last().innerText()).toContain('acknowledged'), 5000);
    expect(await page.locator('header .note').first().innerText()).toContain('Not a medical device');
    expect(amiss).toEqual([]);
  });

  test('without a session asks for a token, and says when it is not accepted', async () => {
    await page.goto(`http://127.0.0.1:${ward.http.port}/`);
    await page.locator('#token').waitFor();
    expect(await page.locator('#ward').isVisible()).toBe(false);
    await page.locator('#token').fill('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await vi.waitFor(async () => expect(await page.locator('#sign-in-says').innerText()).toContain('not accepted'), 5000);
    await page.locator('#token').fill('reader/read:*');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#ward').waitFor();
  });

  test('names that try to be markup are text', async () => {
    await raise(1, { bed: '<img src=x onerror="document.title=1">', finding: '<script>document.title=2</script>' });
    await open();
    await vi.waitFor(async () => expect(await rows('alerts').innerText()).toContain('<img src=x onerror='), 5000);
    await page.locator('#alerts .finding').click();
    expect(await page.locator('#detail-title').innerText()).toContain('<script>');
    expect([await page.title(), await page.locator('#ward img, #ward script').count()]).toEqual(['Purkinje', 0]);
  });

  test('acknowledge and dismiss, with a reason, reach the log in the name of who signed in; refusals are said', async () => {
    await raise(1);
    await open();
    await rows('alerts').getByRole('button', { name: 'Acknowledge' }).click();
    await vi.waitFor(async () => expect(await commands()).toHaveLength(1), 5000);
    await log.append([event(1, 'acknowledged')]);
    await page.locator('#alerts .finding').click();
    await vi.waitFor(async () => expect(await page.locator('#detail-acknowledge').isDisabled()).toBe(true), 5000);
    await page.locator('#detail-dismiss').click();
    await vi.waitFor(async () => expect(await page.locator('#detail-says').innerText()).toContain('needs a reason'), 5000);
    await page.locator('#reason').fill('artefact');
    await page.locator('#detail-dismiss').click();
    await vi.waitFor(async () => expect(await page.locator('#detail-says').innerText()).toBe('Sent.'), 5000);
    expect((await commands()).map(({ kind, actor, reason }) => [kind, actor, reason])).toEqual([['acknowledge', 'everyone', ''], ['dismiss', 'everyone', 'artefact']]);
    await log.append([event(1, 'dismissed')]);
    await vi.waitFor(async () => expect(await rows('alerts').innerText()).toContain('dismissed'), 5000);
  });

  test('the strip of an alert is true to scale: 25 mm a second, 10 mm a millivolt, to a hundredth of a millimetre', async () => {
    const chunks = (await chunksOf('bed-1', 11)).slice(0, 11);
    const [segment] = assembled(chunks);
    const mv = inMv(segment);
    await log.append([event(1, 'raised', { segments: [segment.id] }), { topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: segment.id, chunks: chunks.slice(0, 10).map(encodeChunk), missing: '', part: 1, parts: 1, focus: [{ fromMs: 3000, toMs: 3500, weight: 0.4 }] }) }]);
    await open();
    await page.locator('#alerts .finding').click();
    await page.locator('svg.ecg').waitFor();
    expect(await page.locator('svg.ecg').textContent()).toContain('25 mm/s 10 mm/mV');
    // The browser's own millimetres: 96 pixels an inch.
    const pulse = (await page.locator('svg.ecg .pulse').last().evaluate((path: SVGPathElement) => [path.getBBox().width, path.getBBox().height, path.getBoundingClientRect().height / path.getBBox().height]));
    expect(pulse[1]).toBeCloseTo(10, 2);
    expect(pulse[2]).toBeCloseTo(96 / 25.4, 1);
    const rhythm = await page.locator('svg.ecg [data-lead=II]').last().getAttribute('d');
    const baseline = Number(/M1\.5 ([\d.]+)/.exec((await page.locator('svg.ecg .pulse').last().getAttribute('d'))!)![1]);
    const points = rhythm!.split(/[ML]/).slice(1).map((point) => point.split(' ').map(Number));
    const own = mv.rows.find(({ lead }) => lead === 'II')!.mv;
    expect(points).toHaveLength(own.length);
    for (const i of [0, 777, 2500, 4999]) {
      expect(points[i][0] - points[0][0]).toBeCloseTo((i / mv.rateHz) * 25, 2);
      expect(Math.abs(baseline - points[i][1] - own[i] * 10)).toBeLessThan(0.01);
    }
    expect(await page.locator('svg.ecg .trace').count()).toBe(13);
    expect(await page.locator('svg.ecg .focus').last().evaluate((rect: SVGRectElement) => rect.width.baseVal.value)).toBeCloseTo(12.5, 3);
  });

  test('an alert whose samples are gone says so', async () => {
    await raise(1);
    await open();
    await page.locator('#alerts .finding').click();
    await vi.waitFor(async () => expect(await page.locator('#detail-strip').innerText()).toContain('kept no samples'), 5000);
  });

  test("the reader's worklist: proven before unproven, far over the threshold first, and what has no room today is counted", async () => {
    const structural = { channel: 'worklist', kind: 'structural', priority: 'low' } as const;
    await raise(1, { ...structural, finding: 'a', probability: 0.6 });
    await raise(2, { ...structural, finding: 'b', probability: 0.95, evidence: 'simulated' });
    await raise(3, { ...structural, finding: 'c', probability: 0.9 });
    await raise(4, { ...structural, finding: 'd', probability: 0.7 });
    await raise(5, { ...structural, finding: 'e', probability: 0.6, priority: 'medium' });
    await raise(6, { ...structural, finding: 'f', probability: 0.55 });
    await open();
    await vi.waitFor(async () => expect(await page.locator('#worklist .finding').allInnerTexts()).toEqual(['e', 'c', 'd']), 8000);
    expect(await page.locator('#deferred').innerText()).toBe("3 of low priority wait for another day: a reader's day has room for 3.");
    expect(await rows('alerts').count()).toBe(0);
  });

  test('a bed says whether it is watched, and opened which findings are not and why', async () => {
    const told = (device: string, more: Parameters<typeof outcome>[2] = {}): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1, more), device, association: { bed: device, unit: 'icu', knownConditions: [], contextOffset: 0 } } }) });
    await log.append([told('bed-1', { leads: [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }] }), told('bed-2', { grade: 'unusable', status: 'unusable' })]);
    await open();
    await vi.waitFor(async () => expect(await page.locator('#beds summary').allInnerTexts()).toEqual([expect.stringContaining('watched'), expect.stringContaining('poor signal, not watched')]), 8000);
    await page.locator('#beds summary').first().click();
    await vi.waitFor(async () => expect(await page.locator('#beds details').first().innerText()).toMatch(/\d+ of \d+ findings watched[^]*leads that it needs are not there: /), 5000);
    expect(await page.locator('#beds details').nth(1).getAttribute('class')).toContain('unwatched');
  });

  test('technical alarms stand on top within ten seconds, and go when they are over', async () => {
    await open();
    troubles = [{ alarm: 'target-parked', about: 'pager has failed for a day' }];
    await vi.waitFor(async () => expect(await page.locator('#alarms').innerText()).toMatch(/A receiver of alerts is parked, since [\d:]+\s+pager has failed for a day/), { timeout: 10_000, interval: 200 });
    troubles = [];
    await vi.waitFor(async () => expect(await page.locator('#alarms li').count()).toBe(0), { timeout: 10_000, interval: 200 });
  }, 40_000);

  test('a lost link is said within 30 s, and everything is dim; when it is back the page goes on where it was', async () => {
    await raise(1);
    await open();
    await vi.waitFor(async () => expect(await rows('alerts').count()).toBe(1), 5000);
    const { port } = ward.http;
    await ward.close();
    const lostMs = Date.now();
    await page.locator('#stale').waitFor({ timeout: 30_000 });
    expect(Date.now() - lostMs).toBeLessThan(30_000);
    expect(await page.locator('#stale').innerText()).toMatch(/Connection lost: nothing since [\d:]+ is shown here/);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('main')!).opacity)).toBe('0.35');
    await raise(2, { bed: 'bed-2' });
    ward = await openWard(log, {}, undefined, undefined, undefined, port);
    await page.locator('#stale').waitFor({ state: 'hidden', timeout: 20_000 });
    await vi.waitFor(async () => expect(await rows('alerts').count()).toBe(2), 10_000);
  }, 80_000);

  test('credentials that run out bring the sign-in back', async () => {
    await open(`nurse/read:*/expires:${Date.now() + 3000}`);
    await page.locator('#ward').waitFor();
    await page.locator('#sign-in').waitFor({ timeout: 15_000 });
    expect(await page.locator('#ward').isVisible()).toBe(false);
  }, 30_000);

  test('two hundred alerts and a hundred beds do not make it slow, and it fits a telephone', async () => {
    await log.append(Array.from({ length: 200 }, (_, n) => event(n, 'raised', { bed: `bed-${n % 100}` })));
    await open();
    await vi.waitFor(async () => expect(await rows('alerts').count()).toBe(200), 10_000);
    const slowestMs = await page.evaluate(() => new Promise<number>((resolve) => {
      let [slowest, last, left] = [0, performance.now(), 60];
      const frame = (): void => {
        const now = performance.now();
        slowest = Math.max(slowest, now - last);
        last = now;
        if (left-- > 0) requestAnimationFrame(frame);
        else resolve(slowest);
      };
      requestAnimationFrame(frame);
    }));
    expect(slowestMs).toBeLessThan(1000);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
