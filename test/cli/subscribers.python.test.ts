/** The example programs that take alerts, in Python: run against a ward of `purkinje up`, and against our own webhook client. */
import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { WebhookClient } from '../../src/adapters/webhook/index.js';
import { venv } from '../encoder/venv.js';
import { purkinje, said, TOKEN } from './purkinje.js';

const python = venv('webhook-1.1.0', ['standardwebhooks==1.1.0']);
const SECRET = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, k) => k * 5)).toString('base64')}`;
const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

function start(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(python!.python, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  running.push(child);
  const program = { child, out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (program.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (program.err += text.toString()));
  return program;
}

describe.skipIf(python === undefined)('an example subscriber', () => {
  test('prints the alerts of a ward, marked as simulated, and counts as receiving; a wrong token ends it with the reason', { timeout: 120_000 }, async () => {
    const ended = await purkinje(['up', '--beds', '2', '--speed', '8', '--duration', '60s', '--port', '0'], async (ward) => {
      const [, url] = await said(ward, /page (http:\/\/127\.0\.0\.1:\d+\/)/);
      const subscriber = start('examples/alerts/subscribe.py', [url], { PURKINJE_CLIENT_TOKEN: TOKEN });
      await vi.waitFor(() => expect(subscriber.out, subscriber.err).toMatch(/^(raised|updated) +(high|medium|low) +bed-0\d \S+ SIMULATED$/m), { timeout: 60_000, interval: 200 });
      await vi.waitFor(async () => {
        const metrics = await (await fetch(`${url}metrics`)).text();
        expect(metrics).toMatch(/^purkinje_deliver_receivers [1-9]/m);
      }, { timeout: 30_000, interval: 500 });
      const refused = start('examples/alerts/subscribe.py', [url], { PURKINJE_CLIENT_TOKEN: 'not-the-token' });
      await vi.waitFor(() => expect(refused.child.exitCode).toBe(1), { timeout: 20_000 });
      expect(refused.err).toContain('401');
      ward.kill('SIGTERM');
    });
    expect(ended.code).toBe(0);
  });

  test('takes a signed webhook, prints what came twice once, and refuses a forged one', { timeout: 60_000 }, async () => {
    const receiver = start('examples/alerts/webhook.py', ['0'], { WEBHOOK_SECRET: SECRET });
    await vi.waitFor(() => expect(receiver.out).toMatch(/listening on \d+/), { timeout: 20_000 });
    const url = `http://127.0.0.1:${/\d+/.exec(receiver.out)![0]}/`;
    const body = JSON.stringify({ type: 'alert.raised', data: { text: 'SIMULATED. Atrial fibrillation: raised; bed-01' } });
    const post = async (secret: string, id: string) => {
      const client = new WebhookClient({ url, secret, allow: ['127.0.0.0/8'], clock: systemClock() });
      const answer = await client.post(id, body);
      client.close();
      return answer;
    };
    expect(await post(SECRET, 'a-1')).toEqual({ type: 'accepted' });
    expect(await post(SECRET, 'a-1')).toEqual({ type: 'accepted' });
    expect(await post(`whsec_${Buffer.alloc(32, 1).toString('base64')}`, 'a-2')).toMatchObject({ type: 'refused' });
    expect(receiver.out.match(/alert\.raised SIMULATED\. Atrial fibrillation/g)).toHaveLength(1);
    expect(receiver.err).toMatch(/refused/);
  });
});
