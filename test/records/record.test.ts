// Samples and leads: against what wfdb for Python reads from records it wrote (golden.py), and made by hand.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SAMPLE_INT16 } from '../../src/ecg/index.js';
import {
  assembleRecord, decodeAnnotations, encodeAnnotations, encodeRecord, listRecords, parseHeader, readAnnotations, readRecord, writeRecord,
} from '../../src/records/index.js';

const GOLDEN = join(import.meta.dirname, 'golden');
const golden = JSON.parse(await readFile(join(GOLDEN, 'golden.json'), 'utf8'));
let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'records-')); });
afterAll(async () => rm(folder, { recursive: true }));

const labelled = (lines: readonly string[], bytes = new Uint8Array(2 * lines.length)) =>
  assembleRecord('r', parseHeader(`r ${lines.length} 500 0\n${lines.map((line) => `r.dat 16 ${line}`).join('\n')}`), () => bytes);
const names = (...labels: string[]) => labelled(labels.map((label) => `200/mV 16 0 0 0 0 ${label}`)).leads.map((lead) => lead.name);

describe('against wfdb', () => {
  it.each(['f16', 'f212', 'odd212'])('%s', async (name) => {
    const record = await readRecord(join(GOLDEN, name));
    const want = golden[name];
    expect(record.warnings).toEqual([]);
    expect(record.rateHz).toBe(want.rateHz);
    expect(record.leads.length + record.skipped.length).toBe(want.labels.length);
    for (const lead of record.leads) {
      expect(lead.label).toBe(want.labels[lead.channel]);
      expect(lead.offsetAdu).toBe(want.baseline[lead.channel]);
      expect([...lead.counts]).toEqual(want.counts[lead.channel]);
    }
  });
  it('a gain in µV is stated per mV', async () => {
    expect((await readRecord(join(GOLDEN, 'odd212'))).leads[0].aduPerMv).toBeCloseTo(200_000, 6);
  });
  it('date and time', async () => {
    expect((await readRecord(join(GOLDEN, 'f212.hea'))).startMs).toBe(Date.UTC(2020, 4, 5, 9, 49, 17));
    expect((await readRecord(join(GOLDEN, 'f16'))).startMs).toBe(Date.UTC(2000, 0, 1));
  });
  it('annotations', async () => {
    const { annotations } = await readAnnotations(join(GOLDEN, 'f212'));
    expect(annotations.map(({ code: _, ...one }) => one)).toEqual(golden.annotations);
  });
});

describe('leads', () => {
  it('of the twelve in any case, and MLII for II', () => {
    expect(names('avr', 'V1', 'i')).toEqual(['aVR', 'V1', 'I']);
    expect(labelled(['200/mV 16 0 0 0 0 MLII']).leads[0]).toMatchObject({ name: 'II', origin: 'modified', label: 'MLII' });
    expect(names('MLII', 'II')).toEqual(['MLII', 'II']);
  });
  it('outside the twelve keep their names, twice gets a number', () => {
    expect(names('ECG', 'ECG', 'V1-V2', 'mod.V1')).toEqual(['ECG', 'ECG-2', 'V1-V2', 'mod.V1']);
    expect(names('II', 'II')).toEqual(['II', 'II-2']);
  });
  it('at most four further; pulses and pressures are none', () => {
    const record = labelled(['200/mV 16 0 0 0 0 V', '1180/NU 16 0 0 0 0 PLETH', '62/mmHg 16 0 0 0 0 ABP', '200/mV 16 0 0 0 0 RESP',
      ...['MCL1', 'ECG1', 'CM5', 'D3'].map((label) => `200/mV 16 0 0 0 0 ${label}`)]);
    expect(record.leads.map((lead) => lead.name)).toEqual(['V', 'MCL1', 'ECG1', 'CM5']);
    expect(record.skipped.map((one) => one.label)).toEqual(['PLETH', 'ABP', 'RESP', 'D3']);
  });
  it('labels that the wire cannot carry are made so that it can', () => {
    expect(names('dérivation é', 'x'.repeat(40), 'ж')).toEqual(['derivation e', 'x'.repeat(28), 'ECG']);
  });
  it('a negative gain is a signal upside down', () => {
    const record = labelled(['-200(10)/mV 16 0 0 0 0 II'], Uint8Array.of(0x00, 0x80, 0x0e, 0x00));
    expect(record.leads[0]).toMatchObject({ aduPerMv: 200, offsetAdu: -10 });
    expect([...record.leads[0].counts]).toEqual([NO_SAMPLE_INT16, -14]);
  });
  it('a rate that the engine does not take is reported at once', () => {
    expect(() => assembleRecord('r', parseHeader('r 1 50 1\nr.dat 16 200'), () => new Uint8Array(2))).toThrow(/50 Hz.*100 to 1000 Hz, and less than 1% beyond/);
    expect(assembleRecord('r', parseHeader('r 1 99.97 1\nr.dat 16 200'), () => new Uint8Array(2)).rateHz).toBe(99.97);
  });
  it('take a gain from the caller', () => {
    const header = parseHeader('r 1 500 0\nr.dat 16 4880/mV 16 0 0 0 0 I');
    expect(assembleRecord('r', header, () => new Uint8Array(2), { gainAduPerMv: 1000 }).leads[0].aduPerMv).toBe(1000);
  });
});

