/**
 * Every format reads as an independent reader reads it (formats.py wrote the recordings, and says who); what is damaged is refused or reported.
 * Invariants: I77
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEdf, listRecords, millivoltsOf, readRecord, RecordError, SIMULATED_COMMENT, START_UNKNOWN_MS } from '../../src/records/index.js';
import { expectedIn, expectEqual } from './formats.js';

const FOLDER = join(import.meta.dirname, 'golden/formats');
const EXPECTED = expectedIn(FOLDER);
/** Gaps of EDF+D and of times, and what of a record is left out, are said. */
const SAID: Readonly<Record<string, readonly string[]>> = { 'gaps.edf': ['gap'], 'moved.edf': ['gap'], 'moved.bdf': ['gap'], 'beside.csv': ['gap'], 'twelve.dcm': ['skipped-signal'], 'groups.dcm': ['skipped-signal'], 'mb.dcm': ['unit'], 'ab.dcm': ['unit'], 'thinned.scp': ['thinned'], 'halved.scp': ['thinned'], frames: ['checksum'], w8: ['checksum'] };

describe('as an independent reader has it', () => {
  it.each(EXPECTED)('%s', async (name, expected) => {
    const record = await readRecord(join(FOLDER, name));
    expectEqual(record, expected);
    expect(record.warnings.map(({ code }) => code)).toEqual(SAID[name] ?? []);
  });
  it('a folder lists each once: no segment of another, no table that is none', async () => {
    expect(await listRecords(FOLDER)).toEqual(EXPECTED.map(([name]) => name).sort());
  });
});

