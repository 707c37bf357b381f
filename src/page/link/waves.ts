/** Live samples of the beds on the screen: one stream for the whole page, and of each lead what came last. */

/** As docs/delivery.md has it, in this order. */
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
export const NO_SAMPLE = -32768;
/** Of each lead: more than the longest sweep, and what waits to be played. */
const KEPT_S = 16;
/** A trace is played this much behind what has come, or behind a message and a fifth of a second where messages are longer. */
const BEHIND_MS = 600;
const JITTER_MS = 200;
const QUIET_MS = 4000;
/** A clock that is off by more is set; one that is off by less runs a little faster or slower. */
const SET_MS = 1500;
const PULL = 0.02;
/** Without a byte for so long the stream is dead: heartbeats come every 5 s. */
const SILENT_MS = 12_000;
const AGAIN_MS = 2000;
/** Beds come and go while somebody scrolls: they are asked for together. */
const TOGETHER_MS = 400;

/** The latest values of one lead, by their number. */
class Ring {
  private readonly values: Int16Array;
  end = 0;

  constructor(size: number) {
    this.values = new Int16Array(size).fill(NO_SAMPLE);
  }

  put(first: number, microvolts: Int16Array): void {
    // What lies between is a hole.
    for (let n = Math.max(this.end, first - this.values.length); n < first; n++) this.values[n % this.values.length] = NO_SAMPLE;
    microvolts.forEach((value, i) => (this.values[(first + i) % this.values.length] = value));
    this.end = Math.max(this.end, first + microvolts.length);
  }

  at(n: number): number {
    return n < 0 || n >= this.end || n < this.end - this.values.length ? NO_SAMPLE : this.values[n % this.values.length];
  }
}

/** What has come of one bed, and where in it the page is. */
export class Traces {
  rateHz = 125;
  private run = -1;
  private readonly leads = new Map<string, Ring>();
  /** Playing: which second of the run is shown at which moment of the page's clock. */
  private playedS = 0;
  private atMs = performance.now();
  private longestMs = 0;

  /** The first of them is the one that shows rhythm best. */
  get names(): readonly string[] {
    return [...this.leads.keys()];
  }

  take(run: number, rateHz: number, leads: readonly { readonly lead: string; readonly first: number; readonly microvolts: Int16Array }[], nowMs: number): void {
    const isOther = run !== this.run || rateHz !== this.rateHz;
    if (isOther) [this.run, this.rateHz, this.longestMs] = [run, rateHz, 0];
    if (isOther) this.leads.clear();
    for (const { lead, first, microvolts } of leads) {
      const ring = this.leads.get(lead) ?? new Ring(Math.ceil(KEPT_S * rateHz));
      this.leads.set(lead, ring);
      ring.put(first, microvolts);
      this.longestMs = Math.max(this.longestMs, (1000 * microvolts.length) / rateHz);
    }
    this.keepTime(nowMs, isOther);
  }

  /** The stream ended: of what comes next nobody knows whether it goes on from here. */
  break(): void {
    this.run = -1;
  }

  /** Seconds of the run: what is drawn at its right end now. It runs on when nothing comes, and so draws nothing. */
  playAt(nowMs: number): number {
    return this.playedS + (nowMs - this.atMs) / 1000;
  }

  /** Nothing has come for so long that it is said. */
  isQuiet(nowMs: number): boolean {
    return nowMs - this.atMs > QUIET_MS;
  }

  /** Microvolts of a lead at a value's number; NO_SAMPLE where there is none. */
  at(lead: string, n: number): number {
    return this.leads.get(lead)?.at(n) ?? NO_SAMPLE;
  }

  private keepTime(nowMs: number, isOther: boolean): void {
    const endS = Math.max(...[...this.leads.values()].map(({ end }) => end)) / this.rateHz;
    const wantedS = endS - Math.max(BEHIND_MS, this.longestMs + JITTER_MS) / 1000;
    const isS = this.playAt(nowMs);
    const isFar = isOther || Math.abs(wantedS - isS) * 1000 > SET_MS + this.longestMs;
    [this.playedS, this.atMs] = [isFar ? wantedS : isS + PULL * (wantedS - isS), nowMs];
  }
}

/** Which beds are on the screen, and what has come of them. */
export class Waves {
  private readonly shown = new Map<string, { count: number; readonly traces: Traces }>();
  private asked: readonly string[] = [];
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // Of a page that nobody sees nothing is drawn, and a browser has six connections for all its pages.
    document.addEventListener('visibilitychange', () => this.askSoon());
  }

  /** Asks for a bed, as long as it is on the screen. */
  show(device: string): Traces {
    const one = this.shown.get(device) ?? { count: 0, traces: new Traces() };
    one.count++;
    this.shown.set(device, one);
    this.askSoon();
    return one.traces;
  }

  hide(device: string): void {
    const one = this.shown.get(device);
    if (one !== undefined && --one.count === 0) this.askSoon();
  }

  private askSoon(ms = TOGETHER_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // One that is back by now, in another place, has kept its traces.
      for (const [device, { count }] of this.shown) if (count === 0) this.shown.delete(device);
      const devices = document.hidden ? [] : [...this.shown.keys()].sort();
      if (devices.join('\n') !== this.asked.join('\n')) void this.ask(devices);
    }, ms);
  }

  private async ask(devices: readonly string[]): Promise<void> {
    this.abort.abort();
    this.asked = devices;
    if (devices.length === 0) return this.break();
    const abort = (this.abort = new AbortController());
    try {
      const { ok, body } = await fetch(`/waves?${devices.map((device) => `device=${encodeURIComponent(device)}`).join('&')}&leads=2`, { signal: abort.signal });
      if (ok && body !== null) await this.read(body, devices, abort);
    } catch {
      // Broken off, by us or on the way.
    }
    if (abort !== this.abort) return;
    this.asked = [];
    this.break();
    this.askSoon(AGAIN_MS);
  }

  private break(): void {
    for (const { traces } of this.shown.values()) traces.break();
  }

  private async read(body: ReadableStream<Uint8Array>, devices: readonly string[], abort: AbortController): Promise<void> {
    const reader = body.getReader();
    let rest = new Uint8Array(0);
    for (;;) {
      const silent = setTimeout(() => abort.abort(), SILENT_MS);
      const { value, done } = await reader.read().finally(() => clearTimeout(silent));
      if (done) return;
      rest = joined(rest, value);
      rest = rest.subarray(this.takeAll(rest, devices));
    }
  }

  /** Returns how many bytes whole messages took. */
  private takeAll(bytes: Uint8Array, devices: readonly string[]): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at + 4 <= bytes.length && at + 4 + view.getUint32(at, true) <= bytes.length) {
      const length = view.getUint32(at, true);
      if (length > 0) this.take(view, at + 4, devices);
      at += 4 + length;
    }
    return at;
  }

  private take(view: DataView, start: number, devices: readonly string[]): void {
    const traces = this.shown.get(devices[view.getUint16(start, true)] ?? '')?.traces;
    const leads = [];
    let at = start + 8;
    for (let k = 0; k < view.getUint8(start + 3); k++) {
      const count = view.getUint16(at + 2, true);
      const microvolts = Int16Array.from({ length: count }, (_, i) => view.getInt16(at + 12 + 2 * i, true));
      leads.push({ lead: LEADS[view.getUint8(at)] ?? '', first: view.getFloat64(at + 4, true), microvolts });
      at += 12 + 2 * count;
    }
    traces?.take(view.getUint8(start + 2), view.getFloat32(start + 4, true), leads, performance.now());
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The page has one stream. */
export const waves = new Waves();
