/** The HTTP server on real sockets: what is asked wrongly, too large, too slowly or too often gets its answer, and takes nothing from the others. Invariants: I91 */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secured, type Secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { bodyOf, type HttpServer, PortError, reply, type Routes, serveHttp } from '../../src/adapters/http/index.js';
import { certificate } from '../access/authority.js';

const BODY_MAX = 1000;
const routes: Routes = {
  '/beds': (_request, response) => reply(response, 200, 'text/plain', 'beds'),
  '/bed/*': (_request, response) => reply(response, 200, 'text/plain', 'a bed'),
  '/note': (_request, response) => reply(response, 200, 'text/plain', 'a note'),
  'POST /note': async (request, response) => reply(response, 200, 'text/plain', await bodyOf(request, BODY_MAX)),
  'DELETE /note': (_request, response) => reply(response, 204, 'text/plain', ''),
  '/fails': () => Promise.reject(new Error('encounter-4711')),
  '/fails-late': (_request, response) => {
    response.writeHead(200);
    throw new Error('encounter-4711');
  },
};

const listen = (more: Partial<Parameters<typeof serveHttp>[0]> = {}) => serveHttp({ host: '127.0.0.1', port: 0, routes, ...more });
const open: Socket[] = [];

/** A caller who writes what he likes, and then a drop every 20 ms. */
function caller(port: number, text: string, drop = '') {
  let dripping: NodeJS.Timeout | undefined;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(text);
    if (drop !== '') dripping = setInterval(() => socket.write(drop), 20);
  });
  open.push(socket);
  let answer = '';
  socket.on('data', (part) => (answer += part.toString()));
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(answer);
    });
  });
  const says = (word: string, times = 1) => new Promise<void>((resolve) => {
    const look = (): void => (answer.split(word).length > times ? resolve() : void socket.once('data', () => queueMicrotask(look)));
    look();
  });
  return { socket, closed, says };
}

let server: HttpServer;
beforeAll(async () => {
  server = await listen();
});
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await server.close();
});

describe('a request that fits no handler', () => {
  const ask = (method: string, path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, { method, ...init });

  test.each([
    ['GET', '/beds?unit=icu', 200, null],
    ['POST', '/note', 200, null],
    ['DELETE', '/note', 204, null],
    ['POST', '/beds', 405, 'GET'],
    ['HEAD', '/beds', 405, 'GET'],
    ['PUT', '/note', 405, 'GET, POST, DELETE'],
    ['GET', '/', 404, null],
    ['GET', '/beds/', 404, null],
    ['GET', '/bed/a%2Fb', 200, null],
    ['GET', '/bed', 404, null],
    ['GET', '/bed/', 404, null],
    ['GET', '/bed/a/b', 404, null],
    ['POST', '/bed/a', 404, null],
    ['GET', '/constructor', 404, null],
    ['POST', '/__proto__', 404, null],
    ['GET', '/POST%20/note', 404, null],
    ['GET', '/../beds', 200, null],
    ['GET', '/fails', 500, null],
  ])('%s %s is %i', async (method, path, status, allow) => {
    const response = await ask(method, path);
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    expect(await response.text()).not.toContain('4711');
  });

  test('a handler that fails in the middle of its answer ends it, without its error text', async () => {
    expect(await (await ask('GET', '/fails-late')).text()).toBe('');
  });

  test('words that are not HTTP are 400', async () => {
    expect(await caller(server.port, 'SUBSCRIBE\r\n\r\n').closed).toContain('HTTP/1.1 400');
  });

  test('two lengths of one body, by which a proxy and we would read different requests, are 400', async () => {
    const request = 'POST /note HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /beds HTTP/1.1\r\n\r\n';
    expect(await caller(server.port, request).closed).toMatch(/^HTTP\/1\.1 400(?![\s\S]*HTTP\/1\.1)/);
  });
});

describe('every answer', () => {
  const NAMES = ['x-content-type-options', 'cross-origin-resource-policy', 'strict-transport-security'];

  test.each([['GET', '/beds', 200], ['POST', '/beds', 405], ['GET', '/nothing', 404], ['GET', '/fails', 500], ['GET', '/fails-late', 200]])('%s %s is not guessed at, and loaded by no other origin', async (method, path, status) => {
    const { status: answered, headers } = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    expect([answered, ...NAMES.map((name) => headers.get(name))]).toEqual([status, 'nosniff', 'same-origin', null]);
  });

  test('over TLS that ends here binds a browser to it', async () => {
    const own = certificate({ name: 'localhost' });
    const tls = await secured(own, systemClock(), () => {});
    const overTls = await listen({ tls });
    for (const path of ['/beds', '/nothing']) {
      const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => void get({ host: '127.0.0.1', port: overTls.port, path, ca: readFileSync(own.cert), agent: false }, (response) => resolve(response.resume().headers)).on('error', reject));
      expect(NAMES.map((name) => headers[name])).toEqual(['nosniff', 'same-origin', 'max-age=31536000']);
    }
    tls.close();
    await overTls.close();
  });
});

