/** docs/reference/asyncapi.json is of the topics and messages that there are. Invariants: I172 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { TOPICS } from '../../src/ports/index.js';
import { REJECT_REASONS } from '../../src/wire/index.js';

const root = join(import.meta.dirname, '../..');
interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>;
}
const document: { readonly channels: Readonly<Record<string, Channel>>; readonly components: any } = JSON.parse(readFileSync(join(root, 'docs/reference/asyncapi.json'), 'utf8'));

function faultsOf(candidate: unknown): unknown {
  const ajv = new Ajv({ strict: false, allErrors: false });
  formats.default(ajv);
  const schema: object = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const validate = ajv.compile(schema);
  return validate(candidate) ? [] : validate.errors;
}

test('it is AsyncAPI 3, by the published schema', () => {
  expect(faultsOf(document)).toEqual([]);
  expect(faultsOf({ ...document, operations: { signal: { action: 'listen' } } })).not.toEqual([]);
});

test('it has every topic, and no other; each message is one of proto/', () => {
  const channels = Object.values(document.channels);
  expect(channels.map(({ address }) => address).toSorted()).toEqual(Object.values(TOPICS).toSorted());
  const protos = readdirSync(join(root, 'proto/ecg/v1')).map((name) => readFileSync(join(root, 'proto/ecg/v1', name), 'utf8')).join('\n');
  for (const { messages } of channels) {
    for (const { $ref } of Object.values(messages)) {
      const { name, payload } = document.components.messages[$ref.split('/').at(-1)!];
      expect(protos).toContain(`\nmessage ${name.replace('ecg.v1.', '')} {`);
      expect(document.components.schemas[payload.$ref.split('/').at(-1)].schema).toContain(`\nmessage ${name.replace('ecg.v1.', '')} {`);
    }
  }
});

test('it names every reason of a dead letter', () => expect(document.components.messages['rejects.SignalChunk'].headers.properties.reason.enum).toEqual([...REJECT_REASONS]));