describe('files that are no recording, or are cut short', () => {
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'formats-')); });
  afterAll(async () => rm(folder, { recursive: true }));
  const written = async (name: string, content: Uint8Array | string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const golden = (name: string) => readFile(join(FOLDER, name));

  it('an unknown format names those that are read, and how to get there', async () => {
    await expect(readRecord(await written('x.bin', 'MUSE'))).rejects.toThrow(/WFDB.*EDF.*BDF.*DICOM.*SCP-ECG.*HL7 aECG.*FHIR.*CSV.*convert/);
  });
  it('a CSV without a layout says what to state', async () => {
    await expect(readRecord(await written('bare.csv', 'I,II\n1,2\n'))).rejects.toThrow(/no layout is stated for it.*rateHz/);
  });
  it('a CSV whose layout has a word misspelt, or another delimiter than the table, is refused with what to state', async () => {
    await expect(readRecord(await written('typo.csv', '# rate: 500\n# unit: mV\nI,II\n1,2\n'))).rejects.toThrow(/its comment lines state neither rateHz nor time/);
    await expect(readRecord(await written('semicolons.csv', '# rateHz: 500\n# unit: mV\nI;II\n1;2\n'))).rejects.toThrow(/one column, I;II.*delimiter: ";"/);
  });
  it.each(['plus.edf', 'twelve.dcm', 'plain.scp', 'aecg.xml', 'r4.json', 'commented.csv', 'plus.bdf', 'huffman.scp', 'unsigned.dcm'])('%s cut anywhere is refused or reported, never read as whole', async (name) => {
    const bytes = await golden(name);
    const whole = await readRecord(join(FOLDER, name));
    for (let length = 0; length < bytes.length - 2; length += Math.max(1, Math.floor(bytes.length / 40))) {
      const file = await written(`cut-${name}`, bytes.subarray(0, length));
      const cut = await readRecord(file).catch((error: unknown) => {
        expect(error, `${length} bytes`).toBeInstanceOf(RecordError);
        return undefined;
      });
      // A table has no end of its own: what is there is whole.
      if (cut === undefined || name.endsWith('.csv')) continue;
      expect(cut.warnings.map(({ code }) => code), `${length} bytes`).toContain('truncated');
      expect(cut.samples).toBeLessThan(whole.samples);
    }
  });
  it.each(EXPECTED.map(([name]) => name).filter((name) => name.includes('.')))('%s with any byte changed is read or refused, at once', async (name) => {
    const bytes = await golden(name);
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(Math.min(bytes.length, 4000) - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, byte] of changes) changed[at] = byte;
      const startMs = performance.now();
      await readRecord(await written(`changed-${name}`, changed)).catch((error: unknown) => expect(error).toBeInstanceOf(RecordError));
      expect(performance.now() - startMs).toBeLessThan(2000);
    }), { numRuns: 30 });
  });
  it('a damaged frame of FLAC is refused: what stands behind it would come too early', async () => {
    await written('w516.hea', await golden('w516.hea'));
    for (const at of [200, 400, 700]) {
      const bytes = Uint8Array.from(await golden('w516.dat'));
      bytes[at] ^= 0x10;
      await written('w516.dat', bytes);
      await expect(readRecord(join(folder, 'w516'))).rejects.toThrow(/FLAC gives 0 of 120 samples/);
    }
    await written('w516.dat', (await golden('w516.dat')).subarray(0, 500));
    await expect(readRecord(join(folder, 'w516'))).rejects.toThrow(/FLAC gives 0 of 120 samples/);
  });
  it('FLAC of unknown length, or with other channels than the header, is refused before it is decoded', async () => {
    const bytes = Uint8Array.from(await golden('w516.dat'));
    const header = (await golden('w516.hea')).toString();
    await written('flac.hea', header.replaceAll('w516', 'flac'));
    // STREAMINFO: the length is the low four bits of byte 21 and bytes 22 to 25.
    const unknown = bytes.slice().fill(0, 22, 26);
    unknown[21] &= 0xf0;
    await written('flac.dat', unknown);
    await expect(readRecord(join(folder, 'flac'))).rejects.toThrow(/number of samples is not stated/);
    await written('flac.dat', bytes);
    const [first, ...signals] = header.replaceAll('w516', 'flac').trimEnd().split('\n');
    await written('flac.hea', `${first.replace(/ \d+ /, ` ${signals.length - 1} `)}\n${signals.slice(1).join('\n')}\n`);
    await expect(readRecord(join(folder, 'flac'))).rejects.toThrow(new RegExp(`${signals.length} channels.*the header has ${signals.length - 1} signals`));
  });
  it('a date that is none is reported, and the start is unknown', async () => {
    const edf = (await golden('plain.edf')).toString('latin1').replace('05.05.20', '35.05.20').replace('Startdate', 'X        ');
    const record = await readRecord(await written('date.edf', Buffer.from(edf, 'latin1')));
    expect([record.startMs, record.warnings.map(({ code }) => code)]).toEqual([START_UNKNOWN_MS, ['time']]);
  });
  it('a first data record of EDF+ without a readable time is reported, and taken as the start', async () => {
    const edf = (await golden('plus.edf')).toString('latin1');
    const whole = await readRecord(join(FOLDER, 'plus.edf'));
    const record = await readRecord(await written('no-time.edf', Buffer.from(edf.replace('+0\x14\x14', '?0\x14\x14'), 'latin1')));
    expect([record.startMs, record.samples, record.warnings.map(({ code }) => code)]).toEqual([whole.startMs, whole.samples, ['time']]);
    const gaps = (await golden('gaps.edf')).toString('latin1');
    const late = await readRecord(await written('late.edf', Buffer.from(gaps.replace('+0.25\x14\x14', '?0.25\x14\x14'), 'latin1')));
    expect([late.startMs, late.warnings.map(({ code }) => code)]).toEqual([whole.startMs, ['gap', 'time']]);
    const far = await readRecord(await written('far.edf', Buffer.from(edf.replace('+0\x14\x14' + '\0'.repeat(15), '+9999999999999999\x14\x14'), 'latin1')));
    expect([far.startMs, far.warnings.map(({ code }) => code)]).toEqual([START_UNKNOWN_MS, ['time']]);
  });
  it('times of data records that the header contradicts are reported: gaps that it denies, gaps without times, a record without one', async () => {
    const gaps = (await golden('moved.edf')).toString('latin1');
    const read = async (text: string) => readRecord(await written('times.edf', Buffer.from(text, 'latin1')));
    const denied = await read(gaps.replace('EDF+D', 'EDF+C'));
    expect([denied.samples, denied.warnings.map(({ what }) => what)]).toEqual([300, ['the times of data records have 3 gaps, the header says that there are none: taken to follow one another']]);
    const untimed = await read(gaps.replace('EDF Annotations', 'Other signal   '));
    expect([untimed.samples, untimed.warnings.map(({ what }) => what)]).toEqual([300, ['its data records have gaps between them and no times: taken to follow one another']]);
    const one = await read(gaps.replace('+0.6\x14\x14', '?0.6\x14\x14').replace('+0.7\x14\x14', '?0.7\x14\x14'));
    expect(one.warnings.map(({ what }) => what)).toEqual(['2 gaps between data records', '2 data records have no time of their own: taken to follow the one before']);
  });
  it('two signals of one label stay two', async () => {
    const edf = (await golden('plain.edf')).toString('latin1');
    const record = await readRecord(await written('twice.edf', Buffer.from(edf.replace('ECG II', 'ECG I '), 'latin1')));
    expect([record.leads.map(({ name }) => name), record.warnings]).toEqual([['I', 'I-2', 'V1'], []]);
  });
  it('DICOM with derived groups alone is refused: it has no rhythm, and no time of one', async () => {
    const dicom = (await golden('twelve.dcm')).toString('latin1').replace('ORIGINAL', 'DERIVED ');
    await expect(readRecord(await written('derived.dcm', Buffer.from(dicom, 'latin1')))).rejects.toThrow(/no group of samples as they were recorded/);
  });
  it('absurd numbers are refused before anything is made of them', async () => {
    const edf = (await golden('plain.edf')).toString('latin1');
    const startMs = performance.now();
    await expect(readRecord(await written('many.edf', Buffer.from(`${edf.slice(0, 252)}9999${edf.slice(256)}`, 'latin1')))).rejects.toThrow(/9999 signals/);
    await written('gap.hea', 'gap/3 2 500 2000000020\ngap_0 10\n~ 2000000000\ngap_0 10\n');
    await written('gap_0.hea', 'gap_0 2 500 10\ngap_0.dat 16 200\ngap_0.dat 16 200\n');
    await written('gap_0.dat', new Uint8Array(40));
    await expect(readRecord(join(folder, 'gap'))).rejects.toThrow(/2000000020 samples of 2 signals/);
    await expect(readRecord(await written('gap.csv', '# time: { column: t }\nt,II\n0,1\n0.002,1\n1e9,1\n'))).rejects.toThrow(/samples from the first time/);
    await expect(readRecord(await written('far.json', JSON.stringify({
      resourceType: 'Bundle', entry: ['2020-01-01T00:00:00Z', '2090-01-01T00:00:00Z'].map((effectiveDateTime) => ({
        resource: { resourceType: 'Observation', code: { text: 'II' }, effectiveDateTime, valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, dimensions: 1, data: '1 2 3' } },
      })),
    })))).rejects.toThrow(/samples in all/);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
  it('XML with entities within entities costs nothing', async () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const file = await written('bomb.xml', `<?xml version="1.0"?><!DOCTYPE AnnotatedECG [<!ENTITY e0 "x">${entities}]><AnnotatedECG>&e20;</AnnotatedECG>`);
    await expect(readRecord(file)).rejects.toBeInstanceOf(RecordError);
  });
});

