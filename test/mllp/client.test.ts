/** HL7 over sockets: what each acknowledgement, and each way of giving none, is taken for. Real servers. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { ANSWER_MAX_MS, encodeEr7, FrameReader, frameOf, MllpClient, type MllpOptions } from '../../src/adapters/mllp/index.js';
import { reportAlert } from '../../src/deliver/index.js';
import { certificate } from '../access/authority.js';
import { alert, AT_MS, nameOf } from '../deliver/alert-events.js';
import { SimulatedClock } from '../simulation/clock.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const textOf = (sequence: number): string => encodeEr7(reportAlert({ event: alert({}, { sequence }), as: 'news' }, nameOf, AT_MS));
const idOf = (sequence: number): string => `${alert().alertId}-${sequence}`;
const acknowledge = (code: string, id: string, more = ''): Buffer => frameOf(`MSH|^~\\&|PAGERS|ST MARY|PURKINJE||20240229123457||ACK^R40^ACK|77|P|2.6\rMSA|${code}|${id}\r${more}`);

/** A receiver: `answer` is called with each message and its number. */
async function receiver(answer: (socket: Socket, id: string, number: number) => void, make = (take: (socket: Socket) => void): Server => createServer(take)) {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = make((socket) => {
    sockets.add(socket);
    const reader = new FrameReader();
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      for (const message of reader.push(piece) ?? []) {
        const text = message.toString('utf8');
        received.push(text);
        answer(socket, text.split('|')[9], received.length);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  closing.push(stop);
  return { port: (server.address() as AddressInfo).port, received, sockets, stop };
}

function client(port: number, more: Partial<MllpOptions> = {}): MllpClient {
  const made = new MllpClient({ host: '127.0.0.1', port, clock: systemClock(), ...more });
  closing.push(() => made.close());
  return made;
}

describe('an acknowledgement', () => {
  test.each([
    ['AA', '', { type: 'accepted' }],
    ['CA', '', { type: 'accepted' }],
    ['AE', '', { type: 'refused', about: 'AE' }],
    ['AR', 'ERR||PID^1^3|101^Required field missing^HL70357|E|||no MRN\r', { type: 'refused', about: 'AR 101: no MRN' }],
    ['CE', '', { type: 'refused' }],
    ['CR', '', { type: 'refused' }],
    ['AE', 'ERR|||207^Application internal error^HL70357|E\r', { type: 'failed', why: 'status', about: 'AE 207' }],
    ['AR', 'ERR|||206^Application record locked^HL70357|E\r', { type: 'failed', why: 'status' }],
    ['AE ', 'ERR||| 207 ^Application internal error^HL70357|E\r', { type: 'failed', why: 'status', about: 'AE 207' }],
    ['AE', 'ERR||PID^1^3|101^Required field missing^HL70357|E\rERR|||207^Application internal error^HL70357|E\r', { type: 'failed', why: 'status', about: 'AE 207' }],
    ['AE', 'ERR|PID^1^3^206&Application record locked&HL70357\r', { type: 'failed', why: 'status', about: 'AE 206' }],
    ['AR', 'ERR|PID^1^3^101&Required field missing&HL70357\r', { type: 'refused', about: 'AR 101' }],
    ['XX', '', { type: 'failed', why: 'bad-answer' }],
  ])('%s %s', async (code, more, taken) => {
    const { port, received } = await receiver((socket, id) => socket.write(acknowledge(code, id, more)));
    expect(await client(port).exchange(textOf(1), idOf(1))).toMatchObject(taken);
    expect(received).toEqual([textOf(1)]);
  });

  test.each([
    ['AA', '', { type: 'accepted' }],
    ['AE', '', { type: 'refused' }],
    ['AE', 'ERR|||207\r', { type: 'failed', why: 'status' }],
  ])('%s without the id of its message is of the one under way', async (code, more, taken) => {
    const { port, received } = await receiver((socket) => socket.write(acknowledge(code, '', more)));
    const sender = client(port);
    for (const sequence of [1, 2]) expect(await sender.exchange(textOf(sequence), idOf(sequence))).toMatchObject(taken);
    expect(received).toEqual([textOf(1), textOf(2)]);
  });

  test('that comes twice without the id of its message is not taken for that of the next one: nothing is skipped', async () => {
    const { port } = await receiver((socket, _id, number) => {
      if (number > 1) return;
      socket.write(acknowledge('CA', ''));
      setTimeout(() => socket.write(acknowledge('AA', '')), 20);
    });
    const sender = client(port);
    expect(await sender.exchange(textOf(1), idOf(1))).toEqual({ type: 'accepted' });
    const second = sender.exchange(textOf(2), idOf(2));
    await new Promise((resolve) => setTimeout(resolve, 100));
    sender.close();
    expect(await second).toMatchObject({ type: 'failed' });
  });

  test('of another message is none', async () => {
    const { port } = await receiver((socket) => socket.write(acknowledge('AA', 'another')));
    expect(await client(port).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'bad-answer', about: expect.stringContaining('MSA-2') });
  });

  test('that is an HTTP server speaking is none, nor is one without end', async () => {
    const web = await receiver((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.padEnd(70_000, 'x')));
    expect(await client(web.port).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'bad-answer' });
    const endless = await receiver((socket) => socket.write(Buffer.concat([Buffer.of(0x0b), Buffer.alloc(70_000, 'x')])));
    expect(await client(endless.port).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'bad-answer' });
    const other = await receiver((socket) => socket.write(frameOf('hello')));
    expect(await client(other.port).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'bad-answer' });
  });

  test('may come in any pieces, and twice', async () => {
    const { port } = await receiver((socket, id) => {
      for (const byte of Buffer.concat([acknowledge('CA', id), acknowledge('AA', id)])) socket.write(Buffer.of(byte));
    });
    const sender = client(port);
    for (const sequence of [1, 2, 3, 4]) expect(await sender.exchange(textOf(sequence), idOf(sequence))).toEqual({ type: 'accepted' });
  });

  test('that does not come within ten seconds is a failure, and what comes later is for nobody', async () => {
    const late: Buffer[] = [];
    const { port, sockets, received } = await receiver((socket, id, number) => {
      if (number === 1) late.push(acknowledge('AA', id));
      else socket.write(acknowledge('AA', id));
    });
    const clock = new SimulatedClock();
    const sender = client(port, { clock });
    const first = sender.exchange(textOf(1), idOf(1));
    await vi.waitFor(() => expect(received).toHaveLength(1), 5000);
    await clock.run(ANSWER_MAX_MS);
    expect(await first).toMatchObject({ type: 'failed', why: 'timeout', about: expect.stringContaining('10 s') });
    for (const socket of sockets) socket.write(late[0]);
    expect(await sender.exchange(textOf(2), idOf(2))).toEqual({ type: 'accepted' });
    expect(received).toEqual([textOf(1), textOf(2)]);
    expect(sockets.size).toBe(2);
  });
});

