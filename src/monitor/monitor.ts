import type { ServerCredentials } from '@grpc/grpc-js';
import type { Routes } from '../adapters/http/index.js';
import type { AssembleOptions } from '../assemble/index.js';
import type { Policy } from '../decide/index.js';
import { type BedNews, bedsAt, type Door, initialBeds, stepBeds } from '../deliver/index.js';
import { type Clock, type Log, type LogRecord, type Meter, TOPICS } from '../ports/index.js';
import { decodeContext, decodeOutcome, stayOfKey } from '../wire/index.js';
import { CommandService } from './command-service.js';
import { type Audit, Gate } from './gate.js';
import { serveAlerts } from './grpc.js';
import { AlertHub } from './hub.js';
import type { Ending, OutletDeps } from './outlet.js';
import { pageRoutes } from './page.js';
import { Progress } from './progress.js';
import { Readers } from './readers.js';
import { routesOf } from './routes.js';
import { SurveillanceBook } from './surveillance.js';
import { type Target, Targets } from './targets.js';
import { VerdictBook } from './verdicts.js';
import { type Trouble, Health } from './health.js';

export interface Monitor {
  /** The page, server-sent events, and what they stand on, for whatever server they lie on. */
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
  /** How the engine cuts segments: strips are put together again in the same way. */
  readonly assemble: AssembleOptions;
  /** Of one unit's worklist: what a reader's day has room for. */
  readonly perReaderDay: number;
  /** Who may. */
  readonly door: Door;
  readonly audit: Audit;
  /** Of AlertService. */
  readonly grpc: { readonly host: string; readonly port: number; readonly credentials: ServerCredentials };
  /** Where alerts are pushed to. */
  readonly targets: readonly Target[];
  /** From 0 to 1, exclusive: waits before another attempt are spread by it. */
  readonly chance: () => number;
  /** What else may stand in the way; asked every two seconds. */
  readonly lookouts?: readonly (() => readonly Trouble[])[];
  /** What it reads cannot be read on: everything shown is stale from here. */
  readonly onStopped: (error: unknown) => void;
}

/** Alerts, and which beds are watched, from the log to people: a page, server-sent events, gRPC. */
export async function startMonitor({ log, clock, meter, policy, assemble, perReaderDay, targets: told, chance, door, audit, grpc: address, lookouts = [], onStopped }: MonitorWorld): Promise<Monitor> {
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
  const readers = new Readers(() => hub.alerts(), perReaderDay, clock);
  const { hub, follower } = await AlertHub.start({
    ...{ log, clock, meter, onStopped },
    onEvent: (event) => {
      readers.take(event);
      if (verdicts?.take(event) && book !== undefined) book.policy = verdicts.current;
    },
  });
  verdicts?.caughtUp();
  const { progress, follower: checkpoints } = await Progress.start(log, clock, onStopped);
  const targets = await Targets.start({ feed: hub, log, clock, meter, targets: told, chance, onStopped });
  const health = new Health(progress, clock, meter, [...lookouts, () => targets.troubles()]);

  const gate = new Gate(door, audit, meter);
  const commands = new CommandService(hub, log, clock, gate, () => health.happen({ alarm: 'log-refuses', about: 'the log takes no acknowledgement or dismissal now' }));
  const findings = policy && new Set(policy.entries.keys());
  const outlets: OutletDeps = { feed: hub, clock, health, onEnd: endings(meter, health) };
  const grpc = await serveAlerts({ ...outlets, hub, gate, commands, findings }, address);
  const routes = routesOf({
    ...{ ...outlets, log, hub, gate, commands, readers, targets, findings, assemble },
    beds: () => bedsAt(beds, clock.nowMs()),
    surveillance: () => book?.beds() ?? [],
    verdicts: () => verdicts?.verdicts() ?? [],
  });
  return {
    grpcPort: grpc.port,
    routes: { ...(await pageRoutes()), ...routes },
    async close() {
      book?.close();
      health.close();
      await targets.close();
      await grpc.close();
      for (const each of [follower, checkpoints, outcomes, contexts]) await each.close();
    },
  };
}

/** Whom we let go is counted; whom we let go because he read nothing is an alarm as well. */
function endings(meter: Meter, health: Health): OutletDeps['onEnd'] {
  const ended = meter.counter('purkinje_deliver_subscriptions_ended_total', 'Subscriptions ended from our side', ['why']);
  return (why: Ending, { who }) => {
    ended.add(1, { why });
    if (why !== 'expired') health.happen({ alarm: 'subscriber-lost', about: `${who} ${why === 'slow' ? 'read nothing for 30 s and was let go' : 'could not be served from the log'}` });
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
