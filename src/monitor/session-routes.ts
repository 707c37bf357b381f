import type { ServerResponse } from 'node:http';
import { may, mayAnywhere } from '../deliver/index.js';
import type { ApiRoutes } from './api.js';
import { sessionIn, setSession } from './cookie.js';
import type { Gate } from './gate.js';
import { guarded, json, refuse } from './http.js';
import type { Sessions } from './sessions.js';

/** Who is signed in, and what they may do somewhere. */
export interface SessionView {
  readonly who: string;
  readonly may: Readonly<Record<'acknowledge' | 'dismiss' | 'operate', boolean>>;
}

/** A browser signs in with its token once, and out; a principal ends all of their own sessions, an operator those of others. */
export function sessionRoutes(gate: Gate, sessions: Sessions): Pick<ApiRoutes, 'POST /session' | '/session' | 'DELETE /session' | 'DELETE /sessions'> {
  const { overTls } = sessions.settings;
  const done = (response: ServerResponse, isKept: boolean): void => {
    if (!isKept) return refuse(response, 503, 'ended at this monitor; at others, once the log has it: it is being written');
    response.writeHead(204, { 'cache-control': 'no-store' });
    response.end();
  };
  return {
    'POST /session': guarded(gate, 'read', 'http POST /session', async (request, response, principal, call) => {
      if (request.headers.authorization === undefined) return refuse(response, 400, 'send the token as a bearer token');
      const before = sessionIn(request);
      const id = await sessions.begin(principal);
      if (before !== undefined) await sessions.end(before.id);
      gate.allowed(principal, 'read', call);
      setSession(response, id, overTls);
      done(response, true);
    }),
    '/session': guarded(gate, 'read', 'http GET /session', (_request, response, principal) => {
      const view: SessionView = { who: principal.who, may: { acknowledge: mayAnywhere(principal, 'acknowledge'), dismiss: mayAnywhere(principal, 'dismiss'), operate: mayAnywhere(principal, 'operate') } };
      json(response, view);
    }),
    'DELETE /session': guarded(gate, 'read', 'http DELETE /session', async (request, response, principal, call) => {
      const session = sessionIn(request);
      gate.allowed(principal, 'read', call);
      setSession(response, '', overTls);
      done(response, session === undefined || (await sessions.end(session.id)));
    }),
    'DELETE /sessions': guarded(gate, 'read', 'http DELETE /sessions', async (request, response, principal, call) => {
      const who = new URL(request.url ?? '/', 'http://localhost').searchParams.get('who') ?? principal.who;
      const isOwn = who === principal.who;
      if (!isOwn && !may(principal, 'operate', undefined)) return gate.deny(principal, 'operate', call);
      gate.allowed(principal, isOwn ? 'read' : 'operate', call, isOwn ? {} : { whose: who });
      done(response, await sessions.endAll(who));
    }),
  };
}
