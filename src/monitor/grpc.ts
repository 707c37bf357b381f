import * as grpc from '@grpc/grpc-js';
import type { AlertEvent } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import { alertMessage } from '../wire/index.js';
import { AlertServiceService, type SubscribeRequest, type SubscribeResponse } from '../wire/gen/ecg/v1/delivery.js';
import type { AlertHub, Subscriber } from './hub.js';

const HEARTBEAT_MS = 10_000;

export interface GrpcServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `AlertService.Subscribe`: what is active, the end of the snapshot, then the stream and heartbeats. */
export function serveAlerts(hub: AlertHub, clock: Clock, address: { readonly host: string; readonly port: number }): Promise<GrpcServer> {
  const server = new grpc.Server();
  server.addService(AlertServiceService, { subscribe: (call: grpc.ServerWritableStream<SubscribeRequest, SubscribeResponse>) => subscribe(call, hub, clock) });
  return new Promise((resolve, reject) => {
    server.bindAsync(`${address.host}:${address.port}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error !== null) return reject(new Error(`port ${address.port} on ${address.host} cannot be used: stop what listens there, or choose another`));
      resolve({
        port,
        close: () => {
          server.forceShutdown();
          return Promise.resolve();
        },
      });
    });
  });
}

function subscribe(call: grpc.ServerWritableStream<SubscribeRequest, SubscribeResponse>, hub: AlertHub, clock: Clock): void {
  const { units, beds, findings } = call.request;
  const event = (alert: AlertEvent): SubscribeResponse => ({ message: { $case: 'event', value: alertMessage(alert) } });
  const subscriber: Subscriber = { filter: { units, beds, findings }, send: (alert) => call.write(event(alert)), end: () => call.destroy() };
  const snapshot = hub.subscribe(subscriber);
  for (const alert of snapshot) call.write(event(alert));
  call.write({ message: { $case: 'snapshotEnd', value: { active: snapshot.length } } });
  let cancel = () => {};
  const beat = () => {
    call.write({ message: { $case: 'heartbeat', value: { atMs: Math.round(clock.nowMs()), oldestUnprocessedMs: -1 } } });
    cancel = clock.after(HEARTBEAT_MS, beat);
  };
  cancel = clock.after(HEARTBEAT_MS, beat);
  call.on('drain', () => hub.drained(subscriber));
  const over = () => {
    cancel();
    hub.unsubscribe(subscriber);
  };
  call.on('cancelled', over);
  call.on('close', over);
}
