import * as grpc from '@grpc/grpc-js';
import type { AlertEvent } from '../../ecg/index.js';
import { type Clock, sleep } from '../../ports/index.js';
import type { AlertFilter, Heartbeat, SubscribeResponse } from '../../wire/gen/ecg/v1/delivery.js';
import { alertOf } from '../../wire/index.js';
import type { AlertClient } from './client.js';

/** Heartbeats are 5 s apart: three missed, and nothing here is current. */
const STALE_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const BACKOFF_MS = { first: 250, most: 10_000 };

/** What a subscriber gets. */
export type Followed =
  | { readonly type: 'alert'; readonly event: AlertEvent; readonly cursor: string }
  | { readonly type: 'gone'; readonly alertId: string; readonly cursor: string }
  | { readonly type: 'snapshot-end'; readonly active: number; readonly cursor: string }
  | { readonly type: 'missed'; readonly why: string }
  | { readonly type: 'heartbeat'; readonly heartbeat: Heartbeat }
  /** The line is lost, or silent: what was received is not current until the next heartbeat. */
  | { readonly type: 'stale'; readonly why: string };

export interface FollowOptions {
  readonly filter: AlertFilter;
  readonly cursor: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** These come again however often one asks. */
const HOPELESS: ReadonlySet<grpc.status> = new Set([grpc.status.UNAUTHENTICATED, grpc.status.PERMISSION_DENIED, grpc.status.INVALID_ARGUMENT, grpc.status.UNIMPLEMENTED]);

/** Follows alerts until `signal`, over any number of breaks: it comes back with the cursor of the last event. Throws what no coming back can mend. */
export async function follow(client: AlertClient, { filter, cursor: from, clock, signal }: FollowOptions, on: (followed: Followed) => void): Promise<void> {
  let cursor = from;
  let waitMs = BACKOFF_MS.first;
  while (!signal.aborted) {
    const why = await once(client, filter, cursor, clock, signal, (followed) => {
      if ('cursor' in followed && followed.cursor !== '') cursor = followed.cursor;
      waitMs = BACKOFF_MS.first;
      on(followed);
    });
    if (signal.aborted) return;
    on({ type: 'stale', why });
    await Promise.race([sleep(clock, waitMs), new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
    waitMs = Math.min(2 * waitMs, BACKOFF_MS.most);
  }
}

/** One call; resolves with why it ended. */
function once(client: AlertClient, filter: AlertFilter, cursor: string, clock: Clock, signal: AbortSignal, on: (followed: Followed) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = client.subscribe(filter, cursor);
    let heardMs = clock.monotonicMs();
    let cancelLook = () => {};
    const end = (settle: () => void) => {
      cancelLook();
      signal.removeEventListener('abort', abort);
      call.cancel();
      settle();
    };
    const abort = () => end(() => resolve('stopped'));
    const look = () => {
      if (clock.monotonicMs() - heardMs > STALE_AFTER_MS) end(() => resolve(`nothing heard for ${STALE_AFTER_MS / 1000} s`));
      else cancelLook = clock.after(LOOK_EVERY_MS, look);
    };
    cancelLook = clock.after(LOOK_EVERY_MS, look);
    signal.addEventListener('abort', abort, { once: true });
    call.on('data', (response: SubscribeResponse) => {
      heardMs = clock.monotonicMs();
      const followed = followedOf(response);
      if (followed !== undefined) on(followed);
    });
    call.on('error', (error: grpc.ServiceError) => end(() => (HOPELESS.has(error.code) ? reject(error) : resolve(error.details))));
    call.on('end', () => end(() => resolve('the monitor ended the call')));
  });
}

/** Undefined: of a newer monitor. */
function followedOf({ message, cursor }: SubscribeResponse): Followed | undefined {
  switch (message?.$case) {
    case 'event':
      return { type: 'alert', event: alertOf(message.value), cursor };
    case 'gone':
      return { type: 'gone', ...message.value, cursor };
    case 'snapshotEnd':
      return { type: 'snapshot-end', ...message.value, cursor };
    case 'missed':
      return { type: 'missed', ...message.value };
    case 'heartbeat':
      return { type: 'heartbeat', heartbeat: message.value };
    case undefined:
      return undefined;
  }
}
