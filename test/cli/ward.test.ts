/** `purkinje up` as a newcomer runs it: alerts, page, health, metrics, a summary, and a clean end however it ends. */
import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { BurdenSeries } from '../../src/deliver/index.js';
import { childrenOf, purkinje, said, SIGNED_IN } from './purkinje.js';

const page = /page (http:\/\/127\.0\.0\.1:\d+\/)/;

describe('purkinje up', () => {
  test('four beds at eight times the speed: alerts say SIMULATED, the structural one is on the worklist, nothing is lost', { timeout: 90_000 }, async () => {
    const seen: Record<string, { status: number; body: string }> = {};
    const ended = await purkinje(['up', '--beds', '4', '--speed', '8', '--duration', '30s', '--port', '0', '--json'], async (child) => {
      const [, url] = await said(child, page);
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      for (const path of ['', 'health', 'ready', 'metrics', 'beds', 'nothing']) {
        const response = await fetch(url + path, SIGNED_IN);
        seen[path] = { status: response.status, body: await response.text() };
      }
      const stream = await fetch(`${url}alerts`, SIGNED_IN);
      const reader = stream.body!.getReader();
      let events = '';
      while (!events.includes('snapshot-end')) events += new TextDecoder().decode((await reader.read()).value);
      seen.alerts = { status: stream.status, body: events };
      await reader.cancel();
    });
    expect(ended.code).toBe(0);
    const alerts = ended.lines.filter((line) => line.type === 'alert' && line.state === 'raised');
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.every((alert) => alert.simulated)).toBe(true);
    expect(alerts.find((alert) => alert.finding === 'rule-low-voltage')).toMatchObject({ channel: 'worklist', accelerated: 60, bed: 'bed-03' });
    const segments = ended.lines.filter((line) => line.type === 'segment');
    // Four beds start 2.5 s apart; the clock of the one whose history is replayed is a day behind.
    const began = ['01', '02', '04'].map((bed) => segments.find(({ device }) => device === `simulated-bed-${bed}`).startMs);
    expect(began.map((ms) => ms - began[0])).toEqual([0, 2500, 7500]);
    expect(new Set(segments.map((segment) => segment.id)).size).toBe(segments.length);
    const summary = ended.lines.at(-1);
    expect(summary).toMatchObject({ type: 'summary', beds: 4, lost: 0, rejected: 0, late: 0 });
    expect(summary.segments.total).toBe(segments.length);
    expect(Object.entries(seen).map(([path, { status }]) => [path, status])).toEqual([['', 200], ['health', 200], ['ready', 200], ['metrics', 200], ['beds', 200], ['nothing', 404], ['alerts', 200]]);
    expect(seen[''].body).toContain('Not a medical device');
    expect(seen.metrics.body).not.toMatch(/bed-0|encounter-0/);
    expect(seen.alerts.body).toContain('event: alert');
  });

  test('of twelve beds one has bigeminy and one runs of ventricular beats: each is reported as that, and counted minute by minute', { timeout: 120_000 }, async () => {
    let minutes: readonly BurdenSeries[] = [];
    const ventricularOf = (bed: string) => minutes.find((one) => one.bed === bed)!.ventricular;
    const ended = await purkinje(['up', '--beds', '12', '--speed', '6', '--duration', '40s', '--port', '0', '--json'], async (child) => {
      const [, url] = await said(child, page);
      await said(child, /"finding":"rule-bigeminy"/);
      await said(child, /"finding":"rule-(wide-tachycardia|ventricular-run)"/);
      await vi.waitFor(async () => {
        minutes = (await (await fetch(`${url}burdens`, SIGNED_IN)).json()) as BurdenSeries[];
        for (const bed of ['bed-09', 'bed-12']) expect(Math.max(...ventricularOf(bed).map((beats) => beats ?? 0))).toBeGreaterThan(10);
      }, { timeout: 30_000, interval: 500 });
    });
    expect(ended.code).toBe(0);
    const raised = (bed: string) => ended.lines.filter((line) => line.type === 'alert' && line.state === 'raised' && line.bed === bed).map(({ finding }) => finding);
    expect(raised('bed-09').filter((finding) => /rule-.*(tachycardia|run)/.test(finding))).toEqual([]);
    expect(raised('bed-12')).not.toContain('rule-bigeminy');
    // A healthy heart and a paced one have none.
    for (const bed of ['bed-01', 'bed-10']) expect(new Set(ventricularOf(bed))).toEqual(new Set([0]));
  });

  test('Ctrl-C: it drains, prints the summary and exits 0', { timeout: 60_000 }, async () => {
    const ended = await purkinje(['up', '--beds', '2', '--port', '0', '--speed', '4'], async (child) => {
      await said(child, page);
      await new Promise((resolve) => setTimeout(resolve, 4000));
      child.kill('SIGINT');
    });
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/2 beds, \d+ chunks/);
    expect(ended.out).toContain(', 0 lost');
  });

  test('the encoder dies: segments go unscored and say so, it comes back, and they are scored again', { timeout: 60_000 }, async () => {
    const ended = await purkinje(['up', '--beds', '4', '--port', '0', '--speed', '10', '--duration', '20s', '--json'], async (child) => {
      await said(child, /"outcome":"scored"/);
      for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
      await said(child, /started again/);
      await said(child, /"outcome":"unscored"/);
      await said(child, /"outcome":"unscored"(.|\n)*"outcome":"scored"/);
    });
    expect(ended.code).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ type: 'summary', lost: 0 });
    expect(ended.lines.at(-1).unscored).toBeGreaterThan(0);
  });

  test('killed, it leaves no encoder behind', { timeout: 60_000 }, async () => {
    let encoders: number[] = [];
    await purkinje(['up', '--beds', '1', '--port', '0'], async (child) => {
      await said(child, page);
      encoders = childrenOf(child.pid);
      child.kill('SIGKILL');
    });
    expect(encoders).toHaveLength(1);
    await vi.waitFor(() => expect(existsSync(`/proc/${encoders[0]}`)).toBe(false), 10_000);
  });

  test('says why so many beds are too many, and what carries them', async () => {
    expect((await purkinje(['up', '--beds', '5000'])).err).toMatch(/more than 1000 beds are too many for one machine; .*replay sends them to Kafka/);
  });

  test('recordings that are over leave the page until Ctrl-C; with --json the ward ends with them', async () => {
    const recording = 'docs/recordings/atrial-fibrillation';
    const waited = await purkinje(['up', '--data', recording, '--port', '0', '--speed', '20'], async (child) => {
      await said(child, /every recording is over; the page stays until Ctrl-C/);
      const [, page] = await said(child, /page (http:\/\/127\.0\.0\.1:\d+\/)/);
      expect((await fetch(page)).status).toBe(200);
      child.kill('SIGINT');
    });
    expect([waited.code, waited.out]).toEqual([0, expect.stringContaining('1 beds, ')]);
    const ended = await purkinje(['up', '--data', recording, '--port', '0', '--speed', '20', '--json']);
    expect([ended.code, ended.lines.at(-1)]).toEqual([0, expect.objectContaining({ beds: 1 })]);
  }, 60_000);

  test('a taken port and an odd option are reported in one line', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const taken = await purkinje(['up', '--port', String(port)]);
    server.close();
    expect([taken.code, taken.err.trim().split('\n').length]).toEqual([1, 1]);
    expect(taken.err).toContain(`port ${port}`);
    for (const odd of [['--bedz', '3'], ['--beds', 'many'], ['--beds', '0'], ['--beds', '5000'], ['--speed', '0'], ['--duration', 'soon'], ['--config', '/nowhere.yaml']]) {
      const refused = await purkinje(['up', ...odd]);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/^purkinje: .+\n$/);
    }
  });
});
