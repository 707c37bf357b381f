import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from '../adapters/http/index.js';
import type { PdfThread } from '../adapters/pdf/index.js';
import { type BurdenSeries, may, MINUTES_KEPT, type Principal } from '../deliver/index.js';
import { sleep } from '../ports/index.js';
import type { AlertReads } from './alert-reads.js';
import type { ApiRoutes } from './api.js';
import type { CommandService } from './command-service.js';
import type { Drafting } from './drafting.js';
import type { Gate } from './gate.js';
import { commandHandlers, guarded, type Handled, json, nameIn, queryOf, refuse, subscriptionIn } from './http.js';
import type { Lanes } from './lanes.js';
import type { Readers } from './readers.js';
import { segmentRoutes } from './segment-routes.js';
import { alertStream, alertView, type SseDeps } from './sse.js';
import { sessionRoutes } from './session-routes.js';
import type { Sessions } from './sessions.js';
import type { BedSurveillance } from './surveillance.js';
import type { Targets } from './targets.js';
import type { FindingVerdicts } from './verdicts.js';
import { type WaveDeps, waveStream } from './wave-stream.js';

const MINUTES_SHOWN = 60;
/** Of every bed that the caller may read. */
const MINUTES_OF_ALL = 60;

export interface RoutesDeps extends SseDeps, WaveDeps {
  readonly gate: Gate;
  readonly commands: CommandService;
  readonly reads: AlertReads;
  readonly drafting: Drafting;
  readonly pdfs: Pick<PdfThread, 'draw'>;
  readonly lanes: Lanes;
  readonly readers: Readers;
  readonly targets: Targets;
  readonly sessions: Sessions;
  readonly beds: () => readonly { readonly unit?: string }[];
  readonly surveillance: () => readonly BedSurveillance[];
  readonly burdens: (minutes: number, isAsked: (of: Pick<BurdenSeries, 'device' | 'unit'>) => boolean) => readonly BurdenSeries[];
  readonly verdicts: () => readonly FindingVerdicts[];
}

/** What the monitor answers over HTTP, behind its gate. */
export function routesOf(deps: RoutesDeps): ApiRoutes {
  const { gate, commands, reads, readers, targets, lanes, clock } = deps;
  /** Of patients: each reading is on the audit. */
  const shown = (path: string, handle: Handled): Handler =>
    guarded(gate, 'read', `http ${path}`, (request, response, principal, call) => {
      gate.allowed(principal, 'read', call);
      return handle(request, response, principal, call);
    });
  /** From memory, one after the other; in between, what else has come has its turn. */
  const answer = (response: ServerResponse, principal: Principal, view: () => unknown): Promise<void> =>
    lanes.views.run(principal.who, async () => {
      await sleep(clock, 0);
      json(response, view());
    });
  const viewed = (path: string, view: (principal: Principal) => unknown): Handler => shown(path, (_request, response, principal) => answer(response, principal, () => view(principal)));
  const listed = (path: string, list: () => readonly { readonly unit?: string }[]): Handler => viewed(path, (principal) => list().filter(({ unit }) => may(principal, 'read', unit)));
  const { acknowledge, dismiss } = commandHandlers(commands);
  return {
    ...sessionRoutes(gate, deps.sessions),
    ...segmentRoutes(gate, deps.drafting, lanes, deps.pdfs),
    '/alerts': shown('/alerts', alertStream(deps)),
    'POST /heard': guarded(gate, 'read', 'http /heard', async (request, response, principal) => {
      const subscription = await subscriptionIn(request);
      if (subscription === undefined || !deps.audience.confirm(principal, subscription)) return refuse(response, 404, 'there is no such subscription of yours: send a JSON object with the subscription of the last heartbeat');
      response.writeHead(204, { 'cache-control': 'no-store' });
      response.end();
    }),
    '/waves': shown('/waves', waveStream(deps)),
    '/beds': listed('/beds', deps.beds),
    '/surveillance': listed('/surveillance', deps.surveillance),
    '/burdens': shown('/burdens', (request, response, principal) => {
      const query = queryOf(request);
      const minutes = Number(query.get('minutes') ?? MINUTES_SHOWN);
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > MINUTES_KEPT) return refuse(response, 400, `minutes is a whole number from 1 to ${MINUTES_KEPT}`);
      const device = query.get('device');
      if (device === null && minutes > MINUTES_OF_ALL) return refuse(response, 400, `more than ${MINUTES_OF_ALL} minutes are given of one device: name it as device`);
      return answer(response, principal, () => deps.burdens(minutes, (one) => (device === null || one.device === device) && may(principal, 'read', one.unit)));
    }),
    '/worklist': viewed('/worklist', (principal) => readers.worklist(principal)),
    '/evidence': guarded(gate, 'read', 'http /evidence', evidence(deps)),
    '/events': guarded(gate, 'read', 'http /events', async (request, response, principal, call) => json(response, (await reads.history(principal, askedIn(request).alert, call)).map(alertView))),
    '/verdicts': guarded(gate, 'read', 'http /verdicts', (_request, response) => json(response, deps.verdicts())),
    '/status': guarded(gate, 'read', 'http /status', (_request, response) => json(response, statusOf(deps))),
    'POST /resume': guarded(gate, 'operate', 'http /resume', async (request, response, principal, call) => {
      const name = await nameIn(request);
      if (name === undefined || !targets.resume(name)) return refuse(response, 404, 'there is no such target: send a JSON object with its name, as /status has it');
      gate.allowed(principal, 'operate', call);
      json(response, { accepted: true }, 202);
    }),
    'POST /acknowledge': guarded(gate, 'acknowledge', 'http /acknowledge', acknowledge),
    'POST /dismiss': guarded(gate, 'dismiss', 'http /dismiss', dismiss),
  };
}

export type StatusView = ReturnType<typeof statusOf>;

/** What stands between the ward and its alerts. */
export function statusOf({ health, targets }: Pick<RoutesDeps, 'health' | 'targets'>) {
  return { oldestUnprocessedMs: health.oldestUnprocessedMs, alarms: health.alarms, targets: targets.status() };
}

/** The samples that an alert kept, to callers who may see the alert. */
function evidence({ reads }: RoutesDeps): Handled {
  return async (request, response, principal, call) => {
    const { alert, segment } = askedIn(request);
    const strip = await reads.strip(principal, alert, segment, call);
    return strip === undefined ? refuse(response, 404, 'this alert kept no samples') : json(response, strip);
  };
}

function askedIn(request: IncomingMessage): { readonly alert: string; readonly segment?: string } {
  const query = queryOf(request);
  return { alert: query.get('alert') ?? '', segment: query.get('segment') ?? undefined };
}