describe('a body', () => {
  const post = (body: string) => fetch(`http://127.0.0.1:${server.port}/note`, { method: 'POST', body });

  test.each([0, 1, BODY_MAX])('of %i bytes is read', async (bytes) => expect(await (await post('x'.repeat(bytes))).text()).toHaveLength(bytes));
  test.each([BODY_MAX + 1, 20_000_000])('of %i bytes is 413, and how large it may be', async (bytes) => {
    const response = await post('x'.repeat(bytes));
    expect([response.status, await response.text()]).toEqual([413, 'the body is larger than 1000 bytes\n']);
  });
  test('is counted in bytes, not in letters', async () => {
    expect((await post('é'.repeat(BODY_MAX / 2))).status).toBe(200);
    expect((await post('é'.repeat(BODY_MAX / 2 + 1))).status).toBe(413);
  });
  test('without an end is 413 too, and the caller who goes on is disconnected', async () => {
    const strict = await listen({ limits: { headersMs: 200, requestMs: 400 } });
    const drop = `400\r\n${'x'.repeat(0x400)}\r\n`;
    expect(await caller(strict.port, 'POST /note HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', drop).closed).toContain('HTTP/1.1 413');
    await strict.close();
  });
});

describe('a flood of headers', () => {
  const send = (headers: string) => caller(server.port, `GET /beds HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}`).closed;

  test.each([
    ['one that is long', `X-Flood: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['many that are short', `${'X-Flood: x\r\n'.repeat(2500)}\r\n`],
    ['a name that does not end', 'X'.repeat(17_000)],
    ['a value that does not end', `X-Flood: ${'x'.repeat(17_000)}`],
  ])('%s: 431', async (_what, headers) => expect(await send(headers)).toContain('HTTP/1.1 431'));

  test('a path that does not end: 431', async () => {
    expect(await caller(server.port, `GET /${'x'.repeat(17_000)}`).closed).toContain('HTTP/1.1 431');
  });
  test('as many as a proxy and a token may need are read', async () => {
    expect(await send(`Authorization: Bearer ${'x'.repeat(8192)}\r\n${'X-Forwarded-For: 10.0.0.1\r\n'.repeat(200)}\r\n`)).toContain('HTTP/1.1 200');
  });
});

describe('a slow client', () => {
  let strict: HttpServer;
  let overTls: HttpServer;
  let tls: Secured;
  beforeAll(async () => {
    strict = await listen({ limits: { headersMs: 300, requestMs: 600 } });
    tls = await secured(certificate({ name: 'localhost' }), systemClock(), () => {});
    overTls = await listen({ limits: { headersMs: 300, requestMs: 600 }, tls });
  });
  afterAll(async () => {
    tls.close();
    await Promise.all([strict.close(), overTls.close()]);
  });

  test.concurrent('with its headers, a byte at a time, is answered 408 and disconnected', async () => {
    expect(await caller(strict.port, 'GET /beds HTTP/1.1\r\nHost: x\r\n', 'x').closed).toContain('HTTP/1.1 408');
  });
  test.concurrent('with its body, the same', async () => {
    expect(await caller(strict.port, 'POST /note HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n', 'x').closed).toContain('HTTP/1.1 408');
  });
  test.concurrent('that sends nothing at all, the same', async ({ expect }) => expect(await caller(strict.port, '').closed).toContain('HTTP/1.1 408'));
  test.concurrent('with its handshake is disconnected', async () => expect(await caller(overTls.port, '').closed).toBe(''));

  test.concurrent('two hundred of them do not keep a quick one waiting', async () => {
    const slow = Array.from({ length: 200 }, () => caller(strict.port, 'GET /beds HTTP/1.1\r\n'));
    const startMs = performance.now();
    expect(await (await fetch(`http://127.0.0.1:${strict.port}/beds`)).text()).toBe('beds');
    expect(performance.now() - startMs).toBeLessThan(2000);
    const answers = await Promise.all(slow.map(({ closed }) => closed));
    expect(answers.every((answer) => answer.includes('HTTP/1.1 408'))).toBe(true);
  });
});

test('connections beyond the cap are closed unread; those within it go on, and a place that is given back is free', async () => {
  const small = await listen({ limits: { connections: 2 } });
  const request = 'GET /beds HTTP/1.1\r\nHost: x\r\n\r\n';
  const [first, second] = [caller(small.port, request), caller(small.port, request)];
  await Promise.all([first.says('beds'), second.says('beds')]);
  expect(await caller(small.port, request).closed).toBe('');
  second.socket.write(request);
  await second.says('beds', 2);
  first.socket.destroy();
  await first.closed;
  await expect.poll(() => fetch(`http://127.0.0.1:${small.port}/beds`).then(({ status }) => status, () => 'closed')).toBe(200);
  await small.close();
});

test('a port that is taken is reported in one line, with what to do', async () => {
  await expect(listen({ port: server.port })).rejects.toThrow(PortError);
  await expect(listen({ port: server.port })).rejects.toThrow(`port ${server.port} on 127.0.0.1 cannot be used (EADDRINUSE): stop what listens there, or choose another with --port`);
});
