/** The page's files: how they are served, how large they are, and that they are typed as what the monitor says. Invariants: I134 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, reply, serveHttp } from '../../src/adapters/http/index.js';
import { withPage } from '../../src/monitor/page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FILES = [['/', 'text/html'], ['/page.css', 'text/css'], ['/page.js', 'text/javascript']] as const;
/** What a telephone loads before it shows a ward. */
const MAX_BYTES = 60_000;

describe('the files of the page', () => {
  let http: HttpServer;
  beforeAll(async () => {
    const list = (text: string) => (_request: unknown, response: Parameters<typeof reply>[0]) => reply(response, 200, 'application/json', JSON.stringify(text));
    http = await serveHttp({ host: '127.0.0.1', port: 0, routes: await withPage({ '/alerts': list('alerts'), '/worklist': list('worklist'), '/status': list('status'), '/beds': list('beds') }) });
  });
  afterAll(() => http.close());
  const get = (path: string, accept = '*/*') => fetch(`http://127.0.0.1:${http.port}${path}`, { headers: { accept } });

  test('run nothing but themselves, in nobody’s frame, and disclose to no other site where they were', async () => {
    for (const [path, type] of FILES) {
      const { status, headers } = await get(path);
      expect([status, headers.get('content-type'), headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([200, `${type}; charset=utf-8`, 'nosniff', 'no-referrer']);
      const policy = headers.get('content-security-policy')!.split('; ');
      expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", 'trusted-types lit-html']));
      expect(policy.join()).not.toMatch(/unsafe|allow-duplicates/);
    }
  });

  test('are all there, and load nothing from anywhere else', async () => {
    const html = await (await get('/')).text();
    const texts = await Promise.all([...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(async ([, path]) => {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 200]);
      return answer.text();
    }));
    expect(texts).toHaveLength(2);
    // Addresses that stand in Lit's own notices are no requests.
    expect([...texts, html].join('\n').replace(/https?:\/\/(www\.w3\.org|lit\.dev)[^\s"'`]*/g, '')).not.toMatch(/https?:\/\/|\son\w+="|<style|<script>|\bimport\(|\beval\(|new Function/);
    expect((await get('/tsconfig.json')).status).toBe(404);
  });

  test('views have addresses; where a program finds a list at one of them, who asks for HTML gets the page', async () => {
    for (const path of ['/', '/bed/a%2Fb', '/alert/0123']) expect((await get(path)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const path of ['/alerts', '/worklist', '/status']) {
      const [page, list] = [await get(path, 'text/html,application/xhtml+xml,*/*;q=0.8'), await get(path, path === '/alerts' ? 'text/event-stream' : '*/*')];
      expect([page.headers.get('content-type'), page.headers.get('vary'), list.headers.get('vary'), await list.json()]).toEqual(['text/html; charset=utf-8', 'accept', 'accept', path.slice(1)]);
    }
    expect(await (await get('/beds', 'text/html')).json()).toBe('beds');
    for (const path of ['/bed', '/bed/', '/bed/a/b', '/page.css/x']) expect([path, (await get(path, 'text/html')).status]).toEqual([path, 404]);
  });

  test('are small enough for a telephone: 60 kB', async () => {
    const sizes = await Promise.all(FILES.map(async ([path]) => gzipSync(Buffer.from(await (await get(path)).arrayBuffer())).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('lie where a package and an image take them along', () => {
    expect(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).files).toContain('dist');
    expect(readFileSync(`${root}deploy/Dockerfile`, 'utf8')).toMatch(/COPY deploy\/kernels\.mjs deploy\/page\.mjs deploy\/[^]*npm run build[^]*COPY --from=build \/app\/dist dist/);
  });
});

test('what the page reads of alerts, beds, strips and worklists is what the monitor sends: the compiler says so', { timeout: 120_000 }, () => {
  expect(execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}src/page`], { encoding: 'utf8' })).toBe('');
});