it('FHIR names a lead by a code of 11073, or by any of its names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  const component = (code: object) => ({ code, valueSampledData: { origin: { value: 0, code: 'uV' }, period: 2, factor: 2, dimensions: 1, data: '1 2 3' } });
  await writeFile(join(folder, 'names.json'), JSON.stringify({
    resourceType: 'Observation', status: 'final', code: { text: 'ECG' }, effectiveDateTime: 'last week',
    component: [component({ text: 'Channel 1', coding: [{ code: '131389' }] }), component({ text: 'first channel', coding: [{ code: 'x', display: 'MDC_ECG_LEAD_V2' }] }), component({ text: 'Lead aVL' }), component({ coding: [{ code: 'other' }] })],
  }));
  const record = await readRecord(join(folder, 'names.json'));
  expect(record.leads.map(({ name, aduPerMv }) => [name, aduPerMv])).toEqual([['III', 500], ['V2', 500], ['aVL', 500], ['other', 500]]);
  expect([record.startMs, record.warnings.map(({ code }) => code)]).toEqual([START_UNKNOWN_MS, ['time']]);
  await rm(folder, { recursive: true });
});

describe('segments of one signal with several gains', () => {
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'gains-')); });
  afterAll(async () => rm(folder, { recursive: true }));
  /** A record of one segment a gain, each with the counts 8 and −4. */
  const joinedOf = async (gains: readonly string[], gainAduPerMv?: number) => {
    await writeFile(join(folder, 'r.hea'), `r/${gains.length} 1 500 ${2 * gains.length}\n${gains.map((_, i) => `r_${i} 2\n`).join('')}`);
    for (const [i, gain] of gains.entries()) {
      await writeFile(join(folder, `r_${i}.hea`), `r_${i} 1 500 2\nr_${i}.dat 16 ${gain} 16 0 8 4 0 II\n`);
      await writeFile(join(folder, `r_${i}.dat`), Uint8Array.of(8, 0, 0xfc, 0xff));
    }
    const record = await readRecord(join(folder, 'r'), { gainAduPerMv });
    return { mv: record.leads.map((lead) => [...millivoltsOf(lead)].map((mv) => Math.round(mv * 1e6) / 1e6)), said: record.warnings.map(({ code }) => code), skipped: record.skipped.map(({ why }) => why) };
  };

  it('voltages become one, in whatever unit each is', async () => {
    expect(await joinedOf(['200/mV', '400/mV'])).toEqual({ mv: [[0.04, -0.02, 0.02, -0.01]], said: [], skipped: [] });
    expect(await joinedOf(['2/uV', '400/mV', '-400/mV'])).toEqual({ mv: [[0.004, -0.002, 0.02, -0.01, -0.02, 0.01]], said: [], skipped: [] });
    expect(await joinedOf(['2/??V', '400/mV'])).toEqual({ mv: [[0.004, -0.002, 0.02, -0.01]], said: ['unit'], skipped: [] });
  });
  it('a pressure stays none, and is skipped', async () => {
    expect(await joinedOf(['10/mmHg', '20/mmHg'])).toEqual({ mv: [], said: [], skipped: ['unit mmHg is no voltage'] });
  });
  it('counts without a calibration stay so, and are reported', async () => {
    expect(await joinedOf(['1/adu', '2/adu'])).toEqual({ mv: [[0.08, -0.04, 0.04, -0.02]], said: ['no-gain'], skipped: [] });
  });
  it('what is in no unit of the others is left out, and reported', async () => {
    expect(await joinedOf(['1/adu', '200/mV', '400/mV'])).toEqual({ mv: [[NaN, NaN, 0.04, -0.02, 0.02, -0.01]], said: ['skipped-signal'], skipped: [] });
    expect(await joinedOf(['10/mmHg', '1/Ohm'])).toEqual({ mv: [], said: ['skipped-signal'], skipped: ['unit mmHg is no voltage'] });
  });
  it('a gain from the caller is for counts of one gain alone', async () => {
    expect(await joinedOf(['200/mV', '200/mV'], 100)).toEqual({ mv: [[0.08, -0.04, 0.08, -0.04]], said: [], skipped: [] });
    expect(await joinedOf(['200/mV', '400/mV'], 100)).toEqual({ mv: [[0.04, -0.02, 0.02, -0.01]], said: ['unit'], skipped: [] });
  });
  it('what is beyond any count in the finest gain is missing, not another number', async () => {
    expect((await joinedOf(['1/mV', '1e9/mV'])).mv[0].slice(0, 2)).toEqual([NaN, NaN]);
  });
});

