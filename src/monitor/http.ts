import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { bodyOf, type Handler, reply } from '../adapters/http/index.js';
import { type Action, clientCertificate, type Credentials, type Principal } from '../deliver/index.js';
import type { Call } from './audit.js';
import { type CommandService, CommandError } from './command-service.js';
import { type Gate, RefusedError } from './gate.js';
import { sessionIn } from './cookie.js';
import { BusyError, RETRY_AFTER_S } from './lane.js';

/** Answers somebody who may. */
export type Handled = (request: IncomingMessage, response: ServerResponse, principal: Principal, call: Call) => void | Promise<void>;

const BODY_MAX_BYTES = 16_384;
const COMMAND_STATUS: Readonly<Record<CommandError['kind'], number>> = { unknown: 404, over: 409, already: 409, 'bad-reason': 400, 'log-refuses': 503 };

/** Lets in those who may do so somewhere; what they see of it is for the handler to decide. */
export function guarded(gate: Gate, action: Action, surface: string, handle: Handled): Handler {
  return async (request, response) => {
    const call = gate.call(surface, request.socket.remoteAddress ?? '', request.headers['x-request-id']?.toString());
    response.setHeader('x-request-id', call.request);
    try {
      await handle(request, response, await gate.admit(credentialsOf(request), action, call), call);
    } catch (error) {
      if (error instanceof RefusedError) return refuse(response, error.kind === 'denied' ? 403 : 401, error.message);
      if (error instanceof CommandError) return refuse(response, COMMAND_STATUS[error.kind], error.message);
      if (error instanceof BusyError) return refuse(response, 503, error.message);
      throw error;
    }
  };
}

/** What follows the path. */
export const queryOf = ({ url = '/' }: IncomingMessage): URLSearchParams => new URL(url, 'http://localhost').searchParams;

export function json(response: ServerResponse, body: unknown, status = 200): void {
  reply(response, status, 'application/json', JSON.stringify(body));
}

export function refuse(response: ServerResponse, status: number, error: string): void {
  if (status === 401 && !response.headersSent) response.setHeader('www-authenticate', 'Bearer');
  if (status === 503 && !response.headersSent) response.setHeader('retry-after', String(RETRY_AFTER_S));
  json(response, { error }, status);
}

/** `POST /acknowledge` and `POST /dismiss`. */
export function commandHandlers(commands: CommandService): { readonly acknowledge: Handled; readonly dismiss: Handled } {
  return {
    acknowledge: async (request, response, principal, call) => {
      const asked = await askedOf(request);
      if (asked === undefined) return refuse(response, 400, NO_JSON);
      await commands.acknowledge(principal, asked.alertId, call);
      json(response, { accepted: true }, 202);
    },
    dismiss: async (request, response, principal, call) => {
      const asked = await askedOf(request);
      if (asked === undefined) return refuse(response, 400, NO_JSON);
      await commands.dismiss(principal, asked.alertId, asked.reason, call);
      json(response, { accepted: true }, 202);
    },
  };
}

const NO_JSON = 'send a JSON object (content-type application/json) with alertId, and for a dismissal reason';

async function askedOf(request: IncomingMessage): Promise<{ readonly alertId: string; readonly reason: string } | undefined> {
  const { alertId, reason = '' } = await objectOf(request);
  return typeof alertId === 'string' && typeof reason === 'string' ? { alertId, reason } : undefined;
}

/** Of a target. */
export async function nameIn(request: IncomingMessage): Promise<string | undefined> {
  const { name } = await objectOf(request);
  return typeof name === 'string' ? name : undefined;
}

/** Of a heartbeat. */
export async function subscriptionIn(request: IncomingMessage): Promise<string | undefined> {
  const { subscription } = await objectOf(request);
  return typeof subscription === 'string' ? subscription : undefined;
}

/** Empty where no JSON object was sent as such: a page of another site cannot send this type of content without being asked for leave first. */
async function objectOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type']?.split(';', 1)[0].trim() !== 'application/json') return {};
  try {
    return { ...(JSON.parse(await bodyOf(request, BODY_MAX_BYTES)) as object) };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function credentialsOf(request: IncomingMessage): Credentials {
  const shown = request.socket instanceof TLSSocket && request.socket.authorized ? request.socket.getPeerCertificate() : undefined;
  return { authorization: request.headers.authorization, session: sessionIn(request), certificate: clientCertificate(shown) };
}
