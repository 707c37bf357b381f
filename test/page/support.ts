/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A ward, and its page in a real browser. */
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { AlertCommand, AlertEvent, Outcome } from '../../src/ecg/index.js';
import type { Trouble } from '../../src/monitor/health.js';
import type { MonitorWorld } from '../../src/monitor/index.js';
import { checkpointKey, type NewRecord, POSITION_SUBJECT, type StepName, TOPICS } from '../../src/ports/index.js';
import { decodeCommand, encodeCheckpoint, encodeOutcome } from '../../src/wire/index.js';
import { outcome, policyWith } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, openWard, type Ward } from '../monitor/support.js';

export { event, idOf } from '../monitor/support.js';

const program = inject('chromium');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** As long as a bed may be. */
export const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</';
export const soon = { timeout: 8000, interval: 30 };
/** Longer than an answer is held. */
const HELD_MS = 11_000;

export type PageTest = ReturnType<typeof pageOf>;

/** Describes what a page does; each test has a ward and a page of its own. */
export function describePage(name: string, tests: (t: PageTest) => void): void {
  describe.skipIf(program === undefined)(name, () => tests(pageOf()));
}

function pageOf() {
  let browser: Browser;
  let page: Page;
  let log: EmbeddedLog;
  let ward: Ward;
  let troubles: Trouble[] = [];
  let more: Partial<MonitorWorld> = {};
  let beat: NodeJS.Timeout;
  /** What the console says is wrong: a breach of the content security policy too. */
  let amiss: string[] = [];

  beforeAll(async () => void (browser = await chromium.launch({ executablePath: program, args: ARGS })));
  afterAll(() => browser?.close());
  beforeEach(async () => {
    [troubles, amiss, more] = [[], [], {}];
    log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
    // An engine that lives.
    const position = (step: StepName, state: object): NewRecord => ({ topic: TOPICS.checkpoints, partition: 0, key: checkpointKey(step, 0, POSITION_SUBJECT), value: encodeCheckpoint(state) });
    const positions = [position('score', { next: 0, lowWater: 0, timeMs: 0, silent: [] }), position('decide', { [TOPICS.outcomes]: 1e6, [TOPICS.commands]: 1e6 })];
    beat = setInterval(() => void log.append(positions), 1000);
    ward = await openWard(log, world());
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
    page.setDefaultTimeout(15_000);
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

  const world = (): Partial<MonitorWorld> => ({ policy: policyWith({}), perReaderDay: 3, lookouts: [() => troubles], ...more });
  const address = (path: string) => `http://127.0.0.1:${ward.http.port}${path}`;
  const open = async (path = '/', token = ALL) => {
    await page.goto(`${address(path)}#token=${encodeURIComponent(token)}`);
    await page.locator('#ward').waitFor();
  };
  return {
    get page() {
      return page;
    },
    get browser() {
      return browser;
    },
    get log() {
      return log;
    },
    get ward() {
      return ward;
    },
    get amiss() {
      return amiss;
    },
    set troubles(now: Trouble[]) {
      troubles = now;
    },
    address,
    open,
    /** The monitor ends, and starts again at the same port. */
    async restart(changes: Partial<MonitorWorld> = {}, port = ward.http.port): Promise<void> {
      more = { ...more, ...changes };
      await ward.close();
      ward = await openWard(log, world(), undefined, 0, undefined, port);
    },
    /** To another view, by its link. */
    async to(view: 'Wall' | 'Alerts' | 'Reader' | 'Status'): Promise<void> {
      await page.getByRole('navigation').getByRole('link', { name: view }).click();
    },
    rows: () => page.locator('alert-row'),
    /** Of alerts with a row of their own, in their order. */
    names: () => page.locator('alert-row .what > .finding').allInnerTexts(),
    queue: (of: 'worklist' | 'deferred' = 'worklist') => page.locator(`#${of} .finding`).allInnerTexts(),
    tile: (bed: string) => page.locator('bed-tile').filter({ hasText: bed }),
    raise: (n: number, of: Partial<AlertEvent['snapshot']> = {}) => log.append([event(n, 'raised', of)]),
    commands: async () => (await log.read(TOPICS.commands, 0, [0, 1, 2, 3, 4, 5])).map(({ value }) => decodeCommand(value!) as AlertCommand),
    says: (place: Locator | string, text: string | RegExp) => vi.waitFor(async () => expect(await (typeof place === 'string' ? page.locator(place) : place).innerText({ timeout: 2000 })).toMatch(text), soon),
    counted: (place: Locator, count: number) => vi.waitFor(async () => expect(await place.count()).toBe(count), soon),
    /** The page's own clock goes on until what was answered has gone out; it was installed before the page was opened. */
    pass: (ms = HELD_MS) => page.clock.runFor(ms),
    segment: (device: string, of: Partial<Outcome> = {}): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1), device, association: { bed: device, unit: 'icu', knownConditions: [], contextOffset: 0 }, ...of } }) }),
    silence: (device: string, ended: boolean): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'silence', silence: { device, silent: true, ended, atMs: 1, lastRecordMs: 0 } }) }),
  };
}
