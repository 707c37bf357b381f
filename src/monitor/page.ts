import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Routes } from '../adapters/http/index.js';

/** They are no program of Node's: from source and from dist they are in the same place. */
const FOLDER = new URL('../../src/monitor/page/', import.meta.url);
const TYPES = new Map([['.html', 'text/html; charset=utf-8'], ['.css', 'text/css; charset=utf-8'], ['.js', 'text/javascript; charset=utf-8']]);
/** Nothing but our own files runs on the page, no text becomes markup, and nobody puts it into a frame. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:', "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
];
const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': POLICY.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/** The page's files, as they are: what it shows it asks for itself, signed in. */
export async function pageRoutes(): Promise<Routes> {
  const names = (await readdir(FOLDER)).filter((name) => TYPES.has(extname(name)));
  const files = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, FOLDER))] as const));
  return Object.fromEntries(
    files.map(([name, content]) => [
      name === 'index.html' ? '/' : `/${name}`,
      (_request, response) => {
        response.writeHead(200, { ...HEADERS, 'content-type': TYPES.get(extname(name)) });
        response.end(content);
      },
    ]),
  );
}
