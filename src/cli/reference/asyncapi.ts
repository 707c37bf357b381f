import { readFile } from 'node:fs/promises';
import { COMPACTED, type Topic, TOPICS } from '../../ports/index.js';
import { REJECT_REASONS } from '../../wire/index.js';

/** From source and from dist it is the same place. */
const PROTO = new URL('../../../proto/ecg/v1/', import.meta.url);
const PROTOBUF = 'application/vnd.google.protobuf;version=3';

interface TopicText {
  readonly file: string;
  readonly messages: readonly string[];
  readonly key: string;
  /** Of the engine, the gateways and the monitor together; undefined: between themselves. */
  readonly action?: 'send' | 'receive';
  readonly about?: string;
  readonly headers?: Readonly<Record<string, object>>;
}

const text = (description: string): object => ({ type: 'string', description });
const SIGNAL_HEADERS = {
  'gateway-anchor-ms': text('by a gateway: where the sample numbers of the epoch begin'),
  'gateway-start-ms': text('by a gateway: the time of the piece as it was sent'),
  'gateway-message': text('by a gateway: id of the message that it came in'),
};
const REJECT_HEADERS = {
  reason: { type: 'string', enum: [...REJECT_REASONS] },
  hint: text('what is wrong, and what to do'),
  'source-topic': text('where it lay; ecg.signal.v1 where it is not there'),
  'source-partition': text('where it lay'),
  'source-offset': text('where it lay'),
  'cut-from-bytes': text('its value was longer: so many bytes'),
  'key-cut-from-bytes': text('its key was longer: so many bytes'),
};

const TEXTS: Readonly<Record<Topic, TopicText>> = {
  [TOPICS.signal]: { file: 'signal', messages: ['SignalChunk'], key: 'the device', action: 'receive', headers: SIGNAL_HEADERS },
  [TOPICS.context]: { file: 'context', messages: ['Context'], key: 'device@since_ms; a tombstone takes the stay back', action: 'receive', headers: { 'adt-events': text('by `gateway adt`: what it was made of') } },
  [TOPICS.outcomes]: { file: 'outcome', messages: ['OutcomeRecord'], key: 'the encounter, or the device where that is not known; none for lost records', action: 'send' },
  [TOPICS.alerts]: { file: 'alert', messages: ['AlertEvent'], key: 'the encounter, or the device', action: 'send' },
  [TOPICS.evidence]: { file: 'alert', messages: ['Evidence'], key: 'the encounter, or the device', action: 'send' },
  [TOPICS.rejects]: { file: 'signal', messages: ['SignalChunk'], key: 'as it came', action: 'send', about: 'What could not be processed: the bytes as they came, up to 512 KiB, seldom a message; the headers say why', headers: REJECT_HEADERS },
  [TOPICS.commands]: { file: 'alert', messages: ['AlertCommand'], key: 'the encounter, or the device' },
  [TOPICS.checkpoints]: { file: 'checkpoint', messages: ['Checkpoint', 'TargetPosition'], key: 'step, partition and subject; `deliver/` and a target' },
};

/** Kafka's topics as AsyncAPI 3, from the list of topics and the messages of `proto/`. */
export async function asyncApiDocument(version: string): Promise<object> {
  const files = [...new Set(Object.values(TEXTS).map(({ file }) => file))];
  const protos = new Map(await Promise.all(files.map(async (file) => [file, await readFile(new URL(`${file}.proto`, PROTO), 'utf8')] as const)));
  const entries = Object.entries(TEXTS) as [Topic, TopicText][];
  const nameOf = (topic: Topic): string => topic.split('.')[1];
  const messageKey = (topic: Topic, message: string): string => `${nameOf(topic)}.${message}`;
  return {
    asyncapi: '3.0.0',
    info: {
      title: "Purkinje's Kafka topics",
      version,
      description: 'Before each name stands kafka.prefix. All partitions are chosen by murmur2 of the key, the same number in each topic. Fields may be added in any version: ignore those that you do not know.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/protobuf',
    channels: Object.fromEntries(
      entries.map(([topic, { messages, about, file }]) => [
        nameOf(topic),
        {
          address: topic,
          description: about ?? messages.map((message) => commentOf(protos.get(file)!, message)).join('\n'),
          messages: Object.fromEntries(messages.map((message) => [message, { $ref: `#/components/messages/${messageKey(topic, message)}` }])),
          bindings: { kafka: { topicConfiguration: { 'cleanup.policy': [COMPACTED.has(topic) ? 'compact' : 'delete'] } } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      entries.map(([topic, { action, messages }]) => [
        nameOf(topic),
        {
          action: action ?? 'send',
          channel: { $ref: `#/channels/${nameOf(topic)}` },
          summary: action === 'receive' ? 'Others write it' : action === 'send' ? 'Others may read it' : "Between Purkinje's own programs: nobody else writes it",
          messages: messages.map((message) => ({ $ref: `#/channels/${nameOf(topic)}/messages/${message}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        entries.flatMap(([topic, { messages, file, key, headers }]) =>
          messages.map((message) => [
            messageKey(topic, message),
            {
              name: `ecg.v1.${message}`,
              ...(headers !== undefined && { headers: { type: 'object', properties: headers } }),
              payload: { $ref: `#/components/schemas/${file}` },
              bindings: { kafka: { key: { type: 'string', description: key } } },
            },
          ]),
        ),
      ),
      schemas: Object.fromEntries([...protos].map(([file, schema]) => [file, { schemaFormat: PROTOBUF, schema }])),
    },
  };
}

/** What stands above a message. */
function commentOf(proto: string, message: string): string {
  const lines = proto.split('\n');
  const at = lines.indexOf(`message ${message} {`);
  if (at < 0) throw new Error(`no message ${message} in proto/ecg/v1`);
  let from = at;
  while (lines[from - 1]?.startsWith('// ')) from--;
  return lines.slice(from, at).map((line) => line.slice(3)).join('\n');
}
