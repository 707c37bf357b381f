import { COMPACTED, TOPICS } from '../../ports/index.js';
import type { Topic } from '../../ports/index.js';
import type { Finding } from './finding.js';

/** Of the broker: the time of a record is when it was appended. Devices' clocks are claims, and time must not fall within a partition. */
export const TIMESTAMP_TYPE = ['message.timestamp.type', 'LogAppendTime'] as const;
export const CLEANUP_POLICY = 'cleanup.policy';
export const cleanupOf = (topic: Topic): string => (COMPACTED.has(topic) ? 'compact' : 'delete');

const COMPRESSION = 'compression.type';
/** All that the reader decodes. */
const COMPRESSIONS: ReadonlySet<string> = new Set(['producer', 'uncompressed', 'none', 'gzip', 'snappy', 'lz4', 'zstd']);

const MESSAGE_BYTES = 'max.message.bytes';
/** The engine's requests hold up to 900,000 bytes of records for a partition, in one batch; Kafka's default is a little over a mebibyte. */
const MESSAGE_BYTES_MIN = 1_000_000;
const MESSAGE_BYTES_DEFAULT = 1_048_588;

const RETENTION = 'retention.ms';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/**
 * The least that the engine can live with. Signal: a take-over reads it again from the earliest chunk that an open segment
 * needs, and evidence is read from it after an alert; behind a pause of that length it is lost. Outcomes: what decide has
 * not read yet, and the day's trends. Alerts, their evidence and what people said of them: a stay, and looking back on it.
 */
const RETENTION_MIN_MS: Readonly<Partial<Record<Topic, number>>> = {
  [TOPICS.signal]: 15 * MINUTE_MS,
  [TOPICS.outcomes]: DAY_MS,
  [TOPICS.commands]: 7 * DAY_MS,
  [TOPICS.alerts]: 30 * DAY_MS,
  [TOPICS.evidence]: 30 * DAY_MS,
  [TOPICS.rejects]: DAY_MS,
};

/**
 * A new owner of a partition reads its checkpoints from the beginning, and the segment that is being written is never
 * compacted: it must stay small.
 */
export const SEGMENT_BYTES = 'segment.bytes';
export const CHECKPOINT_SEGMENT_BYTES = 32 * 2 ** 20;
const CHECKPOINT_SEGMENT_BYTES_MAX = 128 * 2 ** 20;

/** The names of the settings that are looked at. */
export const LOOKED_AT = [CLEANUP_POLICY, TIMESTAMP_TYPE[0], COMPRESSION, MESSAGE_BYTES, RETENTION, SEGMENT_BYTES] as const;

/** What is found of one topic. `name`: on the broker; `bootstrap`: an address of the cluster, for the commands in the hints. */
export function settingsOf(topic: Topic, name: string, bootstrap: string, valueOf: (setting: string) => string): Finding[] {
  const finding = (code: Finding['code'], setting: string, ok: boolean, needed: string, to: string | number): Finding => {
    const text = `${name} has ${setting}=${valueOf(setting)}${ok ? '' : `, ${needed} is needed`}`;
    return { code, ok, text, hint: ok ? '' : `kafka-configs.sh --bootstrap-server ${bootstrap} --alter --topic ${name} --add-config ${setting}=${to}` };
  };
  const equals = (code: Finding['code'], setting: string, wanted: string): Finding => finding(code, setting, valueOf(setting) === wanted, wanted, wanted);
  const findings = [
    equals('timestamp-type', ...TIMESTAMP_TYPE),
    equals('cleanup-policy', CLEANUP_POLICY, cleanupOf(topic)),
    finding('compression', COMPRESSION, COMPRESSIONS.has(valueOf(COMPRESSION)), 'a codec that is known', 'producer'),
    finding('message-bytes', MESSAGE_BYTES, Number(valueOf(MESSAGE_BYTES)) >= MESSAGE_BYTES_MIN, `at least ${MESSAGE_BYTES_MIN}`, MESSAGE_BYTES_DEFAULT),
  ];
  const leastMs = RETENTION_MIN_MS[topic];
  if (leastMs !== undefined) {
    const keptMs = Number(valueOf(RETENTION));
    // Below zero: for ever.
    findings.push(finding('retention', RETENTION, keptMs < 0 || keptMs >= leastMs, `at least ${leastMs}`, leastMs));
  }
  if (topic === TOPICS.checkpoints) {
    const small = Number(valueOf(SEGMENT_BYTES)) <= CHECKPOINT_SEGMENT_BYTES_MAX;
    findings.push(finding('segment-bytes', SEGMENT_BYTES, small, `at most ${CHECKPOINT_SEGMENT_BYTES_MAX}, which a take-over reads,`, CHECKPOINT_SEGMENT_BYTES));
  }
  return findings;
}
