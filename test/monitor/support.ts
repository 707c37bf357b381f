/** A monitor over an embedded log on real sockets, and what subscribers of it see. */
import * as grpc from '@grpc/grpc-js';
import { expect, vi } from 'vitest';
import type { Secured } from '../../src/adapters/access/index.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { type EmbeddedLog } from '../../src/adapters/embedded/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type HttpServer, serveHttp } from '../../src/adapters/http/index.js';
import { type Door, grantsOf } from '../../src/deliver/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import type { AuditLine } from '../../src/monitor/audit.js';
import { type Monitor, type MonitorWorld, startMonitor } from '../../src/monitor/index.js';
import type { Clock } from '../../src/ports/index.js';
import { alertOf } from '../../src/wire/index.js';
import { AlertServiceClient, type AlertFilter, type SubscribeResponse } from '../../src/wire/gen/ecg/v1/delivery.js';
import { countingMeter } from '../encoder/support.js';

export { event, idOf } from './alerts.js';

/** The bearer token says what it grants: `nurse/read:icu/acknowledge:icu`; `…/expires:MS` ends it. */
export const wordDoor: Door = {
  admit({ authorization }) {
    const [who, ...words] = authorization?.replace('Bearer ', '').split('/') ?? [];
    if (who === undefined || who === '') return Promise.resolve({ ok: false, why: 'no-credentials' });
    const expires = words.find((word) => word.startsWith('expires:'));
    return Promise.resolve({ ok: true, principal: { who, grants: grantsOf(words), expiresMs: expires && Number(expires.slice(8)) } as never });
  },
};
export const ALL = 'everyone/read:*/acknowledge:*/dismiss:*/operate:*';

export interface Ward {
  readonly monitor: Monitor;
  readonly http: HttpServer;
  readonly meter: ReturnType<typeof countingMeter>;
  readonly audit: AuditLine[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, token?: string): Promise<Response>;
  close(): Promise<void>;
}

export async function openWard(log: EmbeddedLog, more: Partial<MonitorWorld> = {}, clock: Clock = systemClock(), grpcPort = 0, tls?: Secured, port = 0): Promise<Ward> {
  const meter = countingMeter();
  const audit: AuditLine[] = [];
  const monitor = await startMonitor({
    ...{ log, clock, meter, assemble: ASSEMBLE_DEFAULTS, perReaderDay: 40, targets: [], chance: () => 0.5, door: wordDoor, sessions: { idleMs: 1_800_000, absoluteMs: 43_200_000, basis: 'words', overTls: tls !== undefined }, audit: (line) => void audit.push(line), onStopped: () => {} },
    grpc: { host: '127.0.0.1', port: grpcPort },
    ...more,
  });
  const http = await serveHttp({ host: '127.0.0.1', port, routes: monitor.routes, tls });
  const url = (path: string) => `http://127.0.0.1:${http.port}${path}`;
  return {
    ...{ monitor, http, meter, audit },
    get: (path, headers = {}) => fetch(url(path), { headers: { authorization: `Bearer ${ALL}`, ...headers } }),
    post: (path, body, token = ALL) => fetch(url(path), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async close() {
      await monitor.close();
      await http.close();
    },
  };
}

export type Subscribed = ReturnType<typeof subscribe>;

export function subscribe(port: number, { token = ALL, cursor = '', filter }: { token?: string; cursor?: string; filter?: Partial<AlertFilter> } = {}) {
  const client = new AlertServiceClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const call = client.subscribe({ units: [], beds: [], findings: [], priorities: [], evidence: [], ...filter, cursor }, metadata);
  const messages: SubscribeResponse['message'][] = [];
  const delivered: { event: AlertEvent; cursor: string }[] = [];
  let last = cursor;
  let status: grpc.ServiceError | undefined;
  call.on('data', ({ message, cursor: at }: SubscribeResponse) => {
    messages.push(message);
    if (message?.$case === 'event') delivered.push({ event: alertOf(message.value), cursor: at });
    if (at !== '') last = at;
  });
  call.on('error', (error: grpc.ServiceError) => (status = error));
  return {
    call,
    messages,
    delivered,
    events: () => delivered.map((one) => one.event),
    names: () => delivered.map((one) => `${one.event.alertId} ${one.event.sequence}`),
    /** Of the last message that had one. */
    cursor: () => last,
    end: () => messages.findIndex((message) => message?.$case === 'snapshotEnd'),
    heartbeats: () => messages.flatMap((message) => (message?.$case === 'heartbeat' ? [message.value] : [])),
    status: () => status,
    close: () => (call.cancel(), client.close()),
  };
}

export const ended = (subscriber: Subscribed) => vi.waitFor(() => expect(subscriber.end()).toBeGreaterThanOrEqual(0), 20_000);
