/** Webhooks over sockets: signed as Standard Webhooks has it, to an address that was looked at, and never further. Real servers. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { ANSWER_MAX_MS, signedHeaders, WebhookClient, type WebhookOptions } from '../../src/adapters/webhook/index.js';
import { certificate } from '../access/authority.js';
import { anyText } from '../deliver/alert-events.js';
import { SimulatedClock } from '../simulation/clock.js';

const SECRET = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, k) => k * 7)).toString('base64')}`;
const LOCAL = ['127.0.0.0/8', '::1/128'];
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly url: string;
}

async function receiver(answer: (response: ServerResponse, number: number) => void, server: Server = createServer()) {
  const received: Received[] = [];
  server.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      received.push({ headers: request.headers, body, url: request.url! });
      answer(response, received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received, server };
}

function client(url: string, more: Partial<WebhookOptions> = {}): WebhookClient {
  const made = new WebhookClient({ url, secret: SECRET, allow: LOCAL, clock: systemClock(), ...more });
  closing.push(() => made.close());
  return made;
}
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();

describe('the signature', () => {
  test('is what the checker of Standard Webhooks takes, over any body', async () => {
    const { port, received } = await receiver(status(204));
    const body = JSON.stringify({ type: 'alert.raised', data: { text: 'ü 心 "quoted"' } });
    expect(await client(`http://127.0.0.1:${port}/hook?ward=3`).post('alert-1-2', body)).toEqual({ type: 'accepted' });
    const [{ headers, body: got, url }] = received;
    expect([got, url, headers['content-type'], headers['webhook-id']]).toEqual([body, '/hook?ward=3', 'application/json', 'alert-1-2']);
    expect(new Webhook(SECRET).verify(got, headers as Record<string, string>)).toEqual(JSON.parse(body));
    expect(() => new Webhook(SECRET).verify(`${got} `, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).verify(got, headers as Record<string, string>)).toThrow();
  });

  test('changes with the body, the id and the time, and with nothing else', () => {
    fc.assert(
      fc.property(anyText, fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.nat(), (body, id, nowMs) => {
        const headers = signedHeaders(id, nowMs, body, SECRET);
        expect(headers['webhook-signature']).toBe(new Webhook(SECRET).sign(id, new Date(Math.floor(nowMs / 1000) * 1000), body));
      }),
    );
  });
});

describe('an answer', () => {
  test.each([
    [200, { type: 'accepted' }],
    [202, { type: 'accepted' }],
    [400, { type: 'refused', about: expect.stringContaining('answers 400') }],
    [401, { type: 'failed', why: 'status' }],
    [403, { type: 'failed', why: 'status' }],
    [404, { type: 'failed', why: 'status' }],
    [410, { type: 'refused' }],
    [422, { type: 'refused' }],
    [408, { type: 'failed', why: 'status' }],
    [425, { type: 'failed', why: 'status' }],
    [429, { type: 'failed', why: 'status' }],
    [500, { type: 'failed', why: 'status' }],
    [503, { type: 'failed', why: 'status' }],
  ])('%d', async (code, taken) => {
    const { port } = await receiver(status(code));
    expect(await client(`http://127.0.0.1:${port}/`).post('1', '{}')).toMatchObject(taken);
  });

  test.each([301, 302, 307, 308])('%d is not followed', async (code) => {
    const elsewhere = await receiver(status(200));
    const { port, received } = await receiver((response) => void response.writeHead(code, { location: `http://127.0.0.1:${elsewhere.port}/` }).end());
    expect(await client(`http://127.0.0.1:${port}/`).post('1', '{}')).toMatchObject({ type: 'failed', why: 'status', about: expect.stringContaining('final address') });
    expect([received.length, elsewhere.received.length]).toEqual([1, 0]);
  });

  test('without end is read up to a point', async () => {
    let isClosed = false;
    const { port } = await receiver((response) => {
      response.writeHead(200);
      const pour = (): void => void (response.destroyed || (response.write('x'.repeat(16_384)), setImmediate(pour)));
      response.on('close', () => (isClosed = true));
      pour();
    });
    expect(await client(`http://127.0.0.1:${port}/`).post('1', '{}')).toEqual({ type: 'accepted' });
    await vi.waitFor(() => expect(isClosed).toBe(true), 5000);
  });

  test('that does not come within ten seconds is a failure, whether nothing is said or half a head', async () => {
    for (const said of ['', 'HTTP/1.1 200 OK\r\ncontent-']) {
      let isClosed = false;
      let isAsked = false;
      const server = createTcpServer((socket) => {
        socket.on('error', () => {}).on('close', () => (isClosed = true));
        socket.on('data', () => ((isAsked = true), socket.write(said)));
      }).listen(0, '127.0.0.1');
      closing.push(() => server.close());
      await once(server, 'listening');
      const clock = new SimulatedClock();
      const answer = client(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { clock }).post('1', '{}');
      await vi.waitFor(() => expect(isAsked).toBe(true), 5000);
      await clock.run(ANSWER_MAX_MS);
      expect(await answer).toMatchObject({ type: 'failed', why: 'timeout', about: expect.stringContaining('10 s') });
      await vi.waitFor(() => expect(isClosed).toBe(true), 5000);
    }
  });

  test('that breaks off, or a receiver that is not there, is a failure', async () => {
    const { port, server } = await receiver((response) => void response.destroy());
    expect(await client(`http://127.0.0.1:${port}/`).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable' });
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    expect(await client(`http://127.0.0.1:${port}/`).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable', about: expect.stringContaining('ECONNREFUSED') });
  });

  test('that is no longer waited for', async () => {
    const { port, received } = await receiver(() => {});
    const sender = client(`http://127.0.0.1:${port}/`);
    const answer = sender.post('1', '{}');
    await vi.waitFor(() => expect(received).toHaveLength(1), 5000);
    sender.close();
    expect(await answer).toMatchObject({ type: 'failed' });
  });
});

describe('an address inside', () => {
  test.each(['127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '[::1]', 'localhost', '169.254.169.254', '[fd00::1]', '[fe80::1]'])('http://%s is not called where it is not listed', async (host) => {
    const { port, received } = await receiver(status(200));
    expect(await client(`http://${host}:${port}/`, { allow: [] }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address' });
    expect(await client(`https://${host}:${port}/`, { allow: ['10.0.0.0/8'] }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address' });
    expect(received).toEqual([]);
  });

  test('of several that a name has is enough', async () => {
    const { port, received } = await receiver(status(200));
    const resolve = () => Promise.resolve(['127.0.0.1', '10.0.0.1']);
    expect(await client(`http://pager.example:${port}/`, { resolve, allow: ['127.0.0.0/8'] }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address', about: expect.stringContaining('10.0.0.1') });
    expect(received).toEqual([]);
  });

  test('that a name takes on after it was looked at is not called: the name is asked once', async () => {
    const [good, bad] = [await receiver(status(200)), createServer()];
    let calls = 0;
    bad.on('request', () => calls++);
    bad.listen(good.port, '127.0.0.2');
    await once(bad, 'listening');
    closing.push(() => bad.close());
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.2'];
    let asked = 0;
    const resolve = () => Promise.resolve([answers[asked++]]);
    const sender = client(`http://pager.example:${good.port}/`, { resolve, allow: ['127.0.0.1/32'] });
    expect(await sender.post('1', '{}')).toEqual({ type: 'accepted' });
    expect(asked).toBe(1);
    expect(await sender.post('2', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address' });
    expect([asked, calls, good.received.length]).toEqual([2, 0, 1]);
  });

  test('given by a resolver in another form is called as what it is', async () => {
    const { port, received } = await receiver(status(200));
    for (const form of ['0177.0.0.1', '2130706433', '::ffff:127.0.0.1']) {
      expect(await client(`http://pager.example:${port}/`, { resolve: () => Promise.resolve([form]) }).post('1', '{}')).toEqual({ type: 'accepted' });
      expect(await client(`http://pager.example:${port}/`, { resolve: () => Promise.resolve([form]), allow: [] }).post('1', '{}')).toMatchObject({ why: 'forbidden-address' });
    }
    expect(received).toHaveLength(3);
  });

  test('without TLS a public one is not called either', async () => {
    expect(await client('http://pager.example/', { resolve: () => Promise.resolve(['8.8.8.8']), allow: [] }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address', about: expect.stringContaining('TLS') });
  });

  test('a name without an address, or one that nobody knows', async () => {
    expect(await client('https://pager.example/', { resolve: () => Promise.resolve([]) }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable' });
    expect(await client('https://pager.example/', { resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable', about: expect.stringContaining('ENOTFOUND') });
    expect(await client('https://pager.example/', { resolve: () => Promise.resolve(['nonsense']) }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'forbidden-address' });
  });
});

describe('TLS', () => {
  const authority = certificate({ name: 'authority', isCa: true });
  const server = certificate({ name: 'pagers', by: authority, usage: 'serverAuth' });
  const pem = (file: string): string => readFileSync(file, 'utf8');

  test('to a receiver whose certificate is for its name, and to no other', async () => {
    const { port, received } = await receiver(status(200), createHttpsServer({ cert: pem(server.cert), key: pem(server.key) }));
    const resolve = () => Promise.resolve(['127.0.0.1']);
    const ca = pem(authority.cert);
    expect(await client(`https://localhost:${port}/`, { resolve, ca }).post('1', '{}')).toEqual({ type: 'accepted' });
    expect(await client(`https://pager.example:${port}/`, { resolve, ca }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable', about: expect.stringContaining('ALTNAME') });
    expect(await client(`https://localhost:${port}/`, { resolve }).post('1', '{}')).toMatchObject({ type: 'failed', why: 'unreachable' });
    expect(received).toHaveLength(1);
  });
});
