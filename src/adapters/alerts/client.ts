import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { type AlertFilter, AlertServiceClient, type SubscribeResponse } from '../../wire/gen/ecg/v1/delivery.js';
import { type AlertEvent } from '../../ecg/index.js';
import { alertOf } from '../../wire/index.js';

export interface ClientSettings {
  /** host:port */
  readonly monitor: string;
  readonly token?: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A monitor is asked for single things at most so long. */
const ANSWER_MAX_MS = 10_000;
/** A line that has died without a word is found within the sum of these. */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 5000 };

export interface AlertClient {
  subscribe(filter: AlertFilter, cursor: string): grpc.ClientReadableStream<SubscribeResponse>;
  list(filter: AlertFilter): Promise<readonly AlertEvent[]>;
  /** All events of an alert, oldest first. */
  get(alertId: string): Promise<readonly AlertEvent[]>;
  acknowledge(alertId: string): Promise<void>;
  dismiss(alertId: string, reason: string): Promise<void>;
  close(): void;
}

export function openAlertClient(settings: ClientSettings): AlertClient {
  const client = new AlertServiceClient(settings.monitor, credentialsOf(settings), KEEPALIVE);
  const metadata = new grpc.Metadata();
  if (settings.token !== undefined) metadata.set('authorization', `Bearer ${settings.token}`);
  const answer = <Response>(call: (options: grpc.CallOptions, done: (error: grpc.ServiceError | null, response: Response) => void) => void): Promise<Response> =>
    new Promise((resolve, reject) => call({ deadline: Date.now() + ANSWER_MAX_MS }, (error, response) => (error === null ? resolve(response) : reject(error))));
  return {
    subscribe: (filter, cursor) => client.subscribe({ ...filter, cursor }, metadata),
    list: async (filter) => (await answer<{ alerts: Parameters<typeof alertOf>[0][] }>((options, done) => client.list({ filter }, metadata, options, done))).alerts.map(alertOf),
    get: async (alertId) => (await answer<{ events: Parameters<typeof alertOf>[0][] }>((options, done) => client.get({ alertId }, metadata, options, done))).events.map(alertOf),
    acknowledge: async (alertId) => void (await answer((options, done) => client.acknowledge({ alertId }, metadata, options, done))),
    dismiss: async (alertId, reason) => void (await answer((options, done) => client.dismiss({ alertId, reason }, metadata, options, done))),
    close: () => client.close(),
  };
}

function credentialsOf({ tls, ca, cert, key }: ClientSettings): grpc.ChannelCredentials {
  if (!tls && ca === undefined && cert === undefined) return grpc.credentials.createInsecure();
  const pem = (file: string | undefined) => (file === undefined ? null : readFileSync(file));
  return grpc.credentials.createSsl(pem(ca), pem(key), pem(cert));
}
