/** The status: what an engineer on call sees of targets and verdicts, and may set going again. */
import { expect, test, vi } from 'vitest';
import { NO_FILTER } from '../../src/deliver/index.js';
import type { Target } from '../../src/monitor/index.js';
import { describePage, soon } from './support.js';

describePage('the status', (t) => {
  const failing: Target = { name: 'pager', kind: 'webhook', to: 'pager.example', filter: NO_FILTER, receiver: { send: () => Promise.resolve({ type: 'failed', why: 'refused', about: 'nobody listens' } as never), close() {} } };

  test('targets say whether they are reached; who may, resumes one', async () => {
    await t.restart({ targets: [failing] });
    await t.raise(1);
    await t.open('/status');
    const row = t.page.locator('tr[data-target=pager]');
    await t.says(row, /pager webhook\s+pager\.example\s+failing since [\d:]+/);
    const resumed = t.page.waitForResponse((response) => response.url().endsWith('/resume'));
    await row.getByRole('button', { name: 'Resume' }).click();
    expect((await resumed).status()).toBe(202);
    await t.says('status-view > .says', 'Resumed');
  });

  test('who may not operate has no button for it', async () => {
    await t.restart({ targets: [failing] });
    await t.raise(1);
    await t.open('/status', 'nurse/read:*');
    await t.says('tr[data-target=pager]', 'failing');
    expect(await t.page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  });

  test('verdicts stand by finding, with their interval, and those that put it in shadow', async () => {
    await t.page.route('**/verdicts', (route) => route.fulfill({ json: [{ finding: 'stemi', modelHash: 'h', threshold: 0.24, right: 1, wrong: 59, ppv: 0.0167, lower95: 0.003, upper95: 0.089, demoted: true }] }));
    await t.open('/status');
    await t.says('status-view', /STEMI in shadow\s+0\.24\s+1\s+59\s+2% 0 to 9%/);
    await t.says('status-view', 'Alerts are pushed to no target.');
  });

  test('a status that cannot be read says so, and what was read stays', async () => {
    await t.restart({ targets: [failing] });
    await t.open('/status');
    await t.says('tr[data-target=pager]', 'pager');
    await t.page.route('**/status', (route) => route.abort());
    await vi.waitFor(async () => expect(await t.page.locator('status-view > .says').innerText()).toBe('The status cannot be read now.'), { ...soon, timeout: 12_000 });
    expect(await t.page.locator('tr[data-target=pager]').count()).toBe(1);
  });
});
