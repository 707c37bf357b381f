import { systemClock } from '../adapters/clock.js';
import { describeKafkaTopics, kafkaLog } from '../adapters/kafka/index.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import type { Config } from '../config/index.js';
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

/** What was looked at, for `check` and `doctor`. */
export interface Looked {
  readonly ok: boolean;
  readonly text: string;
  readonly hint: string;
  /** It works, but should be changed: not a failure. */
  readonly isWarning?: boolean;
}

/** All that can be looked at from here: topics, the latest records, what travels in the clear, encoders, the policy. */
export async function lookedAt(config: Config): Promise<readonly Looked[]> {
  const topics = await describeKafkaTopics(kafkaConfig(config), systemClock());
  return [...topics, ...(topics.every(({ ok }) => ok) ? [await keysLooked(config)] : []), ...inTheClear(config), ...(await encoderLooked(config))];
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
