/** What independent readers take from the recordings that formats.py wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type EcgRecord, millivoltsOf } from '../../src/records/index.js';

export interface Expected {
  readonly rateHz: number;
  readonly startMs: number;
  /** int32 nanovolts in base64; the lowest number where there is no sample. */
  readonly leads: Readonly<Record<string, string>>;
}

export function expectedIn(folder: string): readonly (readonly [string, Expected])[] {
  return Object.entries(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>);
}

/** Every sample within one least bit, every hole a hole. */
export function expectEqual(record: EcgRecord, { rateHz, startMs, leads }: Expected): void {
  expect(record.rateHz).toBe(rateHz);
  expect(record.startMs).toBe(startMs);
  expect(record.leads.map(({ name }) => name).sort()).toEqual(Object.keys(leads).sort());
  for (const lead of record.leads) {
    const bytes = Buffer.from(leads[lead.name], 'base64');
    const want = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
    const mv = millivoltsOf(lead);
    expect(mv.length, lead.name).toBe(want.length);
    const bit = 1 / lead.aduPerMv + 1e-6;
    const off = want.findIndex((nanovolts, i) => (nanovolts === -2147483648 ? !Number.isNaN(mv[i]) : !(Math.abs(mv[i] - nanovolts / 1e6) <= bit)));
    expect(off < 0 ? 'equal' : `${lead.name}[${off}] is ${mv[off]}, not ${want[off] / 1e6}`).toBe('equal');
  }
}
