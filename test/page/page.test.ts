/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The page in a real browser: what a nurse and a reader see, and what they see when something is amiss. */
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { AlertCommand, AlertEvent, Outcome } from '../../src/ecg/index.js';
import type { Trouble } from '../../src/monitor/health.js';
import { checkpointKey, type NewRecord, POSITION_SUBJECT, type StepName, TOPICS } from '../../src/ports/index.js';
import { decodeCommand, encodeCheckpoint, encodeChunk, encodeEvidence, encodeOutcome } from '../../src/wire/index.js';
import { assembled, chunksOf, inMv } from '../bench/material.js';
import { outcome, policyWith } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, idOf, openWard, type Ward } from '../monitor/support.js';

const program = inject('chromium');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** As long as a bed may be. */
const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</';
const soon = { timeout: 8000, interval: 30 };

describe.skipIf(program === undefined)('the page', () => {
  let browser: Browser;
  let page: Page;
  let log: EmbeddedLog;
  let ward: Ward;
  let troubles: Trouble[];
  let beat: NodeJS.Timeout;
  /** What the console says is wrong: a breach of the content security policy too. */
  let amiss: string[];

  beforeAll(async () => void (browser = await chromium.launch({ executablePath: program, args: ARGS })));
  afterAll(() => browser?.close());
  beforeEach(async () => {
    troubles = [];
    amiss = [];
    log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
    // An engine that lives.
    const position = (step: StepName, state: object): NewRecord => ({ topic: TOPICS.checkpoints, partition: 0, key: checkpointKey(step, 0, POSITION_SUBJECT), value: encodeCheckpoint(state) });
    const positions = [position('score', { next: 0, lowWater: 0, timeMs: 0, silent: [] }), position('decide', { [TOPICS.outcomes]: 1e6, [TOPICS.commands]: 1e6 })];
    beat = setInterval(() => void log.append(positions), 1000);
    ward = await openWard(log, world());
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => amiss.push(error.message));
    page.on('console', (message) => message.type() === 'error' && amiss.push(message.text()));
  });
  afterEach(async () => {
    clearInterval(beat);
    // A request that a test answers itself may be under way.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.close();
    await ward.close();
    await log.close();
  });

  const world = () => ({ policy: policyWith({}), perReaderDay: 3, lookouts: [() => troubles] });
  /** The monitor starts amid troubles. */
  const trouble = async (...about: Trouble[]) => {
    troubles = about;
    await ward.close();
    ward = await openWard(log, world());
  };
  const open = async (token = ALL) => {
    await page.goto(`http://127.0.0.1:${ward.http.port}/#token=${encodeURIComponent(token)}`);
    await page.locator('#ward').waitFor();
  };
  const rows = (table: 'alerts' | 'worklist' | 'deferred') => page.locator(`#${table} tr`);
  const names = (table: 'alerts' | 'worklist' | 'deferred') => rows(table).locator('.finding').allInnerTexts();
  const raise = (n: number, more: Partial<AlertEvent['snapshot']> = {}) => log.append([event(n, 'raised', more)]);
  const commands = async () => (await log.read(TOPICS.commands, 0, [0, 1, 2])).map(({ value }) => decodeCommand(value!) as AlertCommand);
  const says = (place: Locator | string, text: string | RegExp) => vi.waitFor(async () => expect(await (typeof place === 'string' ? page.locator(place) : place).innerText()).toMatch(text), soon);
  const counted = (place: Locator, count: number) => vi.waitFor(async () => expect(await place.count()).toBe(count), soon);
  const segment = (device: string, more: Partial<Outcome> = {}): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1), device, association: { bed: device, unit: 'icu', knownConditions: [], contextOffset: 0 }, ...more } }) });

  describe('signing in', () => {
    test('the token of its address is gone from there at once, and is stored nowhere a script can read', async () => {
      await open();
      expect(page.url()).toBe(`http://127.0.0.1:${ward.http.port}/`);
      expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, history.length])).toEqual([0, 0, '', 2]);
      await page.reload();
      await page.locator('#ward').waitFor();
      expect(amiss).toEqual([]);
    });

    test('without a session it asks for a token, and says when it is not accepted', async () => {
      await page.goto(`http://127.0.0.1:${ward.http.port}/`);
      await page.locator('#token').waitFor();
      expect(await page.locator('#ward').isVisible()).toBe(false);
      await page.locator('#token').fill('/');
      await page.keyboard.press('Enter');
      await says('#sign-in-says', 'not accepted');
      await page.locator('#token').fill('reader/read:*');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('#ward').waitFor();
      expect(await page.locator('#sign-in').isVisible()).toBe(false);
    });

    test('who signs out is asked for a token, nothing of a patient stays in the page, and its cookie opens nothing more', async () => {
      await raise(1);
      await open();
      await says(rows('alerts'), 'bed-1');
      const [cookie] = await page.context().cookies();
      expect(cookie).toMatchObject({ name: 'purkinje_session', httpOnly: true, sameSite: 'Strict' });
      expect(cookie.value).toMatch(/^[\w-]{43}$/);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.locator('#token').waitFor();
      expect(await page.locator('body').innerHTML()).not.toContain('bed-1');
      expect(await page.locator('#sign-out').isVisible()).toBe(false);
      expect(await page.context().cookies()).toEqual([]);
      expect((await fetch(`http://127.0.0.1:${ward.http.port}/beds`, { headers: { cookie: `${cookie.name}=${cookie.value}` } })).status).toBe(401);
    });

    test('a monitor that cannot sign out says so, and the ward stays', async () => {
      await open();
      await page.route('**/session', (route) => route.abort());
      await page.getByRole('button', { name: 'Sign out' }).click();
      await says('#sign-out-says', 'Not signed out');
      expect(await page.locator('#ward').isVisible()).toBe(true);
    });

    test('a monitor that is started again signs nobody out', async () => {
      await open();
      await ward.close();
      ward = await openWard(log, world(), undefined, 0, undefined, ward.http.port);
      await raise(7, { bed: 'bed-7' });
      await says(rows('alerts'), 'bed-7');
      expect(await page.locator('#sign-in').isVisible()).toBe(false);
    });

    test('credentials that run out bring the sign-in back', async () => {
      await open(`nurse/read:*/expires:${Date.now() + 2000}`);
      await page.locator('#sign-in').waitFor({ timeout: 15_000 });
      expect([await page.locator('#ward').isVisible(), await page.locator('#stale').isVisible()]).toEqual([false, false]);
    });
  });

  describe('alerts', () => {
    test('are there when it opens, come while it is open, and say what they rest on', async () => {
      await raise(1, { simulated: true, evidence: 'simulated', expectedPpv: 0.4, reasons: ['gain-doubtful'], measurements: { beats: [], voltages: [], st: [{ lead: 'V2', mv: 0.31 }], heartRateBpm: 131.4 } });
      await open();
      await says(rows('alerts'), /bed-1\s+icu\s+Atrial fibrillation\s+SIMULATED\s*UNPROVEN\s*right in 40 of 100\s*amplitude doubtful\s+131\/min · ST V2 \+0\.3 mV\s+0\.90\s+threshold 0\.50\s+Medium\s+new\s+Acknowledge\s*Dismiss/i);
      expect(await page.locator('.advisory').innerText()).toBe('Advisory, for research. Not a medical device. A quiet page is no sign of health.');
      await raise(2, { bed: 'bed-2', evidence: 'rule', finding: 'rule-wide-qrs', priority: 'high' });
      await says(rows('alerts').first(), /bed-2\s+icu\s+Wide QRS \(rule\)\s+by rule\s+High/);
      await says('#announce', 'New alert: Wide QRS (rule), bed-2, high priority');
      expect(await page.title()).toBe('(2) Purkinje');
      expect(amiss).toEqual([]);
    });

    test('the most urgent are on top, then those that are answered; what is over goes', async () => {
      for (const [n, priority] of (['low', 'high', 'medium', 'medium'] as const).entries()) await raise(n, { priority, finding: `f-${n}`, onsetMs: n });
      await open();
      await vi.waitFor(async () => expect(await names('alerts')).toEqual(['F 1', 'F 3', 'F 2', 'F 0']), soon);
      await log.append([event(1, 'acknowledged', { priority: 'high', finding: 'f-1' }), event(3, 'resolved', { finding: 'f-3' })]);
      await vi.waitFor(async () => expect(await names('alerts')).toEqual(['F 2', 'F 0', 'F 1', 'F 3']), soon);
      await says('#alerts-count', '3');
    });

    test('names that try to be markup are text, wherever they stand, and nothing could make them markup', async () => {
      await trouble({ alarm: 'target-failing', about: HOSTILE });
      await raise(1, { bed: HOSTILE, unit: HOSTILE, finding: HOSTILE, reasons: [HOSTILE], model: HOSTILE });
      await raise(2, { bed: HOSTILE, finding: HOSTILE, channel: 'worklist' });
      await log.append([event(1, 'acknowledged', { bed: HOSTILE, unit: HOSTILE, finding: HOSTILE, reasons: [HOSTILE], model: HOSTILE })]);
      await log.append([{ topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: 'bed-1/1/0', chunks: [], missing: HOSTILE, part: 1, parts: 1 }) }, segment('bed-1', { association: { bed: HOSTILE, unit: HOSTILE, knownConditions: [], contextOffset: 0 } })]);
      await open();
      await says(rows('alerts'), '<img src=x onerror=');
      await says(rows('worklist'), '<img src=x onerror=');
      await says('#alarms', '<img src=x onerror=');
      await page.locator('#alerts .finding').click();
      await says('#detail-about', 'Samples are missing: <img src=x');
      expect(await page.locator('#detail-bed').innerText()).toBe(HOSTILE);
      expect(await page.locator('body img, body script').count()).toBe(0);
      expect(await page.title()).toBe('Purkinje');
      expect(amiss).toEqual([]);
      // Not by care alone: the browser refuses.
      expect(await page.evaluate(() => {
        try {
          document.body.innerHTML = '<b>';
          return 'markup';
        } catch {
          return 'refused';
        }
      })).toBe('refused');
    });

    test('an event touches its own row, which stays the same element and keeps the focus; the others are left alone', async () => {
      await log.append(Array.from({ length: 200 }, (_, n) => event(n, 'raised', { bed: `bed-${n % 100}`, onsetMs: n })));
      await log.append(Array.from({ length: 100 }, (_, n) => segment(`bed-${n}`)));
      await open();
      await counted(rows('alerts'), 200);
      await page.locator(`[data-alert="${idOf(7)}"] .finding`).focus();
      await page.evaluate(() => {
        const touched = ((window as { touched?: Set<string> }).touched = new Set());
        new MutationObserver((changes) => {
          for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) touched.add((node.nodeType === 1 ? (node as Element) : node.parentElement)?.closest('tr')?.dataset.alert ?? '');
        }).observe(document.querySelector('#alerts')!, { subtree: true, childList: true, characterData: true, attributes: true });
      });
      const startMs = Date.now();
      await log.append([event(7, 'acknowledged', { bed: 'bed-7', onsetMs: 7 })]);
      await says(rows('alerts').last(), 'acknowledged');
      expect(Date.now() - startMs).toBeLessThan(2000);
      expect(await page.evaluate(() => [...(window as { touched?: Set<string> }).touched!].filter((id) => id !== ''))).toEqual([idOf(7)]);
      expect(await page.evaluate(() => document.activeElement?.closest('tr')?.dataset.alert)).toBe(idOf(7));
    });
  });

  describe('answers', () => {
    test('an acknowledgement reaches the log in the name of who signed in, and the row changes when the engine answers', async () => {
      await raise(1);
      await open('nurse/read:*/acknowledge:*');
      await rows('alerts').getByRole('button', { name: 'Acknowledge' }).click();
      await vi.waitFor(async () => expect((await commands()).map(({ kind, alertId, actor }) => [kind, alertId, actor])).toEqual([['acknowledge', idOf(1), 'nurse']]), soon);
      await says(rows('alerts'), 'Sent');
      expect(await rows('alerts').getByRole('button', { name: 'Dismiss' }).isDisabled()).toBe(true);
      await log.append([event(1, 'acknowledged')]);
      await says(rows('alerts'), /acknowledged\s+Dismiss …\s*$/);
      await rows('alerts').getByRole('button', { name: 'Dismiss' }).click();
      await page.getByLabel('Confirmed').check();
      await page.locator('#dismissal .main').click();
      await says('#dismissal-says', 'not allowed');
      expect(await commands()).toHaveLength(1);
    });

    test('a dismissal needs a reason: a verdict, or own words', async () => {
      await raise(1);
      await raise(2, { bed: 'bed-2' });
      await open();
      await counted(rows('alerts'), 2);
      await rows('alerts').first().getByRole('button', { name: 'Dismiss' }).click();
      await page.locator('#dismissal .main').click();
      await says('#dismissal-says', 'Say why');
      await page.getByLabel('Artefact').check();
      await page.locator('#dismissal .main').click();
      await page.locator('#dismissal').waitFor({ state: 'hidden' });
      await page.locator('#alerts .finding').last().click();
      await page.locator('#detail-dismiss').click();
      await page.locator('#dismissal-own').fill('  patient walks about ');
      await page.keyboard.press('Enter');
      await says('#detail-says', 'Sent');
      expect((await commands()).map(({ kind, reason, actor }) => [kind, reason, actor])).toEqual([['dismiss', 'artefact', 'everyone'], ['dismiss', 'patient walks about', 'everyone']]);
      await log.append([event(1, 'dismissed'), event(2, 'dismissed', { bed: 'bed-2' })]);
      await vi.waitFor(async () => expect(await page.locator('#detail-acknowledge').isDisabled()).toBe(true), soon);
      await page.keyboard.press('Escape');
      expect(await rows('alerts').allInnerTexts()).toEqual([expect.stringContaining('dismissed'), expect.stringContaining('dismissed')]);
    });

    test('all of it can be done from the keyboard', async () => {
      await raise(1);
      await open();
      await counted(rows('alerts'), 1);
      for (const [key, place] of [['Tab', 'finding'], ['Tab', 'answer'], ['Tab', 'answer plain']]) {
        await page.keyboard.press(key);
        expect(await page.evaluate(() => document.activeElement?.className)).toBe(place);
      }
      await page.keyboard.press('Enter');
      await page.locator('#dismissal').waitFor();
      for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
      await vi.waitFor(async () => expect((await commands())[0]?.reason).toBe('artefact'), soon);
    });
  });

  describe('the strip of an alert', () => {
    test('is true to scale: 25 mm a second, 10 mm a millivolt, to a hundredth of a millimetre', async () => {
      const chunks = await chunksOf('bed-1', 11);
      const [segment] = assembled(chunks);
      const mv = inMv(segment);
      await log.append([event(1, 'raised', { segments: [segment.id] }), { topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: segment.id, chunks: chunks.slice(0, 10).map(encodeChunk), missing: '', part: 1, parts: 1, focus: [{ fromMs: 3000, toMs: 3500, weight: 0.4 }] }) }]);
      await open();
      await page.locator('#alerts .finding').click();
      const svg = page.locator('svg.ecg');
      await svg.waitFor();
      expect(await svg.locator('text').allTextContents()).toEqual([...'I,aVR,V1,V4,II,aVL,V2,V5,III,aVF,V3,V6,II'.split(','), '25 mm/s 10 mm/mV']);
      await says('#detail-about', 'Shaded: where the model looked.');
      // The browser's own millimetres: 96 pixels an inch.
      const pulse = await svg.locator('.pulse').last().evaluate((path: SVGPathElement) => {
        const [own, drawn] = [path.getBBox(), path.getBoundingClientRect()];
        return { widthMm: own.width, heightMm: own.height, pxPerMm: [drawn.width / own.width, drawn.height / own.height] };
      });
      expect(pulse.heightMm).toBeCloseTo(10, 2);
      for (const px of pulse.pxPerMm) expect(px).toBeCloseTo(96 / 25.4, 1);
      expect(await svg.evaluate((element: SVGSVGElement) => [element.getBoundingClientRect().width, element.viewBox.baseVal.width * (96 / 25.4)]).then(([is, ought]) => is - ought)).toBeCloseTo(0, 1);
      const pulsePath = await svg.locator('.pulse').last().getAttribute('d');
      const baseline = Number(/M1\.5 ([\d.]+)/.exec(pulsePath!)![1]);
      // The pulse begins at the baseline, and lasts 200 ms.
      expect(pulsePath).toContain('v-10h5v10');
      const pointsOf = async (place: Locator) => (await place.getAttribute('d'))!.split(/[ML]/).slice(1).map((point) => point.split(' ').map(Number));
      const own = (lead: string) => mv.rows.find((row) => row.lead === lead)!.mv;
      const rhythm = await pointsOf(svg.locator('[data-lead=II]').last());
      expect(rhythm).toHaveLength(5000);
      for (const i of [0, 777, 2500, 4999]) {
        expect(rhythm[i][0] - rhythm[0][0]).toBeCloseTo((i / mv.rateHz) * 25, 2);
        expect(Math.abs(baseline - rhythm[i][1] - own('II')[i] * 10)).toBeLessThan(0.01);
      }
      // The same moment lies one below the other: V4 has the last of four columns.
      const v4 = await pointsOf(svg.locator('[data-lead=V4]'));
      expect(v4).toHaveLength(1250);
      expect(v4[0][0]).toBeCloseTo(rhythm[3750][0], 3);
      expect(Math.abs(v4[100][1] - v4[0][1] + (own('V4')[3850] - own('V4')[3750]) * 10)).toBeLessThan(0.02);
      const focus = await svg.locator('.focus').last().evaluate((rect: SVGRectElement) => [rect.x.baseVal.value, rect.width.baseVal.value]);
      expect(focus[0]).toBeCloseTo(rhythm[1500][0], 3);
      expect(focus[1]).toBeCloseTo(12.5, 3);
    });

    test('of several segments shows the last, and each that is chosen; leads that were not there are named as such', async () => {
      const chunks = (await chunksOf('bed-1', 21)).map((chunk) => ({ ...chunk, declaredLeads: ['I', 'II'], blocks: chunk.blocks.filter(({ lead }) => lead === 'I' || lead === 'II') }));
      const evidence = assembled(chunks).map(({ id }, k): NewRecord => ({ topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: id, chunks: chunks.slice(10 * k, 10 * k + 10).map(encodeChunk), missing: '', part: 1, parts: 1 }) }));
      await log.append([event(1, 'raised'), ...evidence]);
      await open();
      await page.locator('#alerts .finding').click();
      await page.locator('svg.ecg').waitFor();
      expect(await page.locator('svg.ecg text').allTextContents()).toEqual(expect.arrayContaining(['I', 'III', 'aVF', 'V1: not there']));
      expect(await page.locator('#detail-segments option:checked').innerText()).toBe('Segment 2 of 2');
      const last = await page.locator('[data-lead=I]').getAttribute('d');
      await page.locator('#detail-segments').selectOption({ index: 0 });
      await vi.waitFor(async () => expect(await page.locator('[data-lead=I]').getAttribute('d', { timeout: 1000 })).not.toBe(last), soon);
    });

    test('that another explains have no row: they stand in its row, and have one again when it is dismissed', async () => {
      await raise(1, { finding: 'left-bundle-branch-block' });
      await raise(2, { finding: 'rule-wide-qrs', explainedBy: idOf(1) });
      await raise(3, { finding: 't-wave-abnormality', explainedBy: idOf(1) });
      await open();
      await vi.waitFor(async () => expect(await names('alerts')).toEqual(['Left bundle branch block', 'Wide QRS (rule)', 'T wave abnormality']), soon);
      expect(await rows('alerts').count()).toBe(1);
      expect(await page.locator('#alerts .explained').innerText()).toBe('Explains Wide QRS (rule), T wave abnormality');
      await says('#alerts-count', /^1$/);
      await page.locator('#alerts .explained .finding').first().click();
      await says('#detail-facts', idOf(2));
      await page.keyboard.press('Escape');
      await log.append([event(1, 'dismissed', { finding: 'left-bundle-branch-block' }), event(2, 'updated', { finding: 'rule-wide-qrs' }), event(3, 'resolved', { finding: 't-wave-abnormality', explainedBy: idOf(1) })]);
      await vi.waitFor(async () => expect(await page.locator('#alerts tr[data-state=updated] .finding').allInnerTexts()).toEqual(['Wide QRS (rule)']), soon);
      await says('#alerts-count', /^1$/);
    });

    test('whose samples are gone says so, and what is known of the alert', async () => {
      await raise(1, { signalQuality: 0.83, reasons: ['limb-leads-contradict'], evidence: 'external', model: 'purkinje-s@1', modelHash: '0123456789abcdef', policyHash: 'fedcba9876543210' });
      await open();
      await page.locator('#alerts .finding').click();
      await says('#detail-about', 'kept no samples');
      const facts = await page.locator('#detail-facts').innerText();
      for (const fact of ['0.900, threshold 0.500', '83 of 100, limb leads contradict each other', 'recordings of others', 'purkinje-s@1, 01234567', 'fedcba98', idOf(1)]) expect(facts).toContain(fact);
    });
  });

  test('an item that cannot be shown takes none of the others with it, and says so', async () => {
    const items = ['a', 'b', 'c'].map((finding, n) => ({ n, finding }));
    for (const { n, finding } of items) await raise(n, { finding, channel: 'worklist', kind: 'structural', priority: 'low' });
    await page.route('**/worklist', async (route) => {
      const answer = await route.fetch();
      const listed = (await answer.json()) as { today: { finding: string; probability: number | null }[] };
      for (const item of listed.today) if (item.finding === 'b') item.probability = null;
      await route.fulfill({ response: answer, json: listed });
    });
    await open();
    await vi.waitFor(async () => expect((await names('worklist')).toSorted()).toEqual(['A', 'B', 'C']), soon);
    expect(await rows('worklist').filter({ hasText: 'CANNOT BE SHOWN WHOLE' }).locator('.finding').allInnerTexts()).toEqual(['B']);
    expect(amiss).toEqual([]);
  });

  test("the reader's worklist: proven before unproven, far over the threshold first; what has no room today is counted, and there", async () => {
    const structural = { channel: 'worklist', kind: 'structural', priority: 'low' } as const;
    await raise(1, { ...structural, finding: 'a', probability: 0.6 });
    await raise(2, { ...structural, finding: 'b', probability: 0.95, evidence: 'simulated' });
    await raise(3, { ...structural, finding: 'c', probability: 0.9 });
    await raise(4, { ...structural, finding: 'd', probability: 0.7 });
    await raise(5, { ...structural, finding: 'e', probability: 0.6, priority: 'medium' });
    await open();
    await vi.waitFor(async () => expect(await names('worklist')).toEqual(['E', 'C', 'D']), soon);
    expect(await page.locator('#deferred-count').innerText()).toBe("2 of low priority wait for another day: a reader's day has room for 3 of a unit");
    await page.locator('#deferred-count').click();
    expect(await names('deferred')).toEqual(['A', 'B']);
    expect(await rows('alerts').count()).toBe(0);
    await raise(6, { ...structural, finding: 'f', probability: 0.5, priority: 'high' });
    await vi.waitFor(async () => expect([await names('worklist'), await names('deferred')]).toEqual([['F', 'E', 'C'], ['D', 'A', 'B']]), soon);
  });

  test('a bed says whether it is watched and for how many findings; opened, which are not, why, and the share of a day', async () => {
    await log.append([segment('bed-1', { leads: [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }] }), segment('bed-2', { grade: 'unusable', status: 'unusable' })]);
    await open();
    const beds = page.locator('#beds details');
    await vi.waitFor(async () => expect(await beds.locator('summary').allInnerTexts()).toEqual([expect.stringMatching(/bed-2\s+icu\s+not watched: poor signal\s+0 of \d+ findings/), expect.stringMatching(/bed-1\s+icu\s+watched\s+\d+ of \d+ findings/)]), soon);
    expect(await page.locator('#beds-count').innerText()).toBe('1 of 2 watched');
    await beds.nth(1).locator('summary').click();
    await says(beds.nth(1), /Not watched: leads that it needs are not there\s[^]*STEMI\s+\d+%[^]*Watched\s[^]*Wide QRS \(rule\)\s+\d+%[^]*Percent: how much of the last 24 hours/);
    await raise(1);
    await says(beds.nth(1), '1 alert');
    expect(await beds.nth(1).getAttribute('open')).toBe('');
  });

  test('a bed with ventricular ectopic beats says how many came in the last whole minute and draws the minutes; one without says nothing', async () => {
    // Bigeminy at 78 a minute: every second of thirteen beats.
    const beating = (device: string, kinds: string) =>
      Array.from({ length: 13 }, (_, k) => segment(device, { id: `${device}/1/${k * 5000}`, firstSample: k * 5000, startMs: 1_700_000_040_000 + k * 10_000, kinds: [...kinds].map((kind) => ({ kind: kind as 'N' | 'V', confidence: 1 })) }));
    await log.append([...beating('bed-1', 'NVNVNVNVNVNVN'), ...beating('bed-2', 'NNNNNNNNNNNNN')]);
    await open();
    const card = (bed: string) => page.locator('#beds details').filter({ hasText: bed });
    await says(card('bed-1').locator('.minutes'), 'ventricular ectopic beats 36/min');
    expect(await card('bed-1').locator('svg.burden rect').count()).toBe(3);
    expect(await card('bed-2').locator('.minutes').innerText()).toBe('');
  });

  test('a bed whose device ended its stream says so, comes last, and is not counted among those to be watched', async () => {
    const ended: NewRecord = { topic: TOPICS.outcomes, key: 'bed-2', value: encodeOutcome({ type: 'silence', silence: { device: 'bed-2', silent: true, ended: true, atMs: 1, lastRecordMs: 0 } }) };
    await log.append([segment('bed-1'), segment('bed-2'), ended]);
    await open();
    const beds = page.locator('#beds details');
    await vi.waitFor(async () => expect(await beds.locator('summary').allInnerTexts()).toEqual([expect.stringMatching(/bed-1\s+icu\s+watched/), expect.stringMatching(/bed-2\s+icu\s+not watched: the stream ended\s+0 of \d+ findings/)]), soon);
    expect(await page.locator('#beds-count').innerText()).toBe('1 of 1 watched, 1 ended');
  });

  test('technical alarms stand on top within ten seconds, and go when they are over', async () => {
    await open();
    troubles = [{ alarm: 'target-parked', about: 'pager has failed for a day' }];
    await vi.waitFor(async () => expect(await page.locator('#alarms').innerText()).toMatch(/A receiver of alerts is parked, since [\d:]+\s+pager has failed for a day/), { timeout: 10_000, interval: 100 });
    troubles = [];
    await vi.waitFor(async () => expect(await page.locator('#alarms li').count()).toBe(0), { timeout: 10_000, interval: 100 });
  });

  describe('a link that is lost', () => {
    test('is said at once and large, and everything is dim; when it is back the page goes on where it was', async () => {
      await raise(1);
      await open();
      await counted(rows('alerts'), 1);
      const { port } = ward.http;
      await ward.close();
      const lostMs = Date.now();
      await page.locator('#stale').waitFor({ timeout: 30_000 });
      expect(Date.now() - lostMs).toBeLessThan(12_000);
      await says('#stale', /Connection lost\s+Nothing since [\d:]+ is shown here/);
      expect(await page.evaluate(() => [getComputedStyle(document.querySelector('main')!).opacity, parseFloat(getComputedStyle(document.querySelector('#stale strong')!).fontSize) > 20])).toEqual(['0.35', true]);
      expect(await page.title()).toBe('Connection lost · Purkinje');
      await page.locator('#alerts .finding').click();
      expect(await page.evaluate(() => getComputedStyle(document.querySelector('#detail')!, '::before').content)).toContain('Connection lost');
      await page.keyboard.press('Escape');
      await raise(2, { bed: 'bed-2' });
      ward = await openWard(log, {}, undefined, undefined, undefined, port);
      await page.locator('#stale').waitFor({ state: 'hidden', timeout: 20_000 });
      await counted(rows('alerts'), 2);
    });

    test('that stands and is silent is lost after 20 s without a heartbeat, 30 s at most', async () => {
      await page.clock.install();
      await open();
      await says('#live', /Live at [\d:]+/);
      await page.clock.fastForward(19_000);
      expect(await page.locator('#stale').isVisible()).toBe(false);
      await page.clock.fastForward(5000);
      expect(await page.locator('#stale').isVisible()).toBe(true);
      // The next heartbeat.
      await page.locator('#stale').waitFor({ state: 'hidden', timeout: 10_000 });
    });
  });

  describe('everybody can read it', () => {
    test('text stands out from its ground by 4.5 to 1 and more, by day and by night', async () => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await raise(1, { simulated: true, evidence: 'none', priority: 'high', reasons: ['partial'] });
      await raise(2, { bed: 'bed-2' });
      await trouble({ alarm: 'target-parked', about: 'pager has failed for a day' });
      await log.append([segment('bed-1'), segment('bed-2', { grade: 'unusable', status: 'unusable' })]);
      await open();
      await counted(page.locator('#beds details'), 2);
      await counted(page.locator('#alarms li'), 1);
      const contrasts = () => page.evaluate(() => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })!;
        // Grounds lie on one another, some of them half transparent.
        const mixed = (colors: readonly string[]) => {
          canvas.clearRect(0, 0, 1, 1);
          for (const color of colors) {
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
          }
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const texts = [...document.querySelectorAll('body *')].filter((element) => element instanceof HTMLElement && element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== ''));
        return texts.map((element) => {
          const grounds: string[] = [];
          for (let at: Element | null = element; at !== null; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
          const [a, b] = [mixed([...grounds, getComputedStyle(element).color]), mixed(grounds)];
          return { text: `${element.tagName} ${element.className} ${element.textContent}`.slice(0, 60), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
        });
      });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const measured = await contrasts();
        expect(measured.length).toBeGreaterThan(30);
        expect(measured.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      }
    });

    test('on a telephone nothing is cut off, and what is pressed is large enough', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      await raise(1, { bed: 'a-bed-with-a-name-that-has-no-end-of-it-and-goes-on-and-on', finding: 'a'.repeat(80) });
      await log.append([segment('bed-1')]);
      await open();
      await counted(rows('alerts'), 1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await page.locator('#alerts .answer').evaluateAll((buttons) => Math.min(...buttons.map((button) => button.getBoundingClientRect().height)))).toBeGreaterThanOrEqual(44);
      await page.locator('#alerts .finding').click();
      expect(await page.evaluate(() => document.querySelector('dialog')!.scrollWidth)).toBeLessThanOrEqual(390);
    });
  });
});
