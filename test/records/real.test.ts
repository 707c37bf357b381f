// Every published recording in PURKINJE_ECG_DIR reads: all leads of one length, an ECG lead at least, known oddities only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FURTHER_LEADS_MAX, isStandard } from '../../src/ecg/index.js';
import { chunksOf, listRecords, readAnnotations, readRecord } from '../../src/records/index.js';

const folder = process.env.PURKINJE_ECG_DIR ?? '';
if (folder === '') console.warn('SKIPPED: real recordings (set PURKINJE_ECG_DIR to a folder of WFDB records)');

it.skipIf(folder === '')('every recording reads', { timeout: 120_000 }, async () => {
  const names = await listRecords(folder);
  expect(names.length).toBeGreaterThan(0);
  const odd = new Map<string, number>();
  for (const name of names) {
    const record = await readRecord(join(folder, name));
    expect(record.leads.length, name).toBeGreaterThan(0);
    expect(record.leads.filter((lead) => !isStandard(lead.name)).length, name).toBeLessThanOrEqual(FURTHER_LEADS_MAX);
    expect(new Set(record.leads.map((lead) => lead.name)).size, name).toBe(record.leads.length);
    for (const lead of record.leads) {
      expect(lead.counts.length, `${name} ${lead.name}`).toBe(record.samples);
      expect(lead.aduPerMv, `${name} ${lead.name}`).toBeGreaterThan(0);
    }
    expect([...chunksOf(record, { device: 'd', epoch: 1, chunkMs: 1000 })].at(-1)?.endOfStream).toBe(true);
    for (const warning of record.warnings) odd.set(warning.code, (odd.get(warning.code) ?? 0) + 1);
    if (existsSync(join(folder, `${name}.atr`))) {
      const { annotations } = await readAnnotations(join(folder, name));
      expect(annotations.length, name).toBeGreaterThan(0);
      annotations.reduce((last, one) => { expect(one.sample, name).toBeGreaterThanOrEqual(last); return one.sample; }, 0);
    }
  }
  console.info(`${names.length} records, warnings:`, Object.fromEntries(odd));
});
