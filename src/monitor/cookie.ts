import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { BrowserSession } from '../deliver/index.js';

const PLAIN = 'purkinje_session';
/** Browsers take it over TLS only, from this host and no other of the domain. */
const OVER_TLS = `__Host-${PLAIN}`;

/** What a browser's cookie says. Another port of this host can set the plain one: over TLS it opens nothing. */
export function sessionIn({ headers }: IncomingMessage): BrowserSession | undefined {
  const { [OVER_TLS]: bound, [PLAIN]: plain } = parseCookie(headers.cookie ?? '');
  if (bound !== undefined) return { id: bound, overTls: true };
  return plain === undefined ? undefined : { id: plain, overTls: false };
}

/** '': the browser is to forget it. No script reads it, and no other site makes a browser send it. */
export function setSession(response: ServerResponse, id: string, overTls: boolean): void {
  response.setHeader('set-cookie', stringifySetCookie({ name: overTls ? OVER_TLS : PLAIN, value: id, httpOnly: true, sameSite: 'strict', secure: overTls, path: '/', ...(id === '' ? { maxAge: 0 } : {}) }));
}
