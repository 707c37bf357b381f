/** What an engineer types on a new cluster: check, engine, monitor, replay; an alert arrives at a subscriber, and the engine stops cleanly. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test, vi } from 'vitest';
import { purkinje, said, SIGNED_IN } from '../cli/purkinje.js';

const kafka = inject('kafka');

describe.skipIf(kafka === undefined)('a new cluster', () => {
  test('from check to an alert', { timeout: 120_000 }, async () => {
    process.env.PURKINJE_KAFKA_PREFIX = `user-${process.pid}-`;
    const brokers = ['--brokers', kafka!];
    const missing = await purkinje(['check', ...brokers, '--encoder', 'none']);
    expect(missing.code).toBe(1);
    expect(missing.out).toMatch(/AMISS .*ecg\.signal\.v1/);
    const made = await purkinje(['check', ...brokers, '--encoder', 'none', '--create-topics']);
    expect(made.out).not.toContain('AMISS');
    expect(made.code).toBe(0);
    const doctor = await purkinje(['doctor', ...brokers, '--encoder', 'none', '--json']);
    expect([doctor.code, doctor.lines[0].checks.filter(({ status }: { status: string }) => status === 'failed')]).toEqual([0, []]);
    expect(doctor.lines[0].checks.map(({ what }: { what: string }) => what)).toEqual(expect.arrayContaining([expect.stringMatching(/all topics have \d+ partitions/), expect.stringMatching(/our clock and the broker's are \d+ ms apart/)]));
    expect(made.out).toMatch(/kafka\.brokers +\["127\.0\.0\.1:\d+"\] +\(flag\)/);

    const records = join(mkdtempSync(join(tmpdir(), 'purkinje-user-')), 'records');
    await purkinje(['simulate', '--out', records, '--condition', 'sinus-tachycardia', '--duration', '90s', '--seed', '5', '--rate', '250']);
    const record = join(records, readdirSync(records).find((file) => file.endsWith('.hea'))!.replace('.hea', ''));
    let events = '';
    const ended = await purkinje(['encoder', '--port', '0'], async (encoder) => {
      const [, port] = await said(encoder, /"port":(\d+)/);
      const engine = await purkinje(['engine', ...brokers, '--encoder', `127.0.0.1:${port}`, '--port', '0'], async (running) => {
        const [, http] = await said(running, /"port":(\d+)/);
        const monitor = await purkinje(['monitor', ...brokers, '--port', '0', '--grpc-port', '0', '--health-port', '0'], async (monitoring) => {
          expect(await said(monitoring, /"page":"http:\/\/127\.0\.0\.1:\d+\/"/)).not.toBeNull();
          const [, page, grpcPort, healthPort] = await said(monitoring, /"port":(\d+),"grpcPort":(\d+),"healthPort":(\d+)/);
          expect((await fetch(`http://127.0.0.1:${page}/ready`)).status).toBe(404);
          for (const path of ['health', 'ready', 'metrics']) expect((await fetch(`http://127.0.0.1:${healthPort}/${path}`)).status).toBe(200);
          const stream = await fetch(`http://127.0.0.1:${page}/alerts`, SIGNED_IN);
          const reader = stream.body!.getReader();
          const replayed = await purkinje(['replay', ...brokers, '--speed', 'max', '--json', record]);
          expect(replayed.lines.at(-1)).toMatchObject({ type: 'summary', beds: 1, failedRecords: 0 });
          while (!events.includes('event: alert')) events += new TextDecoder().decode((await reader.read()).value);
          await reader.cancel();
          await answers(['--monitor', `127.0.0.1:${grpcPort}`]);
          const ready = await fetch(`http://127.0.0.1:${http}/ready`);
          expect(await ready.json()).toMatchObject({ ready: true, encoder: 'ready' });
          monitoring.kill('SIGTERM');
        });
        expect(monitor.code).toBe(0);
        running.kill('SIGTERM');
      });
      expect(engine.code).toBe(0);
      encoder.kill('SIGTERM');
    });
    expect(ended.code).toBe(0);
    expect(await purkinje(['alerts', 'verify', ...brokers])).toMatchObject({ code: 0, out: expect.stringMatching(/^[1-9]\d* alerts, \d+ events: all chains hold/) });
    const [, alert] = /"alertId":"([0-9a-f]+)"/.exec(events)!;
    const explained = await purkinje(['alerts', 'explain', alert, ...brokers]);
    expect([explained.code, explained.out]).toEqual([0, expect.stringMatching(/said (\S+)  again \1[^]*model .*, as here\npolicy .*, as here\ndecision: same\n$/)]);
    expect(await purkinje(['alerts', 'explain', 'nobody', ...brokers])).toMatchObject({ code: 2, err: expect.stringContaining("there is no alert 'nobody'") });
    expect(events).toMatch(/"finding":"(sinus-tachycardia|rule-tachycardia|supraventricular-tachycardia)"/);
  });

  test('a broker that is not there is reported in one line', { timeout: 60_000 }, async () => {
    const away = await purkinje(['engine', '--brokers', '127.0.0.1:1', '--encoder', 'none', '--port', '0']);
    expect(away.code).toBe(1);
    expect(away.err.trim().split('\n').filter((line) => line.startsWith('purkinje: '))).toHaveLength(1);
  });
});

/** What a nurse does with an alert: list, take up, look again; and what her hospital's system reads of it. */
async function answers(monitor: readonly string[]): Promise<void> {
  const [alert] = (await purkinje(['alerts', 'list', '--json', ...monitor])).lines;
  expect(await purkinje(['alerts', 'ack', alert.id, ...monitor])).toMatchObject({ code: 0, err: '' });
  await vi.waitFor(async () => expect((await purkinje(['alerts', 'show', alert.id, ...monitor])).out).toMatch(/acknowledged .* by local/), { timeout: 20_000, interval: 500 });
  const hl7 = await purkinje(['alerts', 'show', alert.id, '--format', 'hl7', ...monitor]);
  expect(hl7.out).toMatch(/^MSH\|\^~\\&\|PURKINJE\|.*ORU\^R40\^ORU_R40.*\rPID\|/);
}
