import { Command } from 'commander';
import { systemClock } from '../adapters/clock.js';
import { createKafkaTopics } from '../adapters/kafka/index.js';
import { type Config, loadConfig, SECRET_KEYS, type Loaded } from '../config/index.js';
import { lineOf } from './failure.js';
import { kafkaConfig } from './kafka.js';
import { type Looked, lookedAt } from './looked.js';

interface CheckOptions {
  readonly config?: string;
  readonly brokers?: string;
  readonly encoder?: string;
  readonly createTopics?: boolean;
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
      const looked: readonly Looked[] = [...(options.createTopics ? [await created(config)] : []), ...(await lookedAt(config))];
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
