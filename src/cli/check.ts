import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { createKafkaTopics, describeKafkaTopics, kafkaLog } from '../adapters/kafka/index.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import { type Config, loadConfig, SECRET_KEYS, type Loaded } from '../config/index.js';
import type { Catalogue } from '../contract/index.js';
import { enginePolicy } from '../engine/index.js';
import type { Model } from '../line/index.js';
import { type Placement, placementOf } from '../log/index.js';
import { TOPICS } from '../ports/index.js';
import { isLoopback } from './access.js';
import { connectedModels, engineSettings, loadCatalogue } from './compose.js';
import { lineOf } from './failure.js';
import { kafkaConfig } from './kafka.js';

/** Of each partition of the signal, so many of the latest records are looked at. */
const LOOKED_AT_RECORDS = 200;

interface CheckOptions {
  readonly config?: string;
  readonly brokers?: string;
  readonly encoder?: string;
  readonly createTopics?: boolean;
}

interface Looked {
  readonly ok: boolean;
  readonly text: string;
  readonly hint: string;
  /** It works, but should be changed: not a failure. */
  readonly isWarning?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('print each setting with its source, and test what can be tested: brokers, topics, model, encoder')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--encoder <list>', 'encoder servers, host:port[,host:port]; none for rules only')
    .option('--create-topics', 'make the topics that are missing')
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nExample:\n  purkinje check --brokers kafka:9092 --create-topics')
    .action(async (options: CheckOptions) => {
      const flags = {
        'kafka.brokers': options.brokers?.split(','),
        'encoder.endpoints': options.encoder === 'none' ? [] : options.encoder?.split(','),
      };
      const loaded = loadConfig({ file: options.config, env: process.env, flags });
      printSettings(loaded);
      const { config } = loaded;
      const topics = [...(options.createTopics ? [await created(config)] : []), ...(await describeKafkaTopics(kafkaConfig(config), systemClock()))];
      const looked: readonly Looked[] = [...topics, ...(topics.every(({ ok }) => ok) ? [await keysLooked(config)] : []), ...inTheClear(config), ...(await encoderLooked(config))];
      for (const { ok, text, hint, isWarning } of looked) process.stdout.write(`${isWarning ? 'WARN ' : ok ? 'ok   ' : 'AMISS'} ${text}${hint === '' || (ok && !isWarning) ? '' : `: ${hint}`}\n`);
      if (looked.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

function printSettings({ config, sources }: Loaded): void {
  for (const [section, entries] of Object.entries(config)) {
    for (const [name, value] of Object.entries(entries)) {
      const key = `${section}.${name}`;
      const shown = SECRET_KEYS.has(key) && value !== undefined ? '(set)' : JSON.stringify(value);
      process.stdout.write(`${key.padEnd(32)} ${shown}  (${sources.get(key) ?? 'default'})\n`);
    }
  }
}

async function created(config: Config): Promise<Looked> {
  try {
    const made = await createKafkaTopics(kafkaConfig(config), { partitions: config.kafka.partitions, replicationFactor: config.kafka.replicationFactor }, systemClock());
    return { ok: true, text: made.length === 0 ? 'all topics were there' : `made ${made.join(', ')}`, hint: '' };
  } catch (error) {
    return { ok: false, text: 'topics could not be made', hint: lineOf(error) };
  }
}

/** Two partitioners in one topic put one device into two partitions. */
async function keysLooked(config: Config): Promise<Looked> {
  try {
    const log = await kafkaLog(kafkaConfig(config), systemClock());
    try {
      return placedAs(await placementOf(log, TOPICS.signal, LOOKED_AT_RECORDS));
    } finally {
      await log.close();
    }
  } catch (error) {
    return { ok: false, text: 'the latest records of the signal could not be read', hint: lineOf(error) };
  }
}

export function placedAs({ records, misplaced, byCrc32 }: Placement): Looked {
  const ok = misplaced === 0;
  const text = ok ? `records of the signal lie where murmur2 of their key says (${records} looked at)` : `${misplaced} of the latest ${records} records of the signal lie in another partition than murmur2 of their key says: the engine refuses them`;
  const hint = byCrc32 === misplaced ? 'they lie where CRC32 says, the default of librdkafka: set partitioner=murmur2_random in what writes them' : 'let the producer choose the partition by the key, with murmur2';
  return { ok, text, hint: ok ? '' : hint };
}

function policyLooked(catalogue: Catalogue, models: readonly Model[], config: Config): Looked {
  try {
    const { hash, entries } = enginePolicy(models, catalogue, engineSettings(config).policy);
    return { ok: true, text: `policy ${hash}, ${entries.size} findings`, hint: '' };
  } catch (error) {
    return { ok: false, text: 'policy', hint: lineOf(error) };
  }
}

/** Encoders on other machines to which the signal goes, and from which scores come, as everybody on the way can read and change them. */
export function inTheClear({ encoder: { endpoints, tls }, language }: Config): Looked[] {
  const beyond = endpoints.filter((endpoint) => !isLoopback(endpoint.slice(0, endpoint.lastIndexOf(':'))));
  const inClear = languageInTheClear(language.url);
  if (tls || beyond.length === 0) return inClear;
  return [...inClear, { ok: true, isWarning: true, text: `signal and scores travel in the clear to ${beyond.join(', ')}`, hint: 'set encoder.tls and encoder.ca here, encoder.tlsCert and encoder.tlsKey at the encoder (docs/operations.md)' }];
}

/** Drafted sentences that go to a language model on another machine: no patient is named in them, and findings are. */
function languageInTheClear(url: string | undefined): Looked[] {
  if (url === undefined || !url.startsWith('http:') || isLoopback(new URL(url).hostname)) return [];
  return [{ ok: true, isWarning: true, text: `drafted sentences travel in the clear to ${new URL(url).host}`, hint: 'give language.url as an https:// address, or put the model on this machine' }];
}

async function encoderLooked(config: Config): Promise<Looked[]> {
  try {
    const encoders = await connectedModels(config, systemClock(), prometheusMeter());
    const looked = encoders.models.flatMap(({ contract: { model, targets }, encoder }): Looked[] => [
      { ok: true, text: `model ${model.name}@${model.version}, ${targets.length} targets`, hint: '' },
      encoder === undefined
        ? { ok: true, text: 'no encoder: rules only', hint: '' }
        : { ok: encoder.ready(), text: `encoder of ${model.name} at ${config.encoder.endpoints.join(', ')}`, hint: 'no server is ready: start `purkinje encoder`, or look at the address' },
    ]);
    await encoders.close();
    return [...looked, policyLooked(await loadCatalogue(), encoders.models, config)];
  } catch (error) {
    return [{ ok: false, text: 'encoder', hint: lineOf(error) }];
  }
}
