import type { IncomingMessage } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Handler, Routes } from '../adapters/http/index.js';

/** Made of src/page by the build; from source and from dist it is the same place. */
const FOLDER = new URL('../../dist/page/', import.meta.url);
const TYPES = new Map([['.html', 'text/html; charset=utf-8'], ['.css', 'text/css; charset=utf-8'], ['.js', 'text/javascript; charset=utf-8']]);
/** Nothing but our own files runs on the page, no text becomes markup but Lit's own templates, and nobody puts it into a frame. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:', "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"],
  // Lit makes this one at its start; without 'allow-duplicates' no other script can have it.
  ...["require-trusted-types-for 'script'", 'trusted-types lit-html'],
];
const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': POLICY.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};
/** Of the page alone. */
const VIEWS = ['/', '/bed/*', '/alert/*'];
/** Views at whose address programs find a list or a stream: who says that it takes HTML gets the page. */
const SHARED = ['/alerts', '/worklist', '/status'];

/** What programs ask for, and beside it the page: its files as they are, since what it shows it asks for itself, signed in. Rejects where the page was not built. */
export async function withPage(routes: Routes): Promise<Routes> {
  const names = (await readdir(FOLDER)).filter((name) => TYPES.has(extname(name)));
  const files = new Map(await Promise.all(names.map(async (name) => [name, handlerOf(extname(name), await readFile(new URL(name, FOLDER)))] as const)));
  const page = files.get('index.html');
  if (page === undefined) throw new Error(`${FOLDER.pathname} has no index.html: npm run build`);
  files.delete('index.html');
  const shared = SHARED.map((path): [string, Handler] => [
    path,
    (request, response) => {
      response.setHeader('vary', 'accept');
      return takesHtml(request) ? page(request, response) : routes[path](request, response);
    },
  ]);
  return { ...routes, ...Object.fromEntries([...files].map(([name, handler]) => [`/${name}`, handler])), ...Object.fromEntries(VIEWS.map((path) => [path, page])), ...Object.fromEntries(shared) };
}

function handlerOf(extension: string, content: Buffer): Handler {
  return (_request, response) => {
    response.writeHead(200, { ...HEADERS, 'content-type': TYPES.get(extension) });
    response.end(content);
  };
}

const takesHtml = ({ headers }: IncomingMessage): boolean => /\btext\/html\b/.test(headers.accept ?? '');
