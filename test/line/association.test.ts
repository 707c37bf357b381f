/** Who is on which device: two who are said to be there at once, and who has left. */
import { describe, expect, test } from 'vitest';
import { hospitalTimeOf } from '../../src/line/association.js';
import { AssociationTable } from '../../src/line/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { contextKey, encodeContext } from '../../src/wire/index.js';
import { chunkOf, ramp, runFromStart } from '../assemble/stream.js';

type Stay = readonly [device: string, encounter: string, sinceMs: number, untilMs?: number];
function tableOf(...stays: readonly Stay[]): AssociationTable {
  const table = new AssociationTable();
  table.take(stays.map(([device, encounter, sinceMs, untilMs], offset) => {
    const context = { device, encounter, sinceMs, untilMs, bed: `${device}'s bed`, ageYears: 40, knownConditions: ['stemi'] };
    return { topic: TOPICS.context, partition: 0, offset, timestampMs: 0, key: contextKey(context), value: encodeContext(context), headers: {} };
  }));
  return table;
}

describe('two patients in one bed', () => {
  test('the first was forgotten: nobody pressed discharge, and the second is who is there', () => {
    const table = tableOf(['bed-1', 'he', 0], ['bed-1', 'she', 100]);
    expect([table.at('bed-1', 99).encounter, table.at('bed-1', 100)]).toMatchObject(['he', { encounter: 'she', knownConditions: ['stemi'] }]);
    expect(table.at('bed-1', 100).isDisputed).toBeUndefined();
  });
  test('both are said to be there: neither is believed, and the bed is still known', () => {
    const table = tableOf(['bed-1', 'he', 0, 200], ['bed-1', 'she', 100]);
    expect(table.at('bed-1', 150)).toEqual({ isDisputed: true, bed: "bed-1's bed", unit: undefined, accelerated: undefined, contextOffset: 1, knownConditions: [] });
    expect(table.patientAt('bed-1', 150)).toEqual({});
    expect(table.at('bed-1', 200)).toMatchObject({ encounter: 'she' });
    expect(table.patientAt('bed-1', 200)).toMatchObject({ ageYears: 40 });
  });
  test('the same patient announced twice is no dispute', () => expect(tableOf(['bed-1', 'he', 0, 200], ['bed-1', 'he', 100]).at('bed-1', 150).encounter).toBe('he'));
});

describe('who has left', () => {
  test('by the end that was announced, or by the next who came', () => {
    expect(tableOf(['bed-1', 'he', 0]).lastDeparture('bed-1', 1000)).toBeUndefined();
    expect(tableOf(['bed-1', 'he', 0, 200]).lastDeparture('bed-1', 199)).toBeUndefined();
    expect(tableOf(['bed-1', 'he', 0, 200]).lastDeparture('bed-1', 200)).toEqual({ device: 'bed-1', encounter: 'he', bed: "bed-1's bed", unit: undefined, atMs: 200 });
    expect(tableOf(['bed-1', 'he', 0], ['bed-1', 'she', 100]).lastDeparture('bed-1', 150)).toMatchObject({ encounter: 'he', atMs: 100 });
  });
  test('but one who moved is somewhere', () => {
    const table = tableOf(['bed-1', 'he', 0, 200], ['bed-2', 'he', 190, 500]);
    expect([table.isAnywhere('he', 300), table.isAnywhere('he', 500), table.isAnywhere('she', 300)]).toEqual([true, false, false]);
    expect(table.lastDeparture('bed-2', 600)).toMatchObject({ encounter: 'he', device: 'bed-2', atMs: 500 });
  });
});

test('what is no stay is refused with its reason, and hides nothing that was known', () => {
  const refused: string[] = [];
  const table = new AssociationTable((fault) => refused.push(fault));
  const record = (key: string, value: Uint8Array) => ({ topic: TOPICS.context, partition: 0, offset: 0, timestampMs: 0, key, value, headers: {} });
  const stay = { device: 'bed-1', encounter: 'she', sinceMs: 100, knownConditions: [] };
  table.take([record(contextKey(stay), encodeContext(stay)), record('bed-1@200', Uint8Array.of(255, 255)), record('bed-1@300', encodeContext({ ...stay, encounter: 'x'.repeat(500), sinceMs: 300 }))]);
  expect(refused).toEqual(['undecodable', 'bad-encounter']);
  expect(table.at('bed-1', 400).encounter).toBe('she');
});

test('a stream that begins within a segment is the patient\'s who is there then, not theirs who was there at the start of the segment', () => {
  const table = tableOf(['bed-1', 'he', 0, 9000], ['bed-1', 'she', 9000]);
  const chunk = chunkOf(900, { II: ramp(900, 600), V1: ramp(900, 600) }, { rateHz: 100, deviceTimeMs: 9000, endOfStream: true });
  const [segment] = runFromStart([chunk]).segments;
  expect(segment.firstSample).toBe(0);
  expect(table.at('bed-1', hospitalTimeOf({ ...segment, clock: { ...segment.clock, brokerOffsetMs: 0, brokerStartMs: segment.clock.startMs } })).encounter).toBe('she');
});
