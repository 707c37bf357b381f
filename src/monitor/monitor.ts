import { connectionWatch, type Routes } from '../adapters/http/index.js';
import { PdfThread } from '../adapters/pdf/index.js';
import type { AssembleOptions } from '../assemble/index.js';
import type { Catalogue } from '../contract/index.js';
import type { Policy } from '../decide/index.js';
import type { Door } from '../deliver/index.js';
import { Rephrasing } from '../line/index.js';
import { type Clock, type Counter, type LanguageModel, type Log, type Meter, type SkippedRange, TOPICS } from '../ports/index.js';
import { AlertReads } from './alert-reads.js';
import { Audience } from './audience.js';
import type { Audit } from './audit.js';
import { CommandService } from './command-service.js';
import { Drafting } from './drafting.js';
import { Gate } from './gate.js';
import { type GrpcAddress, serveAlerts } from './grpc.js';
import { Health, type Trouble } from './health.js';
import { AlertHub } from './hub.js';
import { lanesOf } from './lanes.js';
import { LogClock } from './log-clock.js';
import { LostSignal } from './lost-signal.js';
import { NeighbourSearch, type OpenComparing } from './neighbours.js';
import type { Ending, OutletDeps } from './outlet.js';
import { OtherMonitors } from './other-monitors.js';
import { withPage } from './page.js';
import { Progress } from './progress.js';
import { Readers } from './readers.js';
import { routesOf } from './routes.js';
import { SegmentReads } from './segment-reads.js';
import { Sessions, type SessionSettings, withSessions } from './sessions.js';
import { SubscriptionLimit } from './subscription-limit.js';
import { type Target, Targets } from './targets.js';
import { VerdictBook } from './verdicts.js';
import { WardWatch } from './ward-watch.js';
import { WaveHub } from './wave-hub.js';

/** A ward that has one token for all is one principal. */
const SUBSCRIPTIONS = { all: 12_000, one: 10_000 };

export interface Monitor {
  /** The page, server-sent events, and what they stand on, for whatever server they lie on. */
  readonly routes: Routes;
  readonly grpcPort: number;
  /** A topic has another number of partitions than when the log was opened: an alarm until the monitor is started again. */
  partitionsChanged(topic: string, before: number, now: number): void;
  close(): Promise<void>;
}

export interface MonitorWorld {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  /** What the engine decides by; undefined: nothing is known of single findings. */
  readonly policy?: Policy;
  /** Of the models whose thresholds the policy has, as outcomes carry it; undefined: an outcome of another model is judged all the same. */
  readonly modelHash?: string;
  /** Names of findings, and the codes that they stand for; undefined: nothing is answered in words. */
  readonly catalogue?: Catalogue;
  /** How the engine cuts segments: strips are put together again in the same way. */
  readonly assemble: AssembleOptions;
  /** Of one unit's worklist: what a reader's day has room for. */
  readonly perReaderDay: number;
  /** Who may. */
  readonly door: Door;
  readonly audit: Audit;
  readonly sessions: SessionSettings;
  /** Of AlertService. */
  readonly grpc: GrpcAddress;
  /** Words reports and answers where a caller asks for it; undefined: none is configured. */
  readonly language?: LanguageModel;
  /** What a report's neighbours are found by; undefined: there are none. */
  readonly comparing?: OpenComparing;
  /** Where alerts are pushed to. */
  readonly targets: readonly Target[];
  /** From 0 to 1, exclusive: waits before another attempt are spread by it. */
  readonly chance: () => number;
  /** What else may stand in the way; asked every two seconds. */
  readonly lookouts?: readonly (() => readonly Trouble[])[];
  /** What it reads cannot be read on: everything shown is stale from here. */
  readonly onStopped: (error: unknown) => void;
}

