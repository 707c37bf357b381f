import type { IncomingMessage } from 'node:http';
import type { Handler, Routes } from '../adapters/http/index.js';
import type { AssembleOptions } from '../assemble/index.js';
import { may } from '../deliver/index.js';
import type { Log } from '../ports/index.js';
import type { CommandService } from './command-service.js';
import { readStrip } from './evidence.js';
import type { Gate } from './gate.js';
import { commandHandlers, guarded, type Handled, json, nameIn, openSession, refuse } from './http.js';
import type { AlertHub } from './hub.js';
import type { Readers } from './readers.js';
import { alertStream, type SseDeps } from './sse.js';
import type { BedSurveillance } from './surveillance.js';
import type { Targets } from './targets.js';
import type { FindingVerdicts } from './verdicts.js';

export interface RoutesDeps extends SseDeps {
  readonly log: Log;
  readonly hub: AlertHub;
  readonly gate: Gate;
  readonly commands: CommandService;
  readonly readers: Readers;
  readonly targets: Targets;
  readonly assemble: AssembleOptions;
  readonly beds: () => readonly { readonly unit?: string }[];
  readonly surveillance: () => readonly BedSurveillance[];
  readonly verdicts: () => readonly FindingVerdicts[];
}

/** What the monitor answers over HTTP, behind its gate. */
export function routesOf(deps: RoutesDeps): Routes {
  const { gate, commands, readers, targets, health } = deps;
  /** Of patients: each reading is told to the audit. */
  const shown = (path: string, handle: Handled): Handler =>
    guarded(gate, 'read', `http ${path}`, (request, response, principal) => {
      gate.allowed(principal, 'read', `http ${path}`);
      return handle(request, response, principal);
    });
  const listed = (path: string, list: () => readonly { readonly unit?: string }[]): Handler =>
    shown(path, (_request, response, principal) => json(response, list().filter(({ unit }) => may(principal, 'read', unit))));
  const { acknowledge, dismiss } = commandHandlers(commands);
  return {
    'POST /session': openSession(gate),
    '/alerts': shown('/alerts', alertStream(deps)),
    '/beds': listed('/beds', deps.beds),
    '/surveillance': listed('/surveillance', deps.surveillance),
    '/worklist': shown('/worklist', (_request, response, principal) => json(response, readers.worklist(principal))),
    '/evidence': guarded(gate, 'read', 'http /evidence', evidence(deps)),
    '/verdicts': guarded(gate, 'read', 'http /verdicts', (_request, response) => json(response, deps.verdicts())),
    '/status': guarded(gate, 'read', 'http /status', (_request, response) => json(response, { oldestUnprocessedMs: health.oldestUnprocessedMs, alarms: health.alarms, targets: targets.status() })),
    'POST /resume': guarded(gate, 'operate', 'http /resume', async (request, response, principal) => {
      const name = await nameIn(request);
      if (name === undefined || !targets.resume(name)) return refuse(response, 404, 'there is no such target: send a JSON object with its name, as /status has it');
      gate.allowed(principal, 'operate', 'http /resume');
      json(response, { accepted: true }, 202);
    }),
    'POST /acknowledge': guarded(gate, 'acknowledge', 'http /acknowledge', acknowledge),
    'POST /dismiss': guarded(gate, 'dismiss', 'http /dismiss', dismiss),
  };
}

/** The samples that an alert kept, to whoever may see the alert. */
function evidence({ commands, hub, log, assemble }: RoutesDeps): Handled {
  return async (request, response, principal) => {
    const { alert, segment } = askedIn(request);
    await commands.history(principal, alert, 'http /evidence');
    const where = hub.where(alert);
    const strip = where && (await readStrip(log, alert, where, assemble, segment));
    return strip === undefined ? refuse(response, 404, 'this alert kept no samples') : json(response, strip);
  };
}

function askedIn({ url = '/' }: IncomingMessage): { readonly alert: string; readonly segment?: string } {
  const query = new URL(url, 'http://localhost').searchParams;
  return { alert: query.get('alert') ?? '', segment: query.get('segment') ?? undefined };
}
