import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.js';
import { MllpClient } from '../../../src/adapters/mllp/index.js';
import { hl7Time } from '../../ingest/messages.js';
import { event } from '../../monitor/alerts.js';
import type { Program } from '../programs.js';
import { playOf } from '../scenario.js';
import { openPage, type Stage } from '../stage.js';
import { burst } from './encoder.js';

interface World {
  readonly stage: Stage;
  readonly monitor: Program & { readonly page: string };
  /** What the webhook of the ward calls: nobody, at first. */
  readonly pager: Server;
  readonly pagerPort: number;
  /** What it is answered with. */
  status: number;
  readonly send: Readonly<Record<'hl7' | 'adt', (text: string) => Promise<unknown>>>;
  /** When the second patient came. */
  secondMs: number;
}

/** Open connections of one address to the page: fewer than the 1,000 that are usual. */
const CONNECTIONS_OF_ADDRESS = 50;

let messages = 0;
function message(type: string, ...segments: readonly string[]): string {
  return [`MSH|^~\\&|MONITOR|ICU|||${hl7Time(Date.now())}||${type}|m-${messages++}|P|2.5`, ...segments].map((line) => `${line}\r`).join('');
}
const stay = (trigger: string, atMs: number, visit: string): string => message(`ADT^${trigger}`, `EVN|${trigger}|${hl7Time(atMs)}`, `PID|1||${visit}||TEST^PERSON||19500101|F`, `PV1|1|I|ICU^1^7||||||||||||||||${visit}`);

function senderTo(port: number): (text: string) => Promise<unknown> {
  const client = new MllpClient({ host: '127.0.0.1', port, clock: systemClock() });
  return (text) => client.exchange(text, /\|(m-\d+)\|/.exec(text)![1]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

export const DOORS = playOf<World>({
  name: 'doors',
  async open({ prometheus, encoder, stage: openStage }) {
    const stage = await openStage();
    const folder = mkdtempSync(join(tmpdir(), 'purkinje-doors-'));
    const [config, map] = [join(folder, 'monitor.yaml'), join(folder, 'site.yaml')];
    const pagerPort = await freePort();
    writeFileSync(config, JSON.stringify({ monitor: { targets: [{ name: 'pager', kind: 'webhook', url: `http://127.0.0.1:${pagerPort}/`, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, allow: ['127.0.0.0/8'] }] } }));
    writeFileSync(map, 'beds: { ICU/1/7: [bed-7] }');
    const engine = await stage.engine(encoder);
    const monitor = await stage.monitor(['--config', config], { PURKINJE_MONITOR_CONNECTIONS_PER_ADDRESS: String(CONNECTIONS_OF_ADDRESS) });
    const [hl7, adt] = [await stage.gateway('hl7'), await stage.gateway('adt', ['--map', map], { PURKINJE_GATEWAY_ENCOUNTER_KEY: 'k'.repeat(32) })];
    await stage.admit(2);
    await stage.scrape(prometheus, { engine: [engine.metrics], monitor: [monitor.metrics], gateway: [hl7.metrics, adt.metrics] });
    const pager = createServer((request, response) => request.resume().on('end', () => response.writeHead(world.status).end()));
    stage.onClose(() => (pager.closeAllConnections(), pager.close()));
    const world: World = { stage, monitor, pager, pagerPort, status: 200, send: { hl7: senderTo(hl7.port), adt: senderTo(adt.port) }, secondMs: 0 };
    return world;
  },
  scenarios: [
    {
      story: 'nobody has the page open, and the pager does not answer',
      cause: ({ stage }) => stage.log.append([event(1)]),
      fires: { PurkinjeNobodyReceives: 200, 'PurkinjeDeliveryAlarm alarm=target-failing': 120, 'PurkinjeDeliveryAlarm alarm=nobody-receives': 200 },
      async remedy({ stage, monitor, pager, pagerPort }) {
        await new Promise<void>((listening) => pager.listen(pagerPort, '127.0.0.1', listening));
        stage.onClose(await openPage(monitor.page));
      },
    },
    {
      story: 'one client opens more connections to the page than one may, once',
      cause: ({ monitor }) => burst(Number(monitor.page.split(':')[1]), 2 * CONNECTIONS_OF_ADDRESS),
      fires: { 'PurkinjeConnectionsRefused job=purkinje-monitor': 60 },
    },
    {
      story: 'other systems send what is no waveform, and a second patient to an occupied bed',
      async cause(world) {
        await world.send.hl7(message('ORU^R01', 'PID|||P-1'));
        const firstMs = Date.now() - 3_600_000;
        world.secondMs = Date.now() - 60_000;
        await world.send.adt(stay('A01', firstMs, 'V1'));
        await world.send.adt(stay('A01', world.secondMs, 'V2'));
      },
      fires: { PurkinjeMessagesRefused: 90, PurkinjeIdentityConflict: 90 },
      remedy: ({ send, secondMs }) => send.adt(stay('A03', secondMs - 1000, 'V1')),
      lasts: ['PurkinjeMessagesRefused'],
    },
    {
      story: 'the monitor stands still',
      cause: ({ monitor }) => monitor.signal('SIGSTOP'),
      fires: { PurkinjeMonitorDown: 60 },
      async remedy({ stage, monitor }) {
        monitor.signal('SIGCONT');
        stage.onClose(await openPage(monitor.page));
      },
    },
    {
      story: 'the pager refuses what it is sent',
      async cause(world) {
        world.status = 400;
        await world.stage.log.append([event(2)]);
      },
      fires: { 'PurkinjeDeliveryAlarm alarm=target-refuses': 60 },
    },
  ],
});
