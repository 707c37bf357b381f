/** Everybody can read it: contrast, a screen reader's tree, a telephone, a wall display, another language. Invariants: I133 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../src/ecg/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeEvidence } from '../../src/wire/index.js';
import { chunksOf } from '../bench/material.js';
import { describePage, event, idOf } from './support.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VIEWS = ['/', '/alerts', '/worklist', '/status', '/bed/bed-1', `/alert/${idOf(1)}`, '/bed/nobody'];
const SECOND: Partial<AlertEvent['snapshot']> = { device: 'bed-2', bed: 'bed-2', priority: 'medium', expectedPpv: 0.6, trigger: { what: 'ventricular', fromMs: 1000, toMs: 40_000, beats: 5, perMinute: 132, kinds: 'VVVVV' } };
const LONG = 'a-bed-with-a-name-that-has-no-end-of-it-and-goes-on-and-on';

describePage('everybody can read it', (t) => {
  /** Something of everything that the page shows. */
  const ward = async () => {
    t.troubles = [{ alarm: 'target-parked', about: 'pager has failed for a day' }];
    await t.restart();
    const chunks = await chunksOf('bed-1', 10);
    const kept: NewRecord = { topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: 'bed-1/1/0', chunks: chunks.map(encodeChunk), missing: '', part: 1, parts: 1, focus: [{ fromMs: 3000, toMs: 3500, weight: 0.4 }] }) };
    await t.log.append([
      ...[event(1, 'raised', { simulated: true, evidence: 'none', priority: 'high', reasons: ['partial'] }), event(2, 'raised', { finding: 'rule-wide-qrs', evidence: 'rule', explainedBy: idOf(1) })],
      ...[event(3, 'raised', SECOND)],
      ...[event(4, 'raised', { device: 'bed-3', bed: LONG, priority: 'low', finding: 'a'.repeat(80), onsetMs: Date.now() })],
      ...[event(5, 'raised', { channel: 'worklist', kind: 'structural', finding: 'cardiac-amyloidosis', evidence: 'simulated' }), event(6, 'raised', { channel: 'worklist', kind: 'structural', priority: 'low' }), event(7, 'raised', { channel: 'worklist', kind: 'structural', priority: 'low', finding: 'aortic-stenosis' })],
      ...[event(8, 'raised', { channel: 'worklist', kind: 'structural', priority: 'low', finding: 'dextrocardia' })],
      kept,
    ]);
    await t.log.append([event(3, 'acknowledged', SECOND)]);
    await t.log.append([t.segment('bed-1', { demo: true, measurements: { beats: [], voltages: [], st: [], heartRateBpm: 64 } }), t.segment('bed-2', { grade: 'unusable', status: 'unusable' }), t.segment('bed-3', { status: 'unscored', association: { bed: LONG, unit: 'icu', knownConditions: [], contextOffset: 0 } }), t.segment('bed-4'), t.silence('bed-4', true)]);
    await t.open();
    await t.counted(t.page.locator('bed-tile'), 3);
    await t.counted(t.page.locator('#alarms li'), 1);
  };
  const go = async (path: string) => {
    await t.page.goto(t.address(path));
    await t.page.locator('#ward').waitFor();
    if (path === '/worklist') await t.page.locator('#worklist button').first().click();
    if (path.startsWith('/alert/') || path === '/worklist') await t.page.locator('.about').filter({ hasNotText: '…' }).waitFor();
    const folded = t.page.locator('details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
  };

  test('text stands out from its ground by 4.5 to 1 and more, by day and by night, on every view', async () => {
    await t.page.emulateMedia({ reducedMotion: 'reduce' });
    await ward();
    const contrasts = () => t.page.evaluate(() => {
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
      /** A ground, and what is striped over it: the text is judged on each. */
      const groundsOf = (element: Element): string[][] => {
        const { backgroundColor, backgroundImage } = getComputedStyle(element);
        const stripes = backgroundImage.match(/(?:rgba?|color|oklab|oklch|lab)\([^()]*\)/g) ?? [];
        return [[backgroundColor], ...stripes.map((stripe) => [backgroundColor, stripe])];
      };
      const texts = [...document.querySelectorAll('body *')].filter((element) => element instanceof HTMLElement && element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== ''));
      return texts.flatMap((element) => {
        let grounds: string[][] = [[]];
        for (let at: Element | null = element; at !== null; at = at.parentElement) grounds = groundsOf(at).flatMap((one) => grounds.map((above) => [...one, ...above]));
        return grounds.map((ground) => {
          const [a, b] = [mixed([...ground, getComputedStyle(element).color]), mixed(ground)];
          return { text: `${element.tagName} ${element.className} ${element.textContent}`.slice(0, 60), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
        });
      });
    });
    for (const path of VIEWS) {
      await go(path);
      for (const colorScheme of ['light', 'dark'] as const) {
        await t.page.emulateMedia({ colorScheme });
        const measured = await contrasts();
        expect(measured.length).toBeGreaterThan(12);
        expect([path, colorScheme, measured.filter(({ contrast }) => contrast < 4.5)]).toEqual([path, colorScheme, []]);
      }
    }
  });

  test('axe finds no violation of WCAG 2.2 A and AA on any view, by day and by night', { timeout: 180_000 }, async () => {
    await t.page.emulateMedia({ reducedMotion: 'reduce' });
    await ward();
    const violations = async () => {
      await t.page.evaluate(AXE);
      return t.page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(what: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }> } };
        const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
        return [result.passes.length > 15, result.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`)];
      });
    };
    for (const path of VIEWS) {
      await go(path);
      for (const colorScheme of ['light', 'dark'] as const) {
        await t.page.emulateMedia({ colorScheme });
        expect([path, colorScheme, ...(await violations())]).toEqual([path, colorScheme, true, []]);
      }
    }
    await go('/alerts');
    await t.rows().first().getByRole('button', { name: 'Dismiss' }).click();
    expect(await violations()).toEqual([true, []]);
    await t.page.keyboard.press('Escape');
    await t.page.getByRole('button', { name: 'Sign out' }).click();
    await t.page.locator('#token').waitFor();
    expect((await violations())[1]).toEqual([]);
  });

  test('from 320 pixels to a wall of 4K nothing is cut off, and on a telephone what is pressed is large enough', async () => {
    await ward();
    for (const [width, height] of [[320, 700], [390, 800], [820, 1180], [1280, 900], [3840, 2160]]) {
      await t.page.setViewportSize({ width, height });
      for (const path of VIEWS) {
        await go(path);
        expect([path, width, await t.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, width, expect.toSatisfy((wide: number) => wide <= width)]);
        // What does not scroll must not be wider than its place either.
        expect([path, width, await t.page.evaluate(() => [...document.querySelectorAll('main *')].filter((element) => element instanceof HTMLElement && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'hidden' && !element.closest('.unseen')).map(({ className }) => className))]).toEqual([path, width, []]);
      }
      if (width > 400) continue;
      await go('/alerts');
      expect(await t.page.locator('#alerts .answer').evaluateAll((buttons) => Math.min(...buttons.map((button) => button.getBoundingClientRect().height)))).toBeGreaterThanOrEqual(44);
      await t.rows().first().getByRole('button', { name: 'Dismiss' }).click();
      expect(await t.page.evaluate(() => document.querySelector('dialog[open]')!.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });

  test('nothing moves for who does not want it', async () => {
    await t.page.emulateMedia({ reducedMotion: 'reduce' });
    await ward();
    for (const path of VIEWS) {
      await go(path);
      expect([path, await t.page.evaluate(() => document.getAnimations().length)]).toEqual([path, 0]);
    }
  });

  test('in no language every text of the page is marked: what stays plain comes from the ward', async () => {
    await ward();
    await t.page.evaluate(() => localStorage.setItem('language', 'en-XA'));
    for (const path of VIEWS) {
      await go(path);
      const plain = await t.page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const texts: string[] = [];
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const text = node.textContent!.trim();
          if (text !== '' && node.parentElement!.closest('bdi, h1, kbd, option, .count, .shape, .finding, .detail-finding, .shares li, .technical dd, script, style') === null && node.parentElement!.checkVisibility()) texts.push(text);
        }
        return [...texts, ...[...document.querySelectorAll('[aria-label]')].map((element) => element.getAttribute('aria-label')!)].map((text) => text.replace(/\[.*\]/s, ''));
      });
      // Names of findings are made of their ids, times by the browser; what the monitor says of an alarm is its own.
      const ward = /pager has failed for a day|everyone|Atrial fibrillation|Cardiac amyloidosis|Aortic stenosis|Dextrocardia|A{80}|bed-\d|purkinje|\d \w{3}, [\d:]+/gi;
      expect([path, plain.map((text) => text.replaceAll(LONG, '').replace(ward, '')).filter((text) => /[A-Za-z]{3}/.test(text))]).toEqual([path, []]);
    }
  });

  test('German is chosen, remembered, and said to who listens', async () => {
    await ward();
    await t.page.locator('#language').selectOption('de');
    await t.says('#beds-count', '1 von 3 überwacht, 1 beendet');
    expect(await t.page.evaluate(() => document.documentElement.lang)).toBe('de');
    await go('/alerts');
    await t.says('#alerts', /Hoch\s+neu\s+Vorhofflimmern[^]*UNBELEGT[^]*Quittieren\s+Verwerfen/);
    await t.says('#alerts', 'ventrikuläre Schläge mit 132/min, anhaltend ab');
    expect(t.amiss.filter((text) => !text.includes('404'))).toEqual([]);
  });
});