describe('odd files', () => {
  const header = (format: string, samples: number, checksum = '') => parseHeader(`r 1 500 ${samples}\nr.dat ${format} 200 12 0 0 ${checksum}`);
  it('holes: -32768 in format 16, -2048 in 212', () => {
    const in16 = assembleRecord('r', header('16', 2), () => Uint8Array.of(0x00, 0x80, 0x05, 0x00));
    const in212 = assembleRecord('r', header('212', 2), () => Uint8Array.of(0x00, 0x08, 0x07));
    expect([...in16.leads[0].counts]).toEqual([NO_SAMPLE_INT16, 5]);
    expect([...in212.leads[0].counts]).toEqual([NO_SAMPLE_INT16, 7]);
  });
  it('a .mat has its header skipped', () => {
    expect([...assembleRecord('r', header('16+24', 1), () => Uint8Array.of(...new Array(24).fill(9), 1, 0)).leads[0].counts]).toEqual([1]);
  });
  it('cut short: a warning, and what is there', () => {
    const record = assembleRecord('r', header('16', 5), () => new Uint8Array(5));
    expect(record.samples).toBe(2);
    expect(record.warnings.map((warning) => warning.code)).toEqual(['truncated']);
  });
  it('checksums signed or unsigned; a wrong one is reported', () => {
    const bytes = () => Uint8Array.of(0xfe, 0xff);
    expect(assembleRecord('r', header('16', 1, '-2'), bytes).warnings).toEqual([]);
    expect(assembleRecord('r', header('16', 1, '65534'), bytes).warnings).toEqual([]);
    expect(assembleRecord('r', header('16', 1, '7'), bytes).warnings[0].code).toBe('checksum');
  });
  it('signals in several files, one of them shorter', () => {
    const two = parseHeader('r 2 500 3\na.dat 16 200 16 0 0\nb.dat 16 200 16 0 0');
    const record = assembleRecord('r', two, (file) => (file === 'a.dat' ? Uint8Array.of(1, 0, 2, 0, 3, 0) : Uint8Array.of(4, 0)));
    expect(record.leads.map((lead) => [...lead.counts])).toEqual([[1, 2, 3], [4, NO_SAMPLE_INT16, NO_SAMPLE_INT16]]);
  });
  it('an unknown format says so, a missing file names itself', async () => {
    expect(() => assembleRecord('r', header('99', 1), () => new Uint8Array(1))).toThrow(/format 99/);
    await writeFile(join(folder, 'lone.hea'), 'lone 1 500 5\nlone.dat 16 200\n');
    await expect(readRecord(join(folder, 'lone'))).rejects.toMatchObject({ code: 'missing-file', where: join(folder, 'lone.dat') });
    await expect(readRecord(join(folder, 'none'))).rejects.toMatchObject({ code: 'missing-file' });
    await expect(listRecords(join(folder, 'none'))).rejects.toMatchObject({ code: 'missing-file' });
  });
});

describe('written and read again', () => {
  it('gives the same record', async () => {
    const counts = Int16Array.of(1, -2, 300, NO_SAMPLE_INT16, 32767);
    const leads = [{ name: 'II', aduPerMv: 200, offsetAdu: -4, counts }, { name: 'ECG-2', aduPerMv: 71.5, offsetAdu: 0, counts: counts.map((c) => c ^ 1) }];
    await writeRecord(join(folder, 'deep'), 'w1', { rateHz: 499.97, startMs: Date.UTC(2026, 1, 3, 4, 5, 6, 78), leads, comments: ['a\nb'] });
    expect(await listRecords(folder)).toContain('deep/w1');
    const record = await readRecord(join(folder, 'deep/w1'));
    expect(record).toMatchObject({ rateHz: 499.97, samples: 5, startMs: Date.UTC(2026, 1, 3, 4, 5, 6, 78), comments: ['a b'], warnings: [] });
    expect(record.leads.map(({ name, aduPerMv, offsetAdu, counts: read }) => ({ name, aduPerMv, offsetAdu, counts: read }))).toEqual(leads);
  });
  it('a name that is a path is refused', () => {
    expect(() => encodeRecord('../x', { rateHz: 1, startMs: 0, leads: [] })).toThrow(/record name/);
  });
  it('annotations, whatever their distance', () => {
    fc.assert(fc.property(
      fc.array(fc.record({ gap: fc.integer({ min: 0, max: 3_000_000 }), symbol: fc.constantFrom('N', 'V', '+', '/', '(', 'p'), aux: fc.constantFrom('', '(N', '(AFIB') })),
      (list) => {
        let sample = 0;
        const written = list.map(({ gap, symbol, aux }) => ({ sample: (sample += gap), symbol, aux }));
        const { annotations } = decodeAnnotations(encodeAnnotations(written));
        expect(annotations.map(({ sample: at, symbol, aux }) => ({ sample: at, symbol, aux }))).toEqual(written);
      },
    ));
  });
  it('annotations cut short are refused', () => {
    expect(() => decodeAnnotations(Uint8Array.of(0x00, 0xec, 1))).toThrow(/ends within/);
  });
});
