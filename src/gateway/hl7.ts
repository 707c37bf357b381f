import { type MllpServer, type MllpServerOptions, serveMllp } from '../adapters/mllp/index.js';
import { acknowledgement, type Answer, answerTo, Er7Message, isTraining, piecesOf, readWaves, Refused, type SiteMap } from '../ingest/index.js';
import { type Clock, type Meter, RefusedError } from '../ports/index.js';
import { type GatewayMeters, gatewayMeters } from './metrics.js';
import { type SignalLog, Streams } from './streams.js';

/** What a door for HL7 needs. */
export interface DoorOptions extends Pick<MllpServerOptions, 'host' | 'port' | 'tls' | 'allow'> {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly report: Report;
}

/** Codes and counts, never what a message holds. */
export type Report = (level: 'warn' | 'error', fields: Readonly<Record<string, string | number>>, text: string) => void;

export type Door = MllpServer;

/** What one message becomes. Throws Refused, RefusedError (never), and what else the log throws (may be sent again). */
export type Take = (message: Er7Message, nowMs: number) => Promise<void>;

/** Waveforms into the signal topic: acknowledged when the log has them. Listens once it knows what the log has already. */
export async function startWaveformDoor(options: DoorOptions & { readonly log: SignalLog; readonly map: SiteMap }): Promise<Door> {
  const { log, map } = options;
  const meters = gatewayMeters(options.meter);
  const streams = new Streams(log, map, meters);
  await streams.recall();
  return serveDoor(options, meters, async (message, nowMs) => {
    const { waves, left } = readWaves(message, map, nowMs);
    await streams.take(piecesOf(waves, map, isTraining(message)), message.raw(message.header.field(10)), nowMs);
    meters.leftOut(left);
  });
}

/** A server that answers each message by what becomes of it. */
export function serveDoor(options: DoorOptions, meters: GatewayMeters, take: Take): Promise<Door> {
  const { clock, report } = options;
  let waiting = 0;
  let answers = 0;
  const onMessage = async (bytes: Buffer): Promise<string> => {
    const startMs = clock.monotonicMs();
    const message = Er7Message.read(bytes);
    meters.waiting(++waiting);
    const answer = await answerOf(message, take, clock.nowMs(), meters, report);
    meters.waiting(--waiting);
    meters.answered(answer.code, (clock.monotonicMs() - startMs) / 1000);
    return acknowledgement(message, answer, clock.nowMs(), `P${Math.round(clock.nowMs()).toString(36)}-${(++answers).toString(36)}`);
  };
  return serveMllp({
    ...options,
    onMessage,
    onConnections: (open) => meters.connections(open),
    onDropped(why) {
      meters.dropped(why);
      report('warn', { why }, 'a connection was ended');
    },
  });
}

async function answerOf(message: Er7Message | undefined, take: Take, nowMs: number, meters: GatewayMeters, report: Report): Promise<Answer> {
  try {
    if (message === undefined) throw new Refused('not-hl7');
    await take(message, nowMs);
    return { code: 'AA' };
  } catch (error) {
    const refused = error instanceof RefusedError ? new Refused('log-refuses') : error;
    if (refused instanceof Refused) {
      meters.refused(refused.reason);
      report('warn', { reason: refused.reason, where: refused.where }, 'a message is refused');
      return answerTo(refused);
    }
    report('error', { error: error instanceof Error ? error.name : 'unknown' }, 'a message could not be kept: it may be sent again');
    return { code: 'AE', error: 207, text: 'not kept: send it again' };
  }
}
