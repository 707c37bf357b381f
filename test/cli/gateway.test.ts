/** What a gateway lacks it says in one line, before it connects to anything. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

beforeAll(ensureBuilt);

const folder = mkdtempSync(join(tmpdir(), 'purkinje-gateway-'));
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test.each([
  ['a map with an unknown key', ['hl7', '--map', file('unknown.yaml', 'timezone: UTC')], /unknown\.yaml: the map: Unrecognized key: "timezone"/],
  ['a zone that is none', ['hl7', '--map', file('zone.yaml', 'timeZone: Middle/Earth')], /zone\.yaml: timeZone: a time zone like Europe\/Berlin/],
  ['a channel with a unit and a gain', ['hl7', '--map', file('both.yaml', 'channels: { "52910": { unit: mV, aduPerMv: 200 } }')], /both\.yaml: channels\.52910: unit and aduPerMv exclude each other/],
  ['no map where one is named', ['hl7', '--map', join(folder, 'none.yaml')], /none\.yaml: ENOENT/],
  ['anybody may send', ['hl7', '--host', '0.0.0.0'], /anybody could send to 0\.0\.0\.0: set gateway\.allow/],
  ['a device in two beds', ['hl7', '--map', file('two.yaml', 'beds: { ICU/1/3: [a], ICU/1/4: [b, a] }')], /two\.yaml: beds: device a is in two beds/],
  ['a bed as HL7 writes it', ['hl7', '--map', file('caret.yaml', 'beds: { "ICU^1^3": [a] }')], /caret\.yaml: beds: a bed is point of care, room and bed joined by \//],
  ['no key', ['adt'], /set gateway\.encounterKey \(PURKINJE_GATEWAY_ENCOUNTER_KEY\)/],
  ['in the clear', ['grpc', '--host', '0.0.0.0'], /in the clear on 0\.0\.0\.0: set gateway\.tlsCert/],
])('%s', async (_name, args, expected) => {
  const { code, err, out } = await purkinje(['gateway', ...args]);
  expect(err).toMatch(expected);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});
