import type { IncomingMessage } from 'node:http';
import { encodeWave, isExpired, may, type Wave, WAVE_HEARTBEAT } from '../deliver/index.js';
import { LEADS } from '../ecg/index.js';
import type { Clock, Counter } from '../ports/index.js';
import { type Handled, refuse } from './http.js';
import { HEARTBEAT_MS, type OutletDeps, STUCK_MAX_MS } from './outlet.js';
import { Waiting } from './waiting.js';
import type { WaveHub } from './wave-hub.js';

/** Of one stream: a page asks for what is on its screen. */
const DEVICES_MAX = 128;
/** For the last bytes of a stream that has ended. */
const ENDING_MS = 2000;

export interface WaveDeps {
  readonly waves: Pick<WaveHub, 'watch'>;
  readonly clock: Clock;
  readonly subscriptions: OutletDeps['subscriptions'];
  readonly onEnd: OutletDeps['onEnd'];
  /** Of messages, by what became of them. */
  readonly messages: Counter;
  /** Undefined: of no unit that is known. */
  readonly unitOf: (device: string) => string | undefined;
}

interface Asked {
  readonly devices: readonly string[];
  readonly leads: number;
}

/**
 * Samples as they come, as binary messages (`encodeWave`): `?device=…&device=…&leads=2`. What its caller may not read is held back at each message, and nothing is sent once the credentials have
 * run out. At most 64 KiB wait for a caller, and of each device its newest message beside; older ones are dropped, so that who reads slowly sees what is now.
 */
export function waveStream(deps: WaveDeps): Handled {
  return (request, response, principal) => {
    const asked = askedIn(request);
    if (typeof asked === 'string') return refuse(response, 400, asked);
    if (response.destroyed) return;
    const leave = deps.subscriptions.enter(principal.who);
    response.on('error', () => response.destroy());
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    const queue = new NewestFirst(deps, asked, (bytes, taken) => void (response.destroyed || response.write(bytes, (error) => error ?? taken())));
    const hasExpired = (): boolean => isExpired(principal, deps.clock.nowMs());
    let stop = () => {};
    const end = (why: 'expired' | 'unread' | 'lost'): void => {
      stop();
      deps.onEnd(why, principal);
      if (why === 'unread') return void response.destroy();
      response.end();
      // A client that does not read would never take the end.
      response.once('close', deps.clock.after(ENDING_MS, () => response.destroy()));
    };
    const unwatch = deps.waves.watch(asked.devices, {
      wave(device, wave) {
        if (hasExpired()) return end('expired');
        if (may(principal, 'read', deps.unitOf(device))) queue.put(device, wave);
      },
      ended: () => end('lost'),
    });
    let cancel = () => {};
    const look = (): void => {
      if (hasExpired()) return end('expired');
      if (queue.stuckMs > STUCK_MAX_MS) return end('unread');
      queue.beat();
      cancel = deps.clock.after(HEARTBEAT_MS, look);
    };
    cancel = deps.clock.after(HEARTBEAT_MS, look);
    stop = () => (cancel(), unwatch(), queue.close(), leave(), (stop = () => {}));
    response.on('close', () => stop());
  };
}

/** What was asked; or what is wrong with it. */
function askedIn({ url = '/' }: IncomingMessage): Asked | string {
  const query = new URL(url, 'http://localhost').searchParams;
  const devices = [...new Set(query.getAll('device'))];
  const leads = Number(query.get('leads') ?? 2);
  if (devices.length < 1 || devices.length > DEVICES_MAX) return `name 1 to ${DEVICES_MAX} devices, each as device`;
  if (!Number.isInteger(leads) || leads < 1 || leads > LEADS.length) return `leads is a whole number from 1 to ${LEADS.length}`;
  return { devices, leads };
}

/** Messages for one caller. While it takes none, the newest of each device waits. */
class NewestFirst {
  private readonly held = new Map<string, Wave>();
  private readonly places: ReadonlyMap<string, number>;
  private readonly waiting: Waiting;

  constructor(
    private readonly deps: Pick<WaveDeps, 'clock' | 'messages'>,
    private readonly asked: Asked,
    write: (bytes: Buffer, taken: () => void) => void,
  ) {
    this.places = new Map(asked.devices.map((device, place) => [device, place]));
    this.waiting = new Waiting(deps.clock, write, () => this.release());
  }

  get stuckMs(): number {
    return this.waiting.stuckMs;
  }

  put(device: string, wave: Wave): void {
    if (this.waiting.hasRoom) return this.send(device, wave);
    if (this.held.delete(device)) this.deps.messages.add(1, { result: 'dropped' });
    this.held.set(device, wave);
  }

  /** One that was not taken says all that another could. */
  beat(): void {
    if (this.waiting.hasRoom) this.waiting.put(Buffer.from(WAVE_HEARTBEAT));
  }

  close(): void {
    this.waiting.close();
  }

  private release(): void {
    for (const [device, wave] of [...this.held].reverse()) {
      if (!this.waiting.hasRoom) return;
      this.held.delete(device);
      this.send(device, wave);
    }
  }

  private send(device: string, wave: Wave): void {
    const bytes = encodeWave(wave, this.places.get(device)!, this.asked.leads);
    if (bytes === undefined) return;
    this.deps.messages.add(1, { result: 'sent' });
    this.waiting.put(Buffer.from(bytes.buffer));
  }
}

