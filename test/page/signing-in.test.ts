/** Who may look at the page: a token once, a session after that, nothing of a patient when it is over. */
import { expect, test } from 'vitest';
import { describePage } from './support.js';

describePage('signing in', (t) => {
  test('the token of its address is gone from there at once, and is stored nowhere a script can read', async () => {
    await t.open();
    expect(t.page.url()).toBe(t.address('/'));
    expect(await t.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, history.length])).toEqual([0, 0, '', 2]);
    await t.page.reload();
    await t.page.locator('#ward').waitFor();
    expect(t.amiss).toEqual([]);
  });

  test('without a session it asks for a token, and says when it is not accepted', async () => {
    await t.page.goto(t.address('/'));
    await t.page.locator('#token').waitFor();
    expect(await t.page.locator('#ward').isVisible()).toBe(false);
    expect(await t.page.evaluate(() => document.activeElement?.id)).toBe('token');
    await t.page.locator('#token').fill('/');
    await t.page.keyboard.press('Enter');
    await t.says('#sign-in-says', 'not accepted');
    await t.page.locator('#token').fill('reader/read:*');
    await t.page.getByRole('button', { name: 'Sign in' }).click();
    await t.page.locator('#ward').waitFor();
    expect(await t.page.locator('#sign-in').isVisible()).toBe(false);
    await t.says('.who', 'Signed in as reader');
  });

  test('until it is known who it is, nothing but that is asked for', async () => {
    const asked: string[] = [];
    t.page.on('request', (request) => request.resourceType() !== 'document' && !/\.(js|css)$/.test(request.url()) && asked.push(new URL(request.url()).pathname));
    await t.page.goto(t.address('/'));
    await t.page.locator('#token').waitFor();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(asked).toEqual(['/session']);
  });

  test('a monitor that does not say who it is, is asked again', async () => {
    await t.open();
    let refused = 0;
    await t.page.route('**/session', (route) => (refused++ < 2 ? route.abort() : route.continue()));
    await t.page.reload();
    await t.page.locator('#ward').waitFor();
    expect(refused).toBeGreaterThan(2);
    await t.says('.who', 'Signed in as');
  });

  test('who signs out is asked for a token, nothing of a patient stays in the page, and its cookie opens nothing more', async () => {
    await t.raise(1);
    await t.open('/alerts');
    await t.says('#alerts', 'bed-1');
    const [cookie] = await t.page.context().cookies();
    expect(cookie).toMatchObject({ name: 'purkinje_session', httpOnly: true, sameSite: 'Strict' });
    expect(cookie.value).toMatch(/^[\w-]{43}$/);
    await t.page.getByRole('button', { name: 'Sign out' }).click();
    await t.page.locator('#token').waitFor();
    expect(await t.page.locator('body').innerHTML()).not.toContain('bed-1');
    expect(await t.page.locator('#sign-out').count()).toBe(0);
    expect(await t.page.context().cookies()).toEqual([]);
    expect((await fetch(t.address('/beds'), { headers: { cookie: `${cookie.name}=${cookie.value}` } })).status).toBe(401);
  });

  test('a monitor that cannot sign out says so, and the ward stays', async () => {
    await t.open();
    await t.page.route('**/session', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()));
    await t.page.getByRole('button', { name: 'Sign out' }).click();
    await t.says('#sign-out-says', 'Not signed out');
    expect(await t.page.locator('#ward').isVisible()).toBe(true);
  });

  test('a monitor that is started again signs nobody out', async () => {
    await t.open('/alerts');
    await t.restart();
    await t.raise(7, { bed: 'bed-7' });
    await t.says('#alerts', 'bed-7');
    expect(await t.page.locator('#sign-in').count()).toBe(0);
  });

  test('credentials that run out bring the sign-in back, and close what is open', async () => {
    await t.raise(1);
    await t.open('/alerts', `nurse/read:*/expires:${Date.now() + 6000}`);
    await t.rows().getByRole('button', { name: 'Dismiss' }).click();
    await t.page.locator('#sign-in').waitFor({ timeout: 20_000 });
    expect([await t.page.locator('#ward').count(), await t.page.locator('#stale').isVisible(), await t.page.locator('dialog[open]').count()]).toEqual([0, false, 0]);
    expect(await t.page.locator('body').innerHTML()).not.toContain('bed-1');
  });
});
