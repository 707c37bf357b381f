/** The door for waveforms: what is acknowledged is in the log, once, however the bytes come. Invariants: I56 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { decodeAcknowledgement, FrameReader, frameOf } from '../../src/adapters/mllp/index.js';
import { NO_SAMPLE_INT16 } from '../../src/ecg/index.js';
import { startWaveformDoor } from '../../src/gateway/index.js';
import { siteMapSchema } from '../../src/ingest/index.js';
import { RefusedError } from '../../src/ports/index.js';
import { certificate } from '../access/authority.js';
import { countingMeter } from '../encoder/support.js';
import { hl7Time, waveMessage } from '../ingest/messages.js';
import { NOW_MS } from '../ingest/read.js';
import { MemorySignal } from './memory-signal.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function door(log: MemorySignal, more: object = {}) {
  const reports: string[] = [];
  const started = await startWaveformDoor({ host: '127.0.0.1', port: 0, allow: [], clock: systemClock(), meter: countingMeter(), report: (_level, fields, text) => reports.push(`${text} ${JSON.stringify(fields)}`), log, map: siteMapSchema.parse({}), ...more });
  closing.push(() => started.close());
  return { ...started, reports };
}

const message = (second: number, device = 'bed-1', samples = 250) =>
  waveMessage({ id: `${device}-${second}`, device, time: hl7Time(NOW_MS + second * 1000), rateHz: 250, resolution: 0.0025, leads: { I: Array.from({ length: samples }, (_, i) => second * 1000 + i), II: Array(samples).fill(-second) } });

class Sender {
  private readonly reader = new FrameReader();
  readonly answers: string[] = [];
  readonly closed: Promise<void>;

  constructor(readonly socket: Socket) {
    closing.push(() => socket.destroy());
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {}).on('data', (piece: Buffer) => this.answers.push(...(this.reader.push(piece) ?? []).map((one) => one.toString())));
  }

  static to(port: number, host = '127.0.0.1'): Sender {
    return new Sender(connect(port, host).setNoDelay(true));
  }

  async answer(count: number): Promise<readonly string[]> {
    await vi.waitFor(() => expect(this.answers.length).toBeGreaterThanOrEqual(count), { timeout: 10_000, interval: 5 });
    return this.answers.map((text) => `${decodeAcknowledgement(text)?.code} ${decodeAcknowledgement(text)?.of}`);
  }
}

describe('frames', () => {
  test('split at every byte', async () => {
    const log = new MemorySignal();
    const { port } = await door(log);
    const frame = frameOf(message(1, 'bed-1', 20));
    const sender = Sender.to(port);
    for (let at = 1; at < frame.length; at += 1) {
      sender.socket.write(frame.subarray(0, at));
      sender.socket.write(frame.subarray(at));
    }
    expect(new Set(await sender.answer(frame.length - 1))).toEqual(new Set(['AA bed-1-1']));
    expect(log.chunks).toHaveLength(1);
  });

  test('any cut of any frames, with anything between them, gives the same messages', () => {
    const texts = ['MSH|a', 'x'.repeat(300), 'MSH|é'];
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 12 }), fc.constantFrom('', '\r\n', '\x0b', 'noise', '\x0bMSH|torn'), (cuts, between) => {
        const bytes = Buffer.concat(texts.flatMap((text) => [Buffer.from(between), frameOf(text)]));
        const reader = new FrameReader();
        const found: string[] = [];
        const edges = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        for (let k = 1; k < edges.length; k++) found.push(...reader.push(bytes.subarray(edges[k - 1], edges[k]))!.map((one) => one.toString()));
        expect(found).toEqual(texts);
        expect(reader.pending).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('two in a packet are answered in their order; a lone start and a torn frame are nothing', async () => {
    const log = new MemorySignal();
    const { port } = await door(log);
    const sender = Sender.to(port);
    sender.socket.write(Buffer.concat([Buffer.of(0x0b), frameOf(message(1)), frameOf(message(2)), frameOf(message(3)).subarray(0, 200), frameOf(message(3))]));
    expect(await sender.answer(3)).toEqual(['AA bed-1-1', 'AA bed-1-2', 'AA bed-1-3']);
    const [{ firstSample }] = log.chunks;
    expect(log.chunks.map((chunk) => chunk.firstSample - firstSample)).toEqual([0, 250, 500]);
    expect(log.chunks[1].blocks.map(({ lead, samples }) => [lead, samples[0], samples[249]])).toEqual([['I', 2000, 2249], ['II', -2, -2]]);
  });

  test('300 kB, a byte at a time at its ends', async () => {
    const log = new MemorySignal();
    const { port } = await door(log);
    const frame = frameOf(message(0, 'bed-1', 15_000).replace(/\^(\d)/g, '^0000000$1'));
    expect(frame.length).toBeGreaterThan(300_000);
    const sender = Sender.to(port);
    for (const byte of frame.subarray(0, 2000)) sender.socket.write(Buffer.of(byte));
    sender.socket.write(frame.subarray(2000));
    expect(await sender.answer(1)).toEqual(['AA bed-1-0']);
    expect(log.chunks.map(({ blocks }) => blocks[0].samples.length)).toEqual([2500, 2500, 2500, 2500, 2500, 2500]);
  });

  test('what never becomes a message is ended, and takes no memory for ever', async () => {
    const { port, reports } = await door(new MemorySignal());
    const sender = Sender.to(port);
    const noise = Buffer.alloc(2 ** 20, 'x');
    for (let k = 0; k < 6; k++) sender.socket.write(noise);
    await sender.closed;
    expect(reports.join()).toContain('no-frame');
  });
});

describe('answers', () => {
  test('a value that is no number costs its sample, and is counted', async () => {
    const log = new MemorySignal();
    const meter = countingMeter();
    const { port } = await door(log, { meter });
    const sender = Sender.to(port);
    sender.socket.write(frameOf(message(1).replace('|1000^1001^1002^', '|1000^NaN^1002^')));
    expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
    const [{ blocks }] = log.chunks;
    expect([...blocks[0].samples.subarray(0, 4)]).toEqual([1000, NO_SAMPLE_INT16, 1002, 1003]);
    expect(blocks[1].samples).not.toContain(NO_SAMPLE_INT16);
    expect(meter.counts.get('purkinje_gateway_details_total no-number')).toBe(1);
  });

  test('AA comes after the log has it, and not before', async () => {
    const log = new MemorySignal();
    let release = (): void => {};
    log.gate = () => new Promise((resolve) => (release = resolve));
    const { port } = await door(log);
    const sender = Sender.to(port);
    sender.socket.write(frameOf(message(1)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sender.answers).toEqual([]);
    release();
    expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
  });

  test('what cannot be kept now is AE 207 and may come again; what the log never takes, or nobody understands, is AR', async () => {
    const log = new MemorySignal();
    const { port, reports } = await door(log);
    const sender = Sender.to(port);
    const failures = [new Error('the broker is away'), new RefusedError('too large')];
    log.gate = () => (failures.length > 0 ? Promise.reject(failures.shift()!) : Promise.resolve());
    sender.socket.write(frameOf(message(1)));
    sender.socket.write(frameOf(message(1)));
    sender.socket.write(frameOf(message(1)));
    sender.socket.write(frameOf(message(2).replace('131330', '131331')));
    sender.socket.write(frameOf('what is this'));
    expect(await sender.answer(5)).toEqual(['AE bed-1-1', 'AR bed-1-1', 'AA bed-1-1', 'AR bed-1-2', 'AR ']);
    expect(sender.answers.map((text) => decodeAcknowledgement(text)!.error)).toEqual(['207', '102', '', '103', '100']);
    expect(log.chunks).toHaveLength(1);
    // Nothing of a message, not even its patient's number, is in what is reported or answered.
    for (const said of [...reports, ...sender.answers]) expect(said).not.toMatch(/P-1|HOSP|bed-1(?!-)|ICU\^1/);
  });

  test('the same message over another connection, before the first is in the log, is written once', async () => {
    const log = new MemorySignal();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    log.gate = () => gate;
    const { port } = await door(log);
    const senders = [1, 2, 3].map(() => Sender.to(port));
    for (const { socket } of senders) socket.write(frameOf(message(1)));
    senders[0].socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    release();
    for (const sender of senders.slice(1)) expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
    expect(log.chunks).toHaveLength(1);
  });

  test('a restarted door knows what the log has: a message that was not acknowledged is written once', async () => {
    const log = new MemorySignal();
    const first = await door(log);
    const before = Sender.to(first.port);
    for (const second of [1, 2, 3]) before.socket.write(frameOf(message(second)));
    await before.answer(3);
    await first.close();
    const sender = Sender.to((await door(log)).port);
    for (const second of [3, 4]) sender.socket.write(frameOf(message(second)));
    expect(await sender.answer(2)).toEqual(['AA bed-1-3', 'AA bed-1-4']);
    const [{ firstSample, epoch }] = log.chunks;
    expect(log.chunks.map((chunk) => [chunk.epoch, chunk.firstSample - firstSample])).toEqual([0, 250, 500, 750].map((at) => [epoch, at]));
  });

  test('leads of one time in several messages stand side by side', async () => {
    const log = new MemorySignal();
    const { port } = await door(log, { map: siteMapSchema.parse({ leads: ['I', 'II'] }) });
    const sender = Sender.to(port);
    const only = (lead: 'I' | 'II') => waveMessage({ id: lead, device: 'bed-1', time: hl7Time(NOW_MS), rateHz: 250, resolution: 1, leads: { [lead]: [1, 2, 3] } });
    sender.socket.write(Buffer.concat([frameOf(only('I')), frameOf(only('II'))]));
    await sender.answer(2);
    const [one, other] = log.chunks;
    expect([one.firstSample, one.epoch, one.declaredLeads]).toEqual([other.firstSample, other.epoch, ['I', 'II']]);
    expect([one, other].map(({ blocks }) => blocks.map(({ lead }) => lead))).toEqual([['I'], ['II']]);
  });

  test('a message of training is marked so: no alert may be taken for a patient’s', async () => {
    const log = new MemorySignal();
    const { port } = await door(log);
    const sender = Sender.to(port);
    sender.socket.write(Buffer.concat([frameOf(message(1)), frameOf(message(2).replace('|P|2.6', '|T|2.6'))]));
    await sender.answer(2);
    expect(log.chunks.map(({ demo }) => demo)).toEqual([false, true]);
  });

  test('a door that ends answers what it has taken', async () => {
    const log = new MemorySignal();
    log.gate = () => new Promise((resolve) => setTimeout(resolve, 300));
    const { port, close } = await door(log);
    const sender = Sender.to(port);
    sender.socket.write(frameOf(message(1)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await close();
    expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
  });
});

describe('who may send', () => {
  test('only addresses of the list', async () => {
    const { port, reports } = await door(new MemorySignal(), { allow: ['10.0.0.0/8', '192.0.2.7'] });
    await Sender.to(port).closed;
    expect(reports.join()).toContain('not-allowed');
    const near = await door(new MemorySignal(), { allow: ['10.0.0.0/8', '127.0.0.0/8'] });
    const sender = Sender.to(near.port);
    sender.socket.write(frameOf(message(1)));
    expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
  });

  test('with TLS, only who has a certificate of the authority', async () => {
    const authority = certificate({ name: 'authority', isCa: true });
    const server = certificate({ name: 'gateway', by: authority, usage: 'serverAuth' });
    const client = certificate({ name: 'sender', by: authority, usage: 'clientAuth' });
    const tls = await secured({ cert: server.cert, key: server.key, clientCa: authority.cert }, systemClock(), () => {});
    closing.push(() => tls.close());
    const log = new MemorySignal();
    const { port } = await door(log, { tls });
    const pem = (file: string) => readFileSync(file, 'utf8');
    const options = { port, host: '127.0.0.1', ca: pem(authority.cert) };
    const sender = new Sender(connectTls({ ...options, cert: pem(client.cert), key: pem(client.key) }));
    sender.socket.write(frameOf(message(1)));
    expect(await sender.answer(1)).toEqual(['AA bed-1-1']);
    const stranger = new Sender(connectTls(options));
    stranger.socket.write(frameOf(message(2)));
    await stranger.closed;
    const plain = Sender.to(port);
    plain.socket.write(frameOf(message(2)));
    await plain.closed;
    expect(log.chunks).toHaveLength(1);
  });
});
