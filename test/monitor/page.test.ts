/** The page's files: how they are served, and that they are typed as what the monitor says. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/adapters/http/index.js';
import { pageRoutes } from '../../src/monitor/page.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the files of the page', () => {
  let http: HttpServer;
  beforeAll(async () => void (http = await serveHttp({ host: '127.0.0.1', port: 0, routes: await pageRoutes() })));
  afterAll(() => http.close());
  const get = (path: string) => fetch(`http://127.0.0.1:${http.port}${path}`);

  test('run nothing but themselves, in nobody’s frame, and disclose to no other site where they were', async () => {
    for (const [path, type] of [['/', 'text/html'], ['/page.css', 'text/css'], ['/page.js', 'text/javascript']]) {
      const { status, headers } = await get(path);
      expect([status, headers.get('content-type'), headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([200, `${type}; charset=utf-8`, 'nosniff', 'no-referrer']);
      const policy = headers.get('content-security-policy')!.split('; ');
      expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'"]));
      expect(policy.join()).not.toContain('unsafe');
    }
  });

  test('are all there, and nothing else is', async () => {
    const html = await (await get('/')).text();
    const texts = new Map<string, string>();
    const queue = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (texts.has(path)) continue;
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 200]);
      texts.set(path, await answer.text());
      queue.push(...[...texts.get(path)!.matchAll(/from '\.(\/[^']+)'/g)].map(([, imported]) => imported));
    }
    expect(new Set(texts.keys())).toEqual(new Set(Object.keys(await pageRoutes()).filter((path) => path !== '/')));
    expect([...texts.values(), html].join('\n')).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)|\son\w+=|<style|<script>|innerHTML/);
    expect((await get('/tsconfig.json')).status).toBe(404);
  });

  test('lie where a package and an image take them along', () => {
    expect(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).files).toContain('src/monitor/page');
    expect(readFileSync(`${root}deploy/Dockerfile`, 'utf8')).toContain('COPY src/monitor/page src/monitor/page');
  });
});

test('any time can be shown', async () => {
  const { time } = (await import(`${root}src/monitor/page/words.js`)) as { time(ms: number): string };
  for (const ms of [NaN, Infinity, 8.64e15 + 1, -1e20]) expect(time(ms)).toBe('at an unknown time');
  for (const ms of [0, -1, 8.64e15, Date.now()]) expect(time(ms)).toMatch(/\d\d:\d\d:\d\d/);
});

test('what the page reads of alerts, beds, strips and worklists is what the monitor sends: the compiler says so', { timeout: 120_000 }, () => {
  expect(execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}src/monitor/page`], { encoding: 'utf8' })).toBe('');
});
