/** A reader's list: what matters most first, one sheet beside it, next and answers by single keys. */
import type { Route } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { describePage, idOf, soon } from './support.js';

const STRUCTURAL = { channel: 'worklist', kind: 'structural', priority: 'low' } as const;

describePage('the reader', (t) => {
  const alsoAt = (n: number) => ({ device: `bed-${n}`, bed: `bed-${n}` });
  const selected = () => t.page.locator('[aria-current=true] .finding').innerText();

  test('proven before unproven, far over the threshold first; what has no room today is counted, and there', async () => {
    await t.raise(1, { ...STRUCTURAL, finding: 'a', probability: 0.6 });
    await t.raise(2, { ...STRUCTURAL, finding: 'b', probability: 0.95, evidence: 'simulated' });
    await t.raise(3, { ...STRUCTURAL, finding: 'c', probability: 0.9 });
    await t.raise(4, { ...STRUCTURAL, finding: 'd', probability: 0.7 });
    await t.raise(5, { ...STRUCTURAL, finding: 'e', probability: 0.6, priority: 'medium' });
    await t.open('/worklist');
    await vi.waitFor(async () => expect(await t.queue()).toEqual(['E', 'C', 'D']), soon);
    expect(await t.page.locator('#deferred-count').innerText()).toBe("2 of low priority wait for another day: a reader's day has room for 3 of a unit");
    await t.page.locator('#deferred-count').click();
    expect(await t.queue('deferred')).toEqual(['A', 'B']);
    await t.raise(6, { ...STRUCTURAL, finding: 'f', probability: 0.5, priority: 'high' });
    await vi.waitFor(async () => expect([await t.queue(), await t.queue('deferred')]).toEqual([['F', 'E', 'C'], ['D', 'A', 'B']]), soon);
    await t.to('Alerts');
    expect(await t.rows().count()).toBe(0);
  });

  test('J and K walk, A and D answer and go on, U takes the last answer back, ? names the keys', async () => {
    for (const [n, finding] of ['a', 'b', 'c'].entries()) await t.raise(n, { ...STRUCTURAL, ...alsoAt(n), finding, probability: 0.9 - n / 10 });
    await t.page.clock.install();
    await t.open('/worklist');
    await vi.waitFor(async () => expect(await t.queue()).toEqual(['A', 'B', 'C']), soon);
    await t.page.keyboard.press('j');
    expect(await selected()).toBe('A');
    await t.says('alert-sheet', /A\s+bed-0/);
    await t.page.keyboard.press('j');
    expect(await selected()).toBe('B');
    await t.page.keyboard.press('k');
    expect(await selected()).toBe('A');
    // Answered, and on to the next without a click.
    await t.page.keyboard.press('a');
    await vi.waitFor(async () => expect(await selected()).toBe('B'), soon);
    await t.page.keyboard.press('d');
    await t.page.locator('#dismissal').waitFor();
    await t.page.keyboard.press('4');
    await vi.waitFor(async () => expect(await selected()).toBe('C'), soon);
    await t.says(t.page.locator(`#worklist [data-alert="${idOf(1)}"]`), 'Dismissed: Not present');
    await t.page.keyboard.press('u');
    await vi.waitFor(async () => expect(await selected()).toBe('B'), soon);
    await t.pass();
    await vi.waitFor(async () => expect((await t.commands()).map(({ kind, alertId }) => [kind, alertId])).toEqual([['acknowledge', idOf(0)]]), soon);
    await t.page.keyboard.press('?');
    await t.says('#keys', /J\s+next[^]*U\s+take the last answer back, for ten seconds/);
    await t.page.keyboard.press('Escape');
    expect(t.amiss.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('an item that cannot be shown takes none of the others with it, and says so', async () => {
    for (const [n, finding] of ['a', 'b', 'c'].entries()) await t.raise(n, { ...STRUCTURAL, finding });
    await t.page.route('**/worklist', async (route) => {
      if (route.request().isNavigationRequest()) return route.continue();
      const answer = await route.fetch();
      const listed = (await answer.json()) as { today: { finding: string; probability: number | null }[] };
      for (const item of listed.today) if (item.finding === 'b') item.probability = null;
      await route.fulfill({ response: answer, json: listed });
    });
    await t.open('/worklist');
    await vi.waitFor(async () => expect((await t.queue()).toSorted()).toEqual(['A', 'B', 'C']), soon);
    expect(await t.page.locator('#worklist .item').filter({ hasText: 'CANNOT BE SHOWN WHOLE' }).locator('.finding').allInnerTexts()).toEqual(['B']);
    await t.page.locator(`#worklist [data-alert="${idOf(1)}"] button`).click();
    await t.says('.sheet', 'CANNOT BE SHOWN WHOLE');
    await t.page.locator(`#worklist [data-alert="${idOf(2)}"] button`).click();
    await t.says('.detail-finding', 'C');
    expect(t.amiss.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('a list that was never read is not an empty one, and an old one says so; meanwhile nothing is green', async () => {
    await t.raise(1, { ...STRUCTURAL, finding: 'a' });
    const isGreen = t.page.locator('#live.on');
    const isAway = (route: Route) => (route.request().isNavigationRequest() ? route.continue() : route.abort());
    await t.page.route('**/worklist', isAway);
    await t.page.clock.install();
    await t.open('/worklist');
    await t.says('#worklist-says', 'The worklist cannot be read: what waits is not known.');
    await t.says('#live', /Live at/);
    expect([await t.page.locator('.queue .none').count(), await t.page.locator('reader-view').innerText(), await isGreen.count()]).toEqual([0, expect.not.stringMatching(/today/), 0]);
    await t.page.unroute('**/worklist', isAway);
    await t.page.clock.runFor(21_000);
    await vi.waitFor(async () => expect(await t.queue()).toEqual(['A']), soon);
    await t.counted(isGreen, 1);
    expect(await t.page.locator('#worklist-says').innerText()).toBe('');
    // It is read no more, while beds and alerts are.
    await t.page.route('**/worklist', isAway);
    await t.page.clock.runFor(60_000);
    await t.page.clock.runFor(20_000);
    await t.says('#worklist-says', /The worklist cannot be read: this was so at [\d:]+\./);
    expect(await t.page.locator('.queue').evaluate((place) => getComputedStyle(place).opacity)).toBe('0.35');
    expect(await isGreen.count()).toBe(0);
  });

  test('an alert that a bedside alert explains is shown beneath it, and not twice', async () => {
    await t.raise(1, { finding: 'left-bundle-branch-block' });
    await t.raise(2, { ...STRUCTURAL, finding: 'structural-heart-disease', explainedBy: idOf(1) });
    await t.open('/worklist');
    await t.says('.queue', 'Nothing waits to be read.');
    await t.to('Alerts');
    await t.page.locator('.explained summary').click();
    expect(await t.page.locator('.explained .finding').allInnerTexts()).toEqual(['Structural heart disease']);
  });
});
