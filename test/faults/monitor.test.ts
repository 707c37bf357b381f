/** A monitor that is killed and started again, over a real broker: everybody who was connected gets every alert once; a webhook every one, repeats under the same id. Invariants: I33, I35 */
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test, vi } from 'vitest';
import { follow, openAlertClient } from '../../src/adapters/alerts/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { NO_FILTER } from '../../src/deliver/index.js';
import { event, idOf } from '../monitor/alerts.js';
import { openTopics, testConfig } from '../kafka/prefix.js';
import { startMonitor } from './processes.js';

const SUBSCRIBERS = 20;
const ALERTS = 400;
const KILLS = 4;
const TOKEN = 'a-token-for-the-monitors-of-this-test';

describe.skipIf(inject('kafka') === undefined)('a monitor that is killed', () => {
  test(`${KILLS} times among ${ALERTS} alerts: ${SUBSCRIBERS} subscribers and a webhook miss nothing, and the subscribers see nothing twice`, async () => {
    const kafka = testConfig();
    const log = await openTopics(kafka, 3);
    const hooked: string[] = [];
    const hook = createServer((request, response) => {
      hooked.push(String(request.headers['webhook-id']));
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const config = join(mkdtempSync(join(tmpdir(), 'purkinje-monitor-')), 'monitor.yaml');
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    writeFileSync(config, JSON.stringify({ monitor: { targets: [{ name: 'pager', kind: 'webhook', url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, allow: ['127.0.0.0/8'] }] } }));
    const setup = { brokers: kafka.brokers as string[], prefix: kafka.topicPrefix!, token: TOKEN, config };
    let monitor = await startMonitor(setup);
    const ports = { port: monitor.port, grpcPort: monitor.grpcPort };

    const stop = new AbortController();
    const client = openAlertClient({ monitor: `127.0.0.1:${ports.grpcPort}`, token: TOKEN, tls: false });
    const filter = { units: [...NO_FILTER.units], beds: [], findings: [], priorities: [], evidence: [] };
    const taken = Array.from({ length: SUBSCRIBERS }, (): string[] => []);
    const ready = new Set<number>();
    const following = taken.map((own, k) =>
      follow(client, { filter, cursor: '', clock: systemClock(), signal: stop.signal }, (message) => {
        if (message.type === 'snapshot-end') ready.add(k);
        if (message.type === 'alert') own.push(message.event.alertId);
      }),
    );
    await vi.waitFor(() => expect(ready.size).toBe(SUBSCRIBERS), 20_000);

    for (let n = 0; n < ALERTS; n += 10) {
      await log.append(Array.from({ length: 10 }, (_, i) => event(n + i, 'raised', { encounter: `encounter-${(n + i) % 9}` })));
      if (n % (ALERTS / KILLS) !== 50) continue;
      monitor.child.kill('SIGKILL');
      await once(monitor.child, 'exit');
      await log.append([event(ALERTS + n, 'raised', { encounter: 'in-between' })]);
      monitor = await startMonitor({ ...setup, ...ports });
    }
    const all = [...Array.from({ length: ALERTS }, (_, n) => idOf(n)), ...Array.from({ length: KILLS }, (_, k) => idOf(ALERTS + 50 + (k * ALERTS) / KILLS))].sort();
    for (const own of taken) {
      await vi.waitFor(() => expect(own.length).toBeGreaterThanOrEqual(all.length), { timeout: 60_000, interval: 200 });
      expect([...own].sort()).toEqual(all);
    }
    // A target may be sent again, under the same id, what it took in the last moments before the monitor died.
    await vi.waitFor(() => expect([...new Set(hooked)].sort()).toEqual(all.map((id) => `${id}-1`)), { timeout: 60_000, interval: 200 });

    stop.abort();
    await Promise.all(following);
    client.close();
    await monitor.stop();
    hook.closeAllConnections();
    hook.close();
    await log.close();
  }, 240_000);
});