describe('a connection', () => {
  test('is kept for the next message', async () => {
    const { port, sockets } = await receiver((socket, id) => socket.write(acknowledge('AA', id)));
    const sender = client(port);
    for (const sequence of [1, 2, 3]) await sender.exchange(textOf(sequence), idOf(sequence));
    expect(sockets.size).toBe(1);
  });

  test('that is refused, or closed before the acknowledgement, is a failure; the next attempt opens another', async () => {
    const { port, stop } = await receiver((socket, id, number) => (number === 1 ? socket.destroy() : socket.write(acknowledge('AA', id))));
    const sender = client(port);
    expect(await sender.exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'unreachable' });
    expect(await sender.exchange(textOf(1), idOf(1))).toEqual({ type: 'accepted' });
    await stop();
    await vi.waitFor(async () => expect(await sender.exchange(textOf(2), idOf(2))).toMatchObject({ type: 'failed', why: 'unreachable', about: expect.stringMatching(/ECONNREFUSED/) }), 5000);
  });

  test('that the receiver closes between two messages is reopened', async () => {
    const { port, sockets } = await receiver((socket, id) => socket.end(acknowledge('AA', id)));
    const sender = client(port);
    expect(await sender.exchange(textOf(1), idOf(1))).toEqual({ type: 'accepted' });
    await vi.waitFor(() => expect([...sockets].every(({ destroyed }) => destroyed)).toBe(true), 5000);
    expect(await sender.exchange(textOf(2), idOf(2))).toEqual({ type: 'accepted' });
    expect(sockets.size).toBe(2);
  });

  test('that the receiver closes as the next message goes out is reopened for it, once', async () => {
    const { port, received, sockets } = await receiver((socket, id, number) => (number === 2 ? socket.destroy() : socket.write(acknowledge('AA', id))));
    const sender = client(port);
    for (const sequence of [1, 2, 3]) expect(await sender.exchange(textOf(sequence), idOf(sequence))).toEqual({ type: 'accepted' });
    expect(received.map((text) => text.split('|')[9])).toEqual([1, 2, 2, 3].map(idOf));
    expect(sockets.size).toBe(2);
    const never = await receiver((socket, id, number) => (number === 1 ? socket.write(acknowledge('AA', id)) : socket.destroy()));
    const other = client(never.port);
    await other.exchange(textOf(1), idOf(1));
    expect(await other.exchange(textOf(2), idOf(2))).toMatchObject({ type: 'failed', why: 'unreachable' });
    expect(never.received).toHaveLength(3);
  });

  test('that is closed from here ends what waits', async () => {
    const { port, received } = await receiver(() => {});
    const sender = client(port);
    const waiting = sender.exchange(textOf(1), idOf(1));
    await vi.waitFor(() => expect(received).toHaveLength(1), 5000);
    sender.close();
    expect(await waiting).toMatchObject({ type: 'failed' });
  });
});

