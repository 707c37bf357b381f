/** Alerts at the bedside: by bed and episode, the cause first, the most urgent on top. */
import { expect, test, vi } from 'vitest';
import { TOPICS } from '../../src/ports/index.js';
import { encodeEvidence } from '../../src/wire/index.js';
import { describePage, event, HOSTILE, idOf, soon } from './support.js';

describePage('alerts', (t) => {
  test('are there when it opens, come while it is open, and say what they rest on', async () => {
    await t.raise(1, { simulated: true, evidence: 'simulated', expectedPpv: 0.4, reasons: ['gain-doubtful'], measurements: { beats: [], voltages: [], st: [{ lead: 'V2', mv: 0.31 }], heartRateBpm: 131.4 } });
    await t.open('/alerts');
    await t.says('#alerts', /bed-1\s+icu\s+SIMULATED\s+[^]*Medium\s+new\s+Atrial fibrillation\s+UNPROVEN\s*right in 40 of 100\s*amplitude doubtful\s+131\/min · ST V2 \+0\.3 mV\s+[^]*0\.90\s+threshold 0\.50\s+Acknowledge\s*Dismiss/i);
    expect(await t.page.locator('.advisory').innerText()).toBe('Advisory, for research. Not a medical device. A quiet page is no sign of health.');
    const startMs = Date.now();
    await t.raise(2, { device: 'bed-2', bed: 'bed-2', evidence: 'rule', finding: 'rule-wide-qrs', priority: 'high' });
    await t.says(t.rows().first(), /High\s+new\s+Wide QRS \(rule\)\s+[^]*by rule/);
    expect(Date.now() - startMs).toBeLessThan(1000);
    await t.says('#announce', 'New alert: Wide QRS (rule), bed-2, high priority');
    expect(await t.page.title()).toBe('(2) Purkinje');
    expect(t.amiss).toEqual([]);
  });

  test('SIMULATED stands once a bed, however many alerts it has, and not at a bed that is real', async () => {
    for (const n of [1, 2, 3]) await t.raise(n, { simulated: true, finding: `f-${n}`, episode: idOf(1) });
    await t.raise(4, { device: 'bed-2', bed: 'bed-2' });
    await t.open('/alerts');
    await t.counted(t.rows(), 4);
    expect(await t.page.locator('.card').filter({ hasText: 'bed-1' }).locator('.simulated').count()).toBe(1);
    expect(await t.page.locator('.card').filter({ hasText: 'bed-2' }).locator('.simulated').count()).toBe(0);
  });

  test('a priority has a colour, a shape, marks and a word, each of its own', async () => {
    for (const [n, priority] of (['high', 'medium', 'low'] as const).entries()) await t.raise(n, { priority, finding: `f-${n}`, device: `bed-${n}`, bed: `bed-${n}` });
    await t.open('/alerts');
    await t.counted(t.rows(), 3);
    const marks = await t.page.locator('alert-row .priority').evaluateAll((all) => all.map((mark) => [getComputedStyle(mark.querySelector('path')!).fill, mark.querySelector('path')!.getAttribute('d')!, mark.querySelector('text')!.textContent, mark.querySelector('.word')!.textContent]));
    expect(marks.map(([colour, , signs, word]) => [colour, signs, word])).toEqual([['rgb(211, 20, 26)', '!!!', 'High'], ['rgb(255, 214, 10)', '!!', 'Medium'], ['rgb(79, 214, 238)', '!', 'Low']]);
    expect(new Set(marks.map(([, shape]) => shape)).size).toBe(3);
  });

  test('the most urgent are on top, then those that are answered; what is over goes', async () => {
    for (const [n, priority] of (['low', 'high', 'medium', 'medium'] as const).entries()) await t.raise(n, { priority, finding: `f-${n}`, onsetMs: n, episode: idOf(1) });
    await t.open('/alerts');
    await vi.waitFor(async () => expect(await t.names()).toEqual(['F 1', 'F 3', 'F 2', 'F 0']), soon);
    await t.log.append([event(1, 'acknowledged', { priority: 'high', finding: 'f-1', episode: idOf(1) }), event(3, 'resolved', { finding: 'f-3', episode: idOf(1) })]);
    await vi.waitFor(async () => expect(await t.names()).toEqual(['F 2', 'F 0', 'F 1', 'F 3']), soon);
    await t.says('#alerts-count', '3');
  });

  test('beds are in the order of their worst alert, and one bed’s episodes stand apart', async () => {
    await t.raise(1, { finding: 'a', episode: idOf(1), onsetMs: 1000 });
    await t.raise(2, { finding: 'b', episode: idOf(1), onsetMs: 2000, priority: 'low' });
    await t.raise(3, { finding: 'c', episode: idOf(3), onsetMs: 3000 });
    await t.raise(4, { finding: 'd', device: 'bed-2', bed: 'bed-2', priority: 'high' });
    await t.open('/alerts');
    await vi.waitFor(async () => expect(await t.page.locator('.card h3 .bed').allInnerTexts()).toEqual(['bed-2', 'bed-1']), soon);
    expect(await t.names()).toEqual(['D', 'C', 'A', 'B']);
    expect(await t.page.locator('.episode').count()).toBe(2);
  });

  test('that another explains are folded beneath it, and have a row again when it is dismissed', async () => {
    await t.raise(1, { finding: 'left-bundle-branch-block' });
    await t.raise(2, { finding: 'rule-wide-qrs', explainedBy: idOf(1) });
    await t.raise(3, { finding: 't-wave-abnormality', explainedBy: idOf(1) });
    await t.open('/alerts');
    await vi.waitFor(async () => expect(await t.names()).toEqual(['Left bundle branch block']), soon);
    expect(await t.page.locator('.explained summary').innerText()).toBe('Explains 2');
    await t.says('#alerts-count', /^1$/);
    await t.page.locator('.explained summary').click();
    expect(await t.page.locator('.explained .finding').allInnerTexts()).toEqual(['Wide QRS (rule)', 'T wave abnormality']);
    await t.page.locator('.explained .finding').first().click();
    await t.says('.technical', 'Technical');
    await t.page.locator('.technical summary').click();
    await t.says('.technical', idOf(2));
    await t.says('alert-sheet', 'Explained by Left bundle branch block');
    await t.page.goBack();
    await t.log.append([event(1, 'dismissed', { finding: 'left-bundle-branch-block' }), event(2, 'updated', { finding: 'rule-wide-qrs' }), event(3, 'resolved', { finding: 't-wave-abnormality', explainedBy: idOf(1) })]);
    await vi.waitFor(async () => expect(await t.page.locator('alert-row[data-state=updated] .finding').allInnerTexts()).toEqual(['Wide QRS (rule)']), soon);
    await t.says('#alerts-count', /^1$/);
  });

  test('names that try to be markup are text, wherever they stand, and nothing could make them markup', async () => {
    t.troubles = [{ alarm: 'target-failing', about: HOSTILE }];
    await t.restart();
    await t.raise(1, { bed: HOSTILE, unit: HOSTILE, finding: HOSTILE, reasons: [HOSTILE], model: HOSTILE });
    await t.raise(2, { bed: HOSTILE, finding: HOSTILE, channel: 'worklist' });
    await t.log.append([event(1, 'acknowledged', { bed: HOSTILE, unit: HOSTILE, finding: HOSTILE, reasons: [HOSTILE], model: HOSTILE })]);
    await t.log.append([{ topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: 'bed-1/1/0', chunks: [], missing: HOSTILE, part: 1, parts: 1 }) }, t.segment('bed-1', { association: { bed: HOSTILE, unit: HOSTILE, knownConditions: [], contextOffset: 0 } })]);
    await t.open();
    await t.says('#beds', '<img src=x onerror=');
    await t.says('#alarms', '<img src=x onerror=');
    await t.page.locator('bed-tile a').click();
    await t.says('.bed-head', '<img src=x onerror=');
    await t.to('Reader');
    await t.says('#worklist', '<img src=x onerror=');
    await t.to('Alerts');
    await t.says('#alerts', '<img src=x onerror=');
    await t.page.locator('#alerts .finding').click();
    await t.says('.about', 'Samples are missing: <img src=x');
    expect(await t.page.locator('alert-sheet .bed').innerText()).toBe(HOSTILE);
    expect(await t.page.locator('body img, body script').count()).toBe(0);
    expect(await t.page.title()).toBe('Purkinje');
    expect(t.amiss).toEqual([]);
    // Not by care alone: the browser refuses, and nobody but Lit, once, makes markup of text.
    expect(await t.page.evaluate(() => {
      const refused = (what: () => unknown) => {
        try {
          what();
          return 'markup';
        } catch {
          return 'refused';
        }
      };
      type Policies = { createPolicy(name: string, rules: object): unknown };
      const { trustedTypes } = window as unknown as { trustedTypes: Policies };
      return [refused(() => (document.body.innerHTML = '<b>')), refused(() => trustedTypes.createPolicy('lit-html', {})), refused(() => trustedTypes.createPolicy('own', {}))];
    })).toEqual(['refused', 'refused', 'refused']);
  });

  test('an event touches its own row, which stays the same element and keeps the focus; the others are left alone', async () => {
    const onset = (n: number) => ({ device: `bed-${n % 100}`, bed: `bed-${n % 100}`, onsetMs: 1000 - n, episode: idOf(n % 100) });
    await t.log.append(Array.from({ length: 200 }, (_, n) => event(n, 'raised', onset(n))));
    await t.open('/alerts');
    await t.counted(t.rows(), 200);
    await t.page.locator(`[data-alert="${idOf(7)}"] .finding`).focus();
    await t.page.evaluate(() => {
      const touched = ((window as { touched?: Set<string> }).touched = new Set());
      new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) touched.add((node.nodeType === 1 ? (node as Element) : node.parentElement)?.closest<HTMLElement>('alert-row')?.dataset.alert ?? '');
      }).observe(document.querySelector('#alerts')!, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const startMs = Date.now();
    // It goes below the other of its bed.
    await t.log.append([event(7, 'acknowledged', onset(7))]);
    await t.says(t.page.locator(`[data-alert="${idOf(7)}"]`), 'acknowledged');
    expect(Date.now() - startMs).toBeLessThan(1000);
    expect(await t.page.evaluate(() => [...(window as { touched?: Set<string> }).touched!].filter((id) => id !== ''))).toEqual([idOf(7)]);
    expect(await t.page.locator('.card').filter({ has: t.page.locator(`[data-alert="${idOf(7)}"]`) }).locator('alert-row').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.alert))).toEqual([idOf(107), idOf(7)]);
    expect(await t.page.evaluate(() => document.activeElement?.closest<HTMLElement>('alert-row')?.dataset.alert)).toBe(idOf(7));
  });

  test('ten thousand are counted, and the 300 most urgent are drawn', async () => {
    for (let k = 0; k < 10; k++) await t.log.append(Array.from({ length: 1000 }, (_, n) => event(1000 * k + n, 'raised', { device: `bed-${n}`, bed: `bed-${n}`, priority: k === 9 && n < 5 ? 'high' : 'low' })));
    await t.open('/alerts');
    await vi.waitFor(async () => expect(await t.page.locator('#alerts-count').innerText()).toBe('10000'), { timeout: 30_000, interval: 200 });
    await t.says('#alerts-more', '9700 more, less urgent than these, are not shown.');
    expect(await t.rows().count()).toBe(300);
    expect(await t.page.locator('alert-row[data-priority=high]').count()).toBe(5);
  });
});
