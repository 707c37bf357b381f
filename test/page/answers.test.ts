/** Answers to alerts: held for ten seconds, taken back or sent, in the name of who signed in. Invariants: I132 */
import { expect, test, vi } from 'vitest';
import { describePage, event, idOf, soon } from './support.js';

describePage('answers', (t) => {
  test('an acknowledgement reaches the log in the name of who signed in, and the row changes when the engine answers', async () => {
    await t.raise(1);
    await t.page.clock.install();
    await t.open('/alerts', 'nurse/read:*/acknowledge:*');
    await t.rows().getByRole('button', { name: 'Acknowledge' }).click();
    await t.says(t.rows(), /Acknowledged: goes out in \d+ s\s+Undo/);
    await t.says('#announce', 'It goes out in 10 seconds; U takes it back.');
    expect(await t.commands()).toEqual([]);
    await t.pass();
    await vi.waitFor(async () => expect((await t.commands()).map(({ kind, alertId, actor }) => [kind, alertId, actor])).toEqual([['acknowledge', idOf(1), 'nurse']]), soon);
    await t.says(t.rows(), 'Sent');
    expect(await t.rows().getByRole('button', { name: 'Dismiss' }).isDisabled()).toBe(true);
    await t.log.append([event(1, 'acknowledged')]);
    await t.says(t.rows(), /acknowledged[^]*Dismiss …\s*$/);
    await t.rows().getByRole('button', { name: 'Dismiss' }).click();
    await t.page.getByLabel('Confirmed').check();
    await t.page.locator('#dismissal .main').click();
    await t.pass();
    await t.says(t.rows(), 'not allowed');
    expect(await t.commands()).toHaveLength(1);
  });

  test('an answer that is taken back within ten seconds never leaves the page', async () => {
    await t.raise(1);
    await t.page.clock.install();
    await t.open('/alerts');
    await t.rows().getByRole('button', { name: 'Acknowledge' }).click();
    await t.page.clock.runFor(8000);
    await t.rows().getByRole('button', { name: 'Undo' }).click();
    await t.says(t.rows(), /Acknowledge\s+Dismiss/);
    await t.pass(20_000);
    expect(await t.commands()).toEqual([]);
  });

  test('what was answered goes out when the page is left, and before its user signs out', async () => {
    await t.raise(1);
    await t.raise(2, { device: 'bed-2', bed: 'bed-2' });
    await t.open('/alerts');
    await t.rows().first().getByRole('button', { name: 'Acknowledge' }).click();
    await t.says(t.rows().first(), 'goes out');
    await t.page.reload();
    await vi.waitFor(async () => expect(await t.commands()).toHaveLength(1), soon);
    await t.counted(t.rows(), 2);
    await t.rows().last().getByRole('button', { name: 'Acknowledge' }).click();
    await t.page.getByRole('button', { name: 'Sign out' }).click();
    await vi.waitFor(async () => expect(await t.commands()).toHaveLength(2), soon);
  });

  test('of an alert that is over by then nothing is sent, and it is said', async () => {
    await t.raise(1);
    await t.page.clock.install();
    await t.open('/alerts');
    await t.rows().getByRole('button', { name: 'Acknowledge' }).click();
    await t.says(t.rows(), 'goes out');
    await t.log.append([event(1, 'resolved')]);
    await t.says('#announce', 'nothing was sent');
    await t.pass();
    expect(await t.commands()).toEqual([]);
  });

  test('one of which the engine says nothing may be given again', async () => {
    await t.raise(1);
    await t.page.clock.install();
    await t.open('/alerts');
    await t.rows().getByRole('button', { name: 'Acknowledge' }).click();
    await t.pass();
    await t.says(t.rows(), 'Sent');
    await t.pass(16_000);
    await t.says(t.rows(), 'No answer of the engine yet');
    expect(await t.rows().getByRole('button', { name: 'Acknowledge' }).isEnabled()).toBe(true);
  });

  test('a dismissal needs a reason: a verdict, or own words', async () => {
    await t.raise(1);
    await t.raise(2, { device: 'bed-2', bed: 'bed-2' });
    await t.page.clock.install();
    await t.open('/alerts');
    await t.counted(t.rows(), 2);
    await t.rows().first().getByRole('button', { name: 'Dismiss' }).click();
    await t.page.locator('#dismissal .main').click();
    await t.says('#dismissal-says', 'Say why');
    await t.page.getByLabel('Artefact').check();
    await t.page.locator('#dismissal .main').click();
    await t.page.locator('#dismissal').waitFor({ state: 'hidden' });
    await t.says(t.rows().first(), 'Dismissed: Artefact');
    await t.rows().last().locator('.finding').click();
    await t.page.locator('alert-sheet').getByRole('button', { name: 'Dismiss' }).click();
    await t.page.locator('#dismissal-own').fill('  patient walks about ');
    await t.page.keyboard.press('Enter');
    await t.says('alert-sheet', 'Dismissed: patient walks about');
    await t.pass();
    await vi.waitFor(async () => expect((await t.commands()).map(({ kind, reason, actor }) => [kind, reason, actor])).toEqual([['dismiss', 'artefact', 'everyone'], ['dismiss', 'patient walks about', 'everyone']]), soon);
    await t.log.append([event(1, 'dismissed'), event(2, 'dismissed', { device: 'bed-2', bed: 'bed-2' })]);
    await t.counted(t.page.locator('alert-sheet button'), 0);
    await t.page.goBack();
    await vi.waitFor(async () => expect(await t.rows().allInnerTexts()).toEqual([expect.stringContaining('dismissed'), expect.stringContaining('dismissed')]), soon);
  });

  test('all of it can be done from the keyboard, and the reasons have the keys 1 to 5', async () => {
    await t.raise(1);
    await t.raise(2, { device: 'bed-2', bed: 'bed-2' });
    await t.page.clock.install();
    await t.open('/alerts');
    await t.counted(t.rows(), 2);
    const focused = () => t.page.evaluate(() => `${document.activeElement?.className} ${document.activeElement?.textContent}`.trim());
    // The views, then bed and alert.
    for (const place of ['Wall', 'Alerts 2', 'Reader', 'Status', 'bed bed-1', 'finding Atrial fibrillation', 'answer Acknowledge', 'answer plain Dismiss …']) {
      await t.page.keyboard.press('Tab');
      expect(await focused()).toBe(place);
    }
    await t.page.keyboard.press('Enter');
    await t.page.locator('#dismissal').waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await t.page.keyboard.press(key);
    await t.says(t.rows().first(), 'Dismissed: Artefact');
    await t.rows().last().getByRole('button', { name: 'Dismiss' }).focus();
    await t.page.keyboard.press('Enter');
    await t.page.locator('#dismissal').waitFor();
    await t.page.keyboard.press('5');
    await t.page.keyboard.type('walks 4 steps');
    await t.page.keyboard.press('Enter');
    await t.says(t.rows().last(), 'Dismissed: walks 4 steps');
    await t.pass();
    await vi.waitFor(async () => expect((await t.commands()).map(({ reason }) => reason)).toEqual(['artefact', 'walks 4 steps']), soon);
  });
});