describe('TLS', () => {
  const authority = certificate({ name: 'authority', isCa: true });
  const server = certificate({ name: 'pagers', by: authority, usage: 'serverAuth' });
  const ours = certificate({ name: 'purkinje', by: authority, usage: 'clientAuth' });
  const pem = (file: string): string => readFileSync(file, 'utf8');
  const secure = (more = {}) => (take: (socket: Socket) => void): Server => createTlsServer({ cert: pem(server.cert), key: pem(server.key), ...more }, take).on('tlsClientError', () => {});

  test('to a receiver that the authority signed for, with our own certificate where it asks for one', async () => {
    const { port } = await receiver((socket, id) => socket.write(acknowledge('AA', id)), secure({ ca: pem(authority.cert), requestCert: true, rejectUnauthorized: true }));
    const tls = { ca: pem(authority.cert), cert: pem(ours.cert), key: pem(ours.key) };
    expect(await client(port, { tls }).exchange(textOf(1), idOf(1))).toEqual({ type: 'accepted' });
    expect(await client(port, { tls, host: 'localhost' }).exchange(textOf(2), idOf(2))).toEqual({ type: 'accepted' });
    expect(await client(port, { tls: { ca: tls.ca } }).exchange(textOf(3), idOf(3))).toMatchObject({ type: 'failed', why: 'unreachable' });
  });

  test('to one that nobody we trust signed for says nothing to it', async () => {
    const { port, received } = await receiver((socket, id) => socket.write(acknowledge('AA', id)), secure());
    expect(await client(port, { tls: {} }).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed', why: 'unreachable', about: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) });
    expect(await client(port).exchange(textOf(1), idOf(1))).toMatchObject({ type: 'failed' });
    expect(received).toEqual([]);
  });
});
