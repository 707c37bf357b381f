/** Live traces on the wall: true to scale, behind by a known time, never standing still. Invariants: I138 */
import { expect, test, vi } from 'vitest';
import type { Chunk } from '../../src/ecg/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk } from '../../src/wire/index.js';
import { describePage, soon } from './support.js';

const RATE_HZ = 500;
const CHUNK_S = 0.25;

describePage('live traces', (t) => {
  /** As a device sends it: `mv` by seconds of the epoch. */
  function chunkAt(device: string, k: number, mv: (s: number) => number, more: Partial<Chunk> = {}): NewRecord {
    const samples = Int16Array.from({ length: CHUNK_S * RATE_HZ }, (_, i) => Math.round(1000 * mv(k * CHUNK_S + i / RATE_HZ)));
    const lead = (name: string) => ({ lead: name, origin: 'measured' as const, aduPerMv: 1000, offsetAdu: 0, samples, leadOff: false });
    return { topic: TOPICS.signal, key: device, value: encodeChunk({ device, epoch: 1, sequence: k, firstSample: k * CHUNK_S * RATE_HZ, deviceTimeMs: 1_700_000_000_000 + k * CHUNK_S * 1000, rateHz: RATE_HZ, declaredLeads: ['II', 'V1'], blocks: [lead('II'), lead('V1')], band: { phase: 'unknown' }, placement: 'standard', calibration: false, demo: false, endOfStream: false, ...more }) };
  }
  /** Sends in the time that it takes, until it is stopped. */
  function playing(device: string, mv: (s: number) => number): () => void {
    const beganMs = Date.now();
    let k = 0;
    const timer = setInterval(() => {
      for (; k * CHUNK_S * 1000 < Date.now() - beganMs; k++) void t.log.append([chunkAt(device, k, mv)]);
    }, 50);
    return () => clearInterval(timer);
  }
  /** Of the first canvas: for each column the topmost and the bottommost drawn pixel of a row of traces; −1: none. */
  const columns = (row: 0 | 1) => t.page.evaluate((row) => {
    const canvas = document.querySelector('ecg-sweep')!.shadowRoot!.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, (row * canvas.height) / 2, canvas.width, canvas.height / 2);
    return Array.from({ length: canvas.width }, (_, x) => {
      const own = Array.from({ length: canvas.height / 2 }, (_, y) => y).filter((y) => data[4 * (y * canvas.width + x) + 3] > 127);
      return [own.at(0) ?? -1, own.at(-1) ?? -1] as const;
    });
  }, row);

  test('is true to scale: 25 mm a second and 10 mm a millivolt, to half a percent', async () => {
    const context = await t.browser.newContext({ viewport: { width: 700, height: 600 }, deviceScaleFactor: 4, colorScheme: 'light' });
    const page = await context.newPage();
    await t.log.append([t.segment('bed-1')]);
    // A millivolt high for 20 ms, every two seconds: what stands between two of them is as wide.
    const stop = playing('bed-1', (s) => (s % 2 < 0.02 ? 1 : 0));
    await page.goto(`${t.address('/')}#token=${encodeURIComponent('everyone/read:*')}`);
    await page.setViewportSize({ width: 620, height: 700 });
    const measured = () => page.evaluate(() => {
      const canvas = document.querySelector('ecg-sweep')?.shadowRoot?.querySelector('canvas');
      if (!canvas) return undefined;
      const half = (canvas.height * 70) / 152;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, half);
      const top = Array.from({ length: canvas.width }, (_, x) => {
        for (let y = 0; y < half; y++) if (data[4 * (y * canvas.width + x) + 3] > 127) return y;
        return -1;
      });
      const baseline = [...top].filter((y) => y >= 0).sort((a, b) => a - b)[Math.floor(top.filter((y) => y >= 0).length / 2)];
      let peak = half;
      for (let x = 0; x < canvas.width; x++) for (let y = 0; y < half; y++) if (data[4 * (y * canvas.width + x) + 3] > 127) peak = Math.min(peak, y);
      const rises = top.flatMap((y, x) => (x > 0 && y >= 0 && top[x - 1] > baseline - 40 && y <= baseline - 40 ? [x] : []));
      // Not over the bar, beside which lies another time.
      return { baseline, peak, steps: rises.slice(1).flatMap((x, k) => (top.slice(rises[k], x).includes(-1) ? [] : [x - rises[k]])) };
    });
    try {
      const pxPerMm = (96 / 25.4) * 4;
      await vi.waitFor(async () => {
        const found = await measured();
        const steps = found?.steps ?? [];
        expect(steps.length).toBeGreaterThan(0);
        // A pixel's width is a quarter of one of the screen's.
        for (const step of steps) expect(Math.abs(step / (50 * pxPerMm) - 1)).toBeLessThan(0.005);
        expect(Math.abs((found!.baseline - found!.peak) / (10 * pxPerMm) - 1)).toBeLessThan(0.005);
      }, { timeout: 20_000, interval: 250 });
    } finally {
      stop();
      await context.close();
    }
  });

  test('shows what came some 600 ms ago, and never stands still: when nothing comes, nothing is drawn', async () => {
    await t.log.append([t.segment('bed-1')]);
    const stop = playing('bed-1', (s) => Math.sin(2 * Math.PI * s) / 2);
    await t.open();
    const drawn = async () => (await columns(0)).filter(([top]) => top >= 0).length;
    const width = async () => (await columns(0)).length;
    await vi.waitFor(async () => expect(await drawn()).toBeGreaterThan(0.7 * (await width())), { timeout: 15_000, interval: 200 });
    stop();
    expect(await t.page.locator('ecg-sweep span').allInnerTexts()).toEqual(['II', 'V1']);
    // The bar goes on over an empty line, and it is said.
    await vi.waitFor(async () => expect(await drawn()).toBe(0), { timeout: 15_000, interval: 200 });
    await t.says('ecg-sweep .quiet', 'no live samples');
    expect(t.amiss.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('a trace that would be cut is drawn smaller, and its scale is said: V1 with an S wave of 2.5 mV', async () => {
    await t.log.append([t.segment('bed-1')]);
    await t.open();
    await t.says('ecg-sweep p', '25 mm/s, 10 mm/mV');
    const stop = playing('bed-1', (s) => (s % 1 < 0.06 ? -2.5 : s % 1 < 0.12 ? 0.4 : 0));
    try {
      await t.says('ecg-sweep p', '25 mm/s, 5 mm/mV');
      const drawn = () => t.page.evaluate(() => {
        const canvas = document.querySelector('ecg-sweep')!.shadowRoot!.querySelector('canvas')!;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        const rows = Array.from({ length: canvas.height }, (_, y) => Array.from({ length: canvas.width }, (__, x) => data[4 * (y * canvas.width + x) + 3]).filter((alpha) => alpha > 127).length);
        return { lowest: rows.findLastIndex((count) => count > 0), height: canvas.height, seen: rows.reduce((sum, count) => sum + count, 0) };
      });
      await vi.waitFor(async () => expect((await drawn()).seen).toBeGreaterThan(1200), { timeout: 15_000, interval: 200 });
      for (let n = 0; n < 20; n++) {
        const { lowest, height } = await drawn();
        // The whole S wave: below it the canvas is empty.
        expect(lowest).toBeLessThan(height - 1);
        expect(lowest).toBeGreaterThan(height / 2);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      stop();
    }
  });

  test('a bed that is silent has no trace, only its hatching and its reason', async () => {
    await t.log.append([t.segment('bed-1'), t.silence('bed-1', false)]);
    await t.open();
    await t.says(t.tile('bed-1'), 'not watched: silent');
    expect(await t.page.locator('ecg-sweep').count()).toBe(0);
  });

  test('only beds on the screen are asked for, all over one stream, which ends with the view', async () => {
    const asked: string[] = [];
    t.page.on('request', (request) => request.url().includes('/waves') && asked.push(new URL(request.url()).search));
    let ended = 0;
    t.page.on('requestfailed', (request) => request.url().includes('/waves') && ended++);
    await t.log.append(Array.from({ length: 40 }, (_, n) => t.segment(`bed-${n}`)));
    await t.page.setViewportSize({ width: 400, height: 700 });
    await t.open();
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0), soon);
    const devices = new URLSearchParams(asked.at(-1)).getAll('device');
    expect(devices.length).toBeGreaterThan(0);
    expect(devices.length).toBeLessThan(8);
    await t.page.locator('bed-tile').last().scrollIntoViewIfNeeded();
    await vi.waitFor(() => expect(new URLSearchParams(asked.at(-1)).getAll('device')).toContain('bed-39'), soon);
    const before = ended;
    await t.to('Status');
    await vi.waitFor(() => expect(ended).toBeGreaterThan(before), soon);
  });

  test('who wants no motion gets a still trace that is renewed when it is full', async () => {
    await t.page.emulateMedia({ reducedMotion: 'reduce' });
    await t.log.append([t.segment('bed-1')]);
    const stop = playing('bed-1', (s) => Math.sin(2 * Math.PI * s) / 2);
    await t.open();
    await vi.waitFor(async () => expect((await columns(0)).filter(([top]) => top >= 0).length).toBeGreaterThan(100), { timeout: 15_000, interval: 200 });
    // Changes of the picture within the page's own seconds: one each time that the trace is full.
    const { changes, seconds } = await t.page.evaluate(async () => {
      const canvas = document.querySelector('ecg-sweep')!.shadowRoot!.querySelector('canvas')!;
      const startMs = performance.now();
      let [before, changes] = [canvas.toDataURL(), 0];
      for (let n = 0; n < 30; n++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const now = canvas.toDataURL();
        if (now !== before) changes++;
        before = now;
      }
      return { changes, seconds: (performance.now() - startMs) / 1000 };
    });
    stop();
    expect(changes).toBeLessThanOrEqual(Math.ceil(seconds / 2));
  });
});