/** Alerts, and which beds are watched, from the log to people: a page, server-sent events, gRPC. Rejects where the log cannot be read. */
export async function startMonitor(world: MonitorWorld): Promise<Monitor> {
  const { log, clock, meter, policy, catalogue, assemble, perReaderDay, chance, door, audit, lookouts = [], onStopped } = world;
  const lanes = lanesOf(meter);
  const logClock = new LogClock(clock);
  const sessions = new Sessions(log, clock, world.sessions);
  const others = new OtherMonitors(log, clock);
  const { progress, follower: checkpoints } = await Progress.start({ log, clock, logClock, onRecord: (record) => (sessions.take(record), others.take(record)), onStopped });
  let targets: Targets | undefined;
  let ward: WardWatch | undefined;
  const audience = new Audience(clock, meter, others);
  const health = new Health({ progress, logClock, clock, meter, lookouts: [...lookouts, () => targets?.troubles() ?? [], () => (ward === undefined ? [] : audience.troubles(ward.units(), targets?.pushed() ?? []))] });
  const lost = new LostSignal(clock, meter, health);
  const watch = (ward = await WardWatch.start({ log, clock, logClock, meter, policy, lost, onStopped }));
  const verdicts = policy && new VerdictBook(policy, log, clock, meter, onStopped);
  const readers = new Readers(() => hub.alerts(), perReaderDay, clock);
  const { hub, follower } = await AlertHub.start({
    ...{ log, clock, meter, pages: lanes.pages, onStopped, onSkipped: (range: SkippedRange) => lost.skipped(range) },
    onUnreadable: ({ partition, offset }, fault) => health.happen({ alarm: 'alert-unreadable', about: `an alert cannot be shown (${fault}): ask the engine's operator for record ${offset} of ${TOPICS.alerts}, partition ${partition}` }),
    onEvent: (event) => {
      readers.take(event);
      if (verdicts?.take(event)) watch.demote(verdicts.current);
    },
  });
  verdicts?.caughtUp();
  targets = await Targets.start({ feed: hub, log, clock, meter, targets: world.targets, chance, onStopped });

  const gate = new Gate(withSessions(door, sessions), audit, meter, clock);
  const onRefused = () => health.happen({ alarm: 'log-refuses', about: 'the log takes no acknowledgement or dismissal now' });
  const commands = new CommandService({ hub, log, clock, gate, lane: lanes.commands, onRefused });
  const reads = new AlertReads({ hub, log, gate, lane: lanes.reads, assemble });
  const segments = new SegmentReads({ hub, log, gate, lane: lanes.reads, assemble, clock, latest: (bed) => watch.latest(bed), policy: () => verdicts?.current, modelHash: world.modelHash, catalogue });
  const drafting = new Drafting(segments, new NeighbourSearch(world.comparing, lanes.neighbours), world.language && new Rephrasing(world.language, meter));
  const findings = policy && new Set(policy.entries.keys());
  const outlets: OutletDeps = { feed: hub, clock, health, subscriptions: new SubscriptionLimit(SUBSCRIPTIONS, meter), audience, onEnd: endings(meter, health) };
  const surfaces = { ...outlets, gate, commands, reads, drafting, lanes, findings };
  const grpc = await serveAlerts({ ...surfaces, hub, watch: connectionWatch(meter, 'grpc') }, world.grpc);
  const pdfs = new PdfThread();
  const waves = new WaveHub({ log, clock });
  const routes = routesOf({ ...surfaces, pdfs, sessions, readers, targets, waves, messages: waveMessages(meter), unitOf: (device) => watch.unitOf(device), beds: () => watch.beds(), surveillance: () => watch.surveillance(), burdens: (minutes, isAsked) => watch.burdens(minutes, isAsked), verdicts: () => verdicts?.verdicts() ?? [] });
  return {
    grpcPort: grpc.port,
    routes: await withPage(routes),
    partitionsChanged(topic, before, now) {
      health.remain({ alarm: 'partitions-changed', key: topic, about: `${topic} has ${now} partitions, ${before} when this monitor started: devices in new ones are not watched; see \`purkinje check\`, then start engines and monitors again` });
    },
    async close() {
      health.close();
      await targets.close();
      await grpc.close();
      await sessions.close();
      await others.close();
      gate.close();
      await watch.close();
      await waves.close();
      await pdfs.close();
      for (const each of [follower, checkpoints]) await each.close();
    },
  };
}

function waveMessages(meter: Meter): Counter {
  const messages = meter.counter('purkinje_deliver_wave_messages_total', 'Messages of live samples: sent, or dropped because a newer one of the device came before they were taken', ['result']);
  for (const result of ['sent', 'dropped']) messages.add(0, { result });
  return messages;
}

/** Subscriptions that the monitor ends are counted. Of one that took nothing there is an alarm as well; of one that took all and stopped confirming there is none: a computer that sleeps is no fault, and `nobody-receives` says where it was the last. */
function endings(meter: Meter, health: Health): OutletDeps['onEnd'] {
  const ended = meter.counter('purkinje_deliver_subscriptions_ended_total', 'Subscriptions ended from our side', ['why']);
  return (why: Ending, { who }) => {
    ended.add(1, { why });
    if (why === 'slow' || why === 'lost') health.happen({ alarm: 'subscriber-lost', about: `${who} ${why === 'slow' ? 'read nothing for 30 s and was let go' : 'could not be served from the log'}` });
  };
}
