import type { IncomingMessage } from 'node:http';
import { CursorError, type Filter, senseless } from '../deliver/index.js';
import { type AlertEvent, isUnproven, numbersOf, triggerText } from '../ecg/index.js';
import { type Handled, refuse } from './http.js';
import { Outlet, type OutletDeps } from './outlet.js';

/** For the last bytes of a stream that has ended. */
const ENDING_MS = 2000;

export interface SseDeps extends OutletDeps {
  readonly findings?: ReadonlySet<string>;
}

/**
 * Server-sent events. `alert` for the snapshot and the stream, `snapshot-end` between, `gone`, `heartbeat` at most 10 s apart, `missed`
 * before a snapshot that stands for events which are there no more, `expired` when the credentials have run out. An event's
 * id is its cursor: a browser that lost the line comes back with it. Who answers heartbeats (`POST /heard` with their
 * `subscription`) counts as receiving; who has begun to and stops is let go.
 */
export function alertStream(deps: SseDeps): Handled {
  return async (request, response, principal) => {
    const filter = filterOf(request.url ?? '/');
    const wrong = senseless(filter, deps.findings);
    if (wrong !== undefined) return refuse(response, 400, wrong);
    // It left while it was being admitted.
    if (response.destroyed) return;
    let outlet: Outlet | undefined;
    let isGone = false;
    response.on('error', () => response.destroy());
    response.on('close', () => {
      isGone = true;
      outlet?.close();
    });
    // The head goes with the first event: until then a refusal can still be said.
    const write = (bytes: Buffer, taken = () => {}): void => {
      if (response.destroyed) return;
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'keep-alive' });
      response.write(bytes, (error) => error ?? taken());
    };
    try {
      outlet = await Outlet.open(deps, principal, { filter, after: cursorIn(request) }, {
        alert: eventText,
        gone: (alertId, cursor) => text('gone', { alertId }, cursor),
        missed: (why) => text('missed', { why }),
        snapshotEnd: (active, cursor) => text('snapshot-end', { active }, cursor),
        heartbeat: (subscription) => text('heartbeat', { subscription, ...heartbeatOf(deps) }),
        write,
        // The system takes bytes for a browser that has stopped, for hours.
        isConfirmed: true,
        end: (why) => {
          if (why === 'expired') write(text('expired', {}));
          if (why === 'slow' || why === 'unread') return void response.destroy();
          // A client that does not read would never take the end.
          response.end();
          response.once('close', deps.clock.after(ENDING_MS, () => response.destroy()));
        },
      });
    } catch (error) {
      if (error instanceof CursorError) return refuse(response, 400, error.message);
      throw error;
    }
    if (isGone) outlet.close();
  };
}

/** As a subscriber reads it; its `subscription` is how it confirms. */
export type Heartbeat = ReturnType<typeof heartbeatOf> & { readonly subscription: string };

export function heartbeatOf({ clock, health }: Pick<SseDeps, 'clock' | 'health'>) {
  return { atMs: Math.round(clock.nowMs()), oldestUnprocessedMs: health.oldestUnprocessedMs, alarms: health.alarms };
}

/** JSON has no raw line breaks, and a cursor only letters, digits and dots: nothing in an event can begin another one. */
function text(event: string, body: unknown, cursor = ''): Buffer {
  return Buffer.from(`${cursor === '' ? '' : `id: ${cursor}\n`}event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
}

/** An event goes to thousands of readers: its text is made once. */
const made = new WeakMap<AlertEvent, { readonly cursor: string; readonly bytes: Buffer }>();

function eventText(event: AlertEvent, cursor: string): Buffer {
  const known = made.get(event);
  if (known?.cursor === cursor) return known.bytes;
  const bytes = text('alert', alertView(event), cursor);
  made.set(event, { cursor, bytes });
  return bytes;
}

export type AlertView = ReturnType<typeof alertView>;

/** What the page and other subscribers read of an event. */
export function alertView(event: AlertEvent) {
  const { alertId, sequence, state, cause, atMs, actor, snapshot } = event;
  const { bed, device, unit, finding, kind, priority, channel, probability, threshold, onsetMs, evidence, expectedPpv, simulated, accelerated, measurements, reasons, signalQuality, model, modelHash, policyHash, segments, explainedBy, episode, trigger } = snapshot;
  return {
    ...{ alertId, sequence, state, cause, actor, atMs, bed: bed ?? device, device, unit, finding, kind, priority, channel, probability, threshold, onsetMs },
    ...{ evidence, expectedPpv, unproven: isUnproven(snapshot), simulated, accelerated },
    heartRateBpm: measurements.heartRateBpm,
    measurements: numbersOf(measurements),
    ...{ reasons, signalQuality, model, modelHash, policyHash, segments, explainedBy, episode },
    trigger: trigger && { ...trigger, text: triggerText(trigger) },
  };
}

function cursorIn(request: IncomingMessage): string | undefined {
  const header = request.headers['last-event-id'];
  const cursor = (Array.isArray(header) ? header[0] : header) ?? new URL(request.url ?? '/', 'http://localhost').searchParams.get('cursor') ?? undefined;
  return cursor === '' ? undefined : cursor;
}

export function filterOf(url: string): Filter {
  const query = new URL(url, 'http://localhost').searchParams;
  return { units: query.getAll('unit'), beds: query.getAll('bed'), findings: query.getAll('finding'), priorities: query.getAll('priority'), evidence: query.getAll('evidence') };
}

