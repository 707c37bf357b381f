/** What stands between the page and the ward is said: technical alarms, a lost line; nothing looks well then. Invariants: I130 */
import { expect, test, vi } from 'vitest';
import { describePage } from './support.js';

describePage('what stands between', (t) => {
  /** Colours of all that is drawn, as [red, green, blue]. */
  const greens = () => t.page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })!;
    const isGreen = (color: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      return alpha > 0 && g > r + 24 && g > b + 24;
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll('body, body *')) {
      for (const pseudo of [undefined, '::before', '::after']) {
        const style = getComputedStyle(element, pseudo);
        if (pseudo !== undefined && style.content === 'none') continue;
        for (const property of ['color', 'backgroundColor', 'borderTopColor', 'outlineColor', 'fill', 'stroke'] as const) if (isGreen(style[property])) found.push(`${element.tagName}${pseudo ?? ''} ${property}`);
      }
    }
    return found;
  });

  test('technical alarms stand on top of every view within ten seconds, and go when they are over; meanwhile nothing is green', async () => {
    await t.log.append([t.segment('bed-1')]);
    await t.open();
    await t.says('#live', /Live at [\d:]+/);
    expect(await greens()).toEqual(['P::before backgroundColor']);
    t.troubles = [{ alarm: 'target-parked', about: 'pager has failed for a day' }];
    await vi.waitFor(async () => expect(await t.page.locator('#alarms').innerText()).toMatch(/A receiver of alerts is parked, since [\d:]+\s+pager has failed for a day/), { timeout: 10_000, interval: 100 });
    for (const view of ['Alerts', 'Reader', 'Status', 'Wall'] as const) {
      await t.to(view);
      expect(await t.page.locator('#alarms li').count()).toBe(1);
      for (const colorScheme of ['light', 'dark'] as const) {
        await t.page.emulateMedia({ colorScheme });
        expect(await greens()).toEqual([]);
      }
    }
    t.troubles = [];
    await vi.waitFor(async () => expect(await t.page.locator('#alarms li').count()).toBe(0), { timeout: 10_000, interval: 100 });
    expect(await greens()).toEqual(['P::before backgroundColor']);
  });

  test('a line that was closed is said at once and large, and everything is dim; when it is back the page goes on where it was', async () => {
    await t.raise(1);
    await t.open('/alerts');
    await t.counted(t.rows(), 1);
    const { port } = t.ward.http;
    await t.ward.close();
    const lostMs = Date.now();
    await t.page.locator('#stale').waitFor({ timeout: 30_000 });
    expect(Date.now() - lostMs).toBeLessThan(2000);
    await t.says('#stale', /Connection lost\s+Nothing since [\d:]+ is shown here/);
    expect(await t.page.evaluate(() => [getComputedStyle(document.querySelector('main')!).opacity, parseFloat(getComputedStyle(document.querySelector('#stale strong')!).fontSize) > 20])).toEqual(['0.35', true]);
    expect(await t.page.title()).toBe('Connection lost · Purkinje');
    expect(await greens()).toEqual([]);
    // It stands above whatever is opened.
    await t.page.locator('#alerts .finding').click();
    await t.page.getByRole('button', { name: 'Dismiss' }).click();
    await t.says('#dismissal', 'Connection lost');
    await t.page.keyboard.press('Escape');
    await t.raise(2, { device: 'bed-2', bed: 'bed-2' });
    await t.restart({}, port);
    await t.page.locator('#stale').waitFor({ state: 'hidden', timeout: 20_000 });
    await t.to('Alerts');
    await t.counted(t.rows(), 2);
  });

  test('one that stands and is silent is lost within ten seconds of its last heartbeat, and not before nine', async () => {
    await t.page.clock.install();
    await t.open();
    await t.says('#live', /Live at [\d:]+/);
    await t.page.clock.runFor(8500);
    expect(await t.page.locator('#stale').isVisible()).toBe(false);
    await t.page.clock.runFor(1500);
    expect(await t.page.locator('#stale').isVisible()).toBe(true);
    // The next heartbeat.
    await t.page.locator('#stale').waitFor({ state: 'hidden', timeout: 10_000 });
  });
});
