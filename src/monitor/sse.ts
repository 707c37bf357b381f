import type { IncomingMessage, ServerResponse } from 'node:http';
import { reply } from '../adapters/http/index.js';
import type { Filter } from '../deliver/index.js';
import { type AlertEvent, isUnproven, numbersOf } from '../ecg/index.js';
import { type Clock } from '../ports/index.js';
import type { AlertHub, Subscriber } from './hub.js';

const HEARTBEAT_MS = 10_000;
const SUBSCRIBERS_MAX = 1000;

/** Server-sent events: `event: alert` for the snapshot and the stream, `snapshot-end` between, `heartbeat` at most 10 s apart. */
export function alertStream(hub: AlertHub, clock: Clock): (request: IncomingMessage, response: ServerResponse) => void {
  let open = 0;
  return (request, response) => {
    if (open >= SUBSCRIBERS_MAX) return reply(response, 503, 'text/plain', 'too many subscribers\n');
    open++;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    const filter = filterOf(request.url ?? '/');
    const subscriber: Subscriber = {
      filter,
      send: (event) => write(response, 'alert', told(event)),
      // Not `end`: that would wait for a reader who does not read.
      end: () => void response.destroy(),
    };
    response.on('error', () => response.destroy());
    const snapshot = hub.subscribe(subscriber);
    for (const event of snapshot) write(response, 'alert', told(event));
    write(response, 'snapshot-end', { active: snapshot.length });
    response.on('drain', () => hub.drained(subscriber));
    let cancel = () => {};
    const beat = () => {
      write(response, 'heartbeat', { atMs: Math.round(clock.nowMs()) });
      cancel = clock.after(HEARTBEAT_MS, beat);
    };
    cancel = clock.after(HEARTBEAT_MS, beat);
    response.on('close', () => {
      open--;
      cancel();
      hub.unsubscribe(subscriber);
    });
  };
}

/** JSON has no raw line breaks, so nothing in an event can begin another one. */
function write(response: ServerResponse, event: string, body: unknown): boolean {
  return !response.destroyed && response.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
}

/** What the page and other subscribers read of an event. */
export function told(event: AlertEvent) {
  const { alertId, sequence, state, atMs, snapshot } = event;
  const { bed, device, unit, finding, kind, priority, channel, probability, onsetMs, evidence, expectedPpv, simulated, accelerated, measurements, reasons, score } = snapshot;
  return {
    ...{ alertId, sequence, state, atMs, bed: bed ?? device, device, unit, finding, kind, priority, channel, probability, onsetMs, evidence, expectedPpv, unproven: isUnproven(snapshot), simulated, accelerated },
    heartRateBpm: measurements.heartRateBpm,
    measurements: numbersOf(measurements),
    ...{ reasons, score },
  };
}

function filterOf(url: string): Filter {
  const query = new URL(url, 'http://localhost').searchParams;
  return { units: query.getAll('unit'), beds: query.getAll('bed'), findings: query.getAll('finding') };
}