describe('tables of numbers with decimals', () => {
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'decimals-')); });
  afterAll(async () => rm(folder, { recursive: true }));
  const table = async (layout: string, rows: readonly string[], gainAduPerMv?: number) => {
    await writeFile(join(folder, 'table.csv'), `${layout.replace(/^/gm, '# ')}\n${rows.join('\n')}\n`);
    return readRecord(join(folder, 'table.csv'), { gainAduPerMv });
  };
  const mvOf = (record: Awaited<ReturnType<typeof table>>) => record.leads.map((lead) => [...millivoltsOf(lead)].map((mv) => Math.round(mv * 1e6) / 1e6));

  it.each(['adu', 'raw', 'counts'])('in %s are refused, not rounded: what they mean is not known', async (unit) => {
    await expect(table(`rateHz: 500\nunit: ${unit}`, ['II', '0.4', '1.6'])).rejects.toThrow(/table\.csv II: numbers with decimals.*says nothing of mV.*state their unit, or aduPerMv/);
    const whole = await table(`rateHz: 500\nunit: ${unit}`, ['II', '4', '16']);
    expect([mvOf(whole), whole.warnings.map(({ code }) => code)]).toEqual([[[0.02, 0.08]], ['no-gain']]);
    expect(mvOf(await table('rateHz: 500\naduPerMv: 10', ['II', '0.4', '1.6']))).toEqual([[0.04, 0.16]]);
  });
  it('of a signal that is no ECG lead hinder nothing', async () => {
    const record = await table('rateHz: 500\ncolumns: { PLETH: { unit: NU }, II: { unit: mV } }', ['II,PLETH', '0.5,0.25', '1,0.75']);
    expect([mvOf(record), record.skipped.map(({ label }) => label)]).toEqual([[[0.5, 1]], ['PLETH']]);
  });
  it('keep their unit whatever gain the caller has for counts', async () => {
    const record = await table('rateHz: 500\nunit: mV', ['II', '0.5', '1.25'], 200);
    expect([mvOf(record), record.warnings.map(({ code }) => code)]).toEqual([[[0.5, 1.25]], ['unit']]);
    expect(mvOf(await table('rateHz: 500\nunit: adu', ['II', '100', '250'], 100))).toEqual([[1, 2.5]]);
  });
});

