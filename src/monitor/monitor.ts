import { reply, type Routes } from '../adapters/http/index.js';
import type { Policy } from '../decide/index.js';
import { type BedNews, bedsAt, initialBeds, stepBeds } from '../deliver/index.js';
import { type Clock, type Log, type LogRecord, type Meter, TOPICS } from '../ports/index.js';
import { decodeContext, decodeOutcome, stayOfKey } from '../wire/index.js';
import { type GrpcServer, serveAlerts } from './grpc.js';
import { AlertHub } from './hub.js';
import { PAGE } from './page.js';
import { alertStream } from './sse.js';
import { SurveillanceBook } from './surveillance.js';
import { VerdictBook } from './verdicts.js';

export interface Monitor {
  /** `/`, `/alerts` (server-sent events), `/beds`, `/surveillance` and `/verdicts`, for whatever server they stand on. */
  readonly routes: Routes;
  readonly grpcPort: number;
  close(): Promise<void>;
}

export interface MonitorWorld {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  /** What the engine decides by; undefined: nothing is told of single findings. */
  readonly policy?: Policy;
  /** Of AlertService. */
  readonly address: { readonly host: string; readonly port: number };
  /** What it reads cannot be read on: everything shown is stale from here. */
  readonly onStopped: (error: unknown) => void;
}

/** Alerts, and which beds are watched, from the log to people: a page, server-sent events, gRPC. */
export async function startMonitor({ log, clock, meter, policy, address, onStopped }: MonitorWorld): Promise<Monitor> {
  const beds = initialBeds();
  const take = (newsOf: (record: LogRecord) => BedNews | undefined) => (records: readonly LogRecord[]) => {
    for (const record of records) {
      const news = newsOf(record);
      if (news !== undefined) stepBeds(beds, news, record.timestampMs);
    }
  };
  const contexts = await log.follow(TOPICS.context, take(contextNews), { onStopped });
  const book = policy && new SurveillanceBook(policy, clock, meter);
  const outcomeNews = ({ value, timestampMs }: LogRecord): BedNews | undefined => {
    const news = value === null ? undefined : decodeOutcome(value);
    if (news?.type === 'segment') book?.take(news.outcome, timestampMs);
    // A departure is told by the stay's own record.
    return news?.type === 'departure' ? undefined : news;
  };
  const outcomes = await log.follow(TOPICS.outcomes, take(outcomeNews), { from: 'now', onStopped });
  const verdicts = policy && new VerdictBook(policy, log, clock, meter, onStopped);
  const { hub, follower } = await AlertHub.start(log, meter, onStopped, (event) => {
    verdicts?.take(event);
    if (verdicts !== undefined && book !== undefined) book.policy = verdicts.current;
  });
  verdicts?.caughtUp();
  const grpc: GrpcServer = await serveAlerts(hub, clock, address);
  return {
    grpcPort: grpc.port,
    routes: {
      '/': (_request, response) => reply(response, 200, 'text/html; charset=utf-8', PAGE),
      '/alerts': alertStream(hub, clock),
      '/beds': (_request, response) => reply(response, 200, 'application/json', JSON.stringify(bedsAt(beds, clock.nowMs()))),
      '/surveillance': (_request, response) => reply(response, 200, 'application/json', JSON.stringify(book?.beds() ?? [])),
      '/verdicts': (_request, response) => reply(response, 200, 'application/json', JSON.stringify(verdicts?.verdicts() ?? [])),
    },
    async close() {
      book?.close();
      await grpc.close();
      await follower.close();
      await outcomes.close();
      await contexts.close();
    },
  };
}

/** A stay, or one that is taken back: over before it began. */
function contextNews({ key, value }: LogRecord): BedNews | undefined {
  if (value !== null) {
    const context = decodeContext(value);
    return context && { type: 'context', context };
  }
  const stay = key === undefined ? undefined : stayOfKey(key);
  return stay && { type: 'context', context: { ...stay, untilMs: 0 } };
}
