import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Routes } from '../adapters/http/index.js';

/** They are no program of Node's: from source and from dist they lie in the same place. */
const FOLDER = new URL('../../src/monitor/page/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };
/** Nothing but our own files runs on the page, and nobody puts it into a frame. */
const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The page's files, as they are: what it shows it asks for itself, signed in. */
export async function pageRoutes(): Promise<Routes> {
  const files = await Promise.all(
    (await readdir(FOLDER)).map(async (name) => {
      const content = await readFile(new URL(name, FOLDER));
      const path = name === 'index.html' ? '/' : `/${name}`;
      return [path, { content, type: TYPES[extname(name)] }] as const;
    }),
  );
  return Object.fromEntries(
    files.map(([path, { content, type }]) => [
      path,
      (_request, response) => {
        response.writeHead(200, { ...HEADERS, 'content-type': type });
        response.end(content);
      },
    ]),
  );
}