describe('a start', () => {
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'starts-')); });
  afterAll(async () => rm(folder, { recursive: true }));
  const csv = async (start: string) => {
    await writeFile(join(folder, 'start.csv'), `# rateHz: 500\n# unit: mV\n# start: ${start}\nII\n1\n`);
    return readRecord(join(folder, 'start.csv'));
  };
  const fhir = async (effectiveDateTime: string) => {
    await writeFile(join(folder, 'start.json'), JSON.stringify({ resourceType: 'Observation', code: { text: 'II' }, effectiveDateTime, valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, dimensions: 1, data: '1 2 3' } }));
    return readRecord(join(folder, 'start.json'));
  };
  it.each([
    ['2026-03-01T11:00:00Z', Date.UTC(2026, 2, 1, 11)], ['2026-03-01T11:00:00.250+01:00', Date.UTC(2026, 2, 1, 10, 0, 0, 250)], ['2026-03-01T11:00-05:30', Date.UTC(2026, 2, 1, 16, 30)],
  ])('%s is an instant', async (text, startMs) => {
    for (const read of [csv, fhir]) expect(await read(text)).toMatchObject({ startMs, warnings: [] });
  });
  it.each(['2026-03-01T11:00:00', '2026-03-01 11:00:00', '2026-03-01', '1 March 2026 11:00 UTC', '2026-13-01T11:00:00Z', '2026-03-01T11:00:00+0100'])('%s is none: on another machine it might be another time', async (text) => {
    for (const read of [csv, fhir]) {
      const { startMs, warnings } = await read(text);
      expect([startMs, warnings.map(({ code, what }) => [code, /zone/.test(what)])]).toEqual([START_UNKNOWN_MS, [['time', true]]]);
    }
  });
});

it('only the whole comment marks a recording as nobody\'s, through EDF as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'marks-'));
  const written = async (...comments: string[]) => {
    const { bytes } = encodeEdf('r', { rateHz: 500, startMs: Date.UTC(2026, 0, 1), leads: [{ name: 'II', aduPerMv: 200, offsetAdu: 0, counts: new Int16Array(500) }], comments });
    await writeFile(join(folder, 'r.edf'), bytes);
    return readRecord(join(folder, 'r.edf'));
  };
  expect((await written('Age: 61', SIMULATED_COMMENT)).simulated).toBe(true);
  expect((await written('Simulated exercise: bicycle, 100 W', 'Age: 61')).simulated).toBe(false);
  const fhir = async (text: string) => {
    await writeFile(join(folder, 'r.json'), JSON.stringify({ resourceType: 'Observation', code: { text: 'II' }, note: [{ text }], valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, dimensions: 1, data: '1 2 3' } }));
    return (await readRecord(join(folder, 'r.json'))).simulated;
  };
  expect([await fhir(`Sinus rhythm\n${SIMULATED_COMMENT}`), await fhir(`Not "${SIMULATED_COMMENT}", as was said`)]).toEqual([true, false]);
  await rm(folder, { recursive: true });
});
