import { Command } from 'commander';
import { systemClock } from '../../adapters/clock.js';
import { loadConfig } from '../../config/index.js';
import { chainFault, type ChainFault } from '../../decide/index.js';
import { type AlertEvent, printable } from '../../ecg/index.js';
import { type LogRecord, TOPICS } from '../../ports/index.js';
import { decodeAlert } from '../../wire/index.js';
import { everything, kafkaLogOf } from '../kafka.js';
import { loggerOf } from '../logger.js';
import { jsonText } from '../report.js';

interface VerifyOptions {
  readonly brokers?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** A place in the log where a chain breaks. */
interface Break {
  readonly alertId: string;
  readonly sequence: number;
  readonly fault: ChainFault | 'unreadable';
  readonly partition: number;
  readonly offset: number;
}

interface Verified {
  readonly alerts: number;
  readonly events: number;
  /** Alerts whose first events have expired: what is left of them holds together. */
  readonly cut: number;
  readonly breaks: readonly Break[];
}

const WORDS: Readonly<Record<Break['fault'], string>> = {
  hash: 'does not say what it said when it was written',
  link: 'follows from another event than the one before it',
  sequence: 'is not the next: one is missing, or there twice',
  transition: 'is a state that cannot follow the one before it',
  unreadable: 'is no alert event',
};

export function verifyCommand(): Command {
  return new Command('verify')
    .description('does every alert in the log hold together: each event unchanged, in order, chained to the one before? is evidence owed?')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje alerts verify --brokers kafka:9092')
    .action(async ({ brokers, config: file, json }: VerifyOptions) => {
      const { config } = loadConfig({ file, env: process.env, flags: { 'kafka.brokers': brokers?.split(',') } });
      const log = await kafkaLogOf(config, systemClock(), loggerOf(config, 'alerts'));
      const records = await everything(log, TOPICS.alerts);
      const checkpoints = await everything(log, TOPICS.checkpoints);
      await log.close();
      const verified = { ...verify(records), owed: owedIn(checkpoints) };
      process.stdout.write(json === true ? `${jsonText(verified)}\n` : text(verified));
      if (verified.breaks.length > 0) process.exitCode = 1;
    });
}

/** Segments of alerts whose samples are still to be read: each waits in a checkpoint of the decide step until its evidence is written. */
export function owedIn(checkpoints: readonly Pick<LogRecord, 'key' | 'value'>[]): number {
  const owed = new Set<string>();
  for (const { key, value } of checkpoints) {
    if (key === undefined || !OWED.test(key)) continue;
    if (value === null) owed.delete(key);
    else owed.add(key);
  }
  return owed.size;
}

const OWED = /^decide\/\d+\/evidence\//;

/** The chains in the records of ecg.alerts.v1, in the order of each partition. */
export function verify(records: readonly Pick<LogRecord, 'partition' | 'offset' | 'value'>[]): Verified {
  const last = new Map<string, AlertEvent>();
  const breaks: Break[] = [];
  let [events, cut] = [0, 0];
  for (const { partition, offset, value } of records) {
    const event = decodeAlert(value ?? new Uint8Array());
    if (event === undefined) {
      breaks.push({ alertId: '', sequence: 0, fault: 'unreadable', partition, offset });
      continue;
    }
    const { alertId, sequence } = event;
    const before = last.get(alertId);
    const fault = chainFault(before, event);
    if (fault !== undefined) breaks.push({ alertId, sequence, fault, partition, offset });
    if (before === undefined && sequence > 1) cut++;
    events++;
    last.set(alertId, event);
  }
  return { alerts: last.size, events, cut, breaks };
}

function text({ alerts, events, cut, breaks, owed }: Verified & { readonly owed: number }): string {
  const lines = breaks.map(({ alertId, sequence, fault, partition, offset }) => printable(`alert ${alertId || '?'}: event ${sequence} (partition ${partition}, offset ${offset}) ${WORDS[fault]}`));
  const older = cut === 0 ? '' : `; of ${cut} the first events have expired`;
  const waiting = owed === 0 ? '' : `; the samples of ${owed} segments are still to be read from the signal`;
  return [...lines, `${alerts} alerts, ${events} events: ${breaks.length === 0 ? 'all chains hold' : `${breaks.length} breaks`}${older}${waiting}`, ''].join('\n');
}
