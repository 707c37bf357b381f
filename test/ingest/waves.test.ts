/** What messages of the field mean: each shape as its makers send it, and what contradicts itself is refused, never guessed. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LEADS, NO_SAMPLE_INT16 } from '../../src/ecg/index.js';
import { Er7Message } from '../../src/ingest/index.js';
import { hl7Time, MDC, waveMessage } from './messages.js';
import { countsOf, er7, NOW_MS, read, readLeaving, refusal } from './read.js';

const MSH = 'MSH|^~\\&|GATEWAY|ICU|PURKINJE|ICU|20260301120001.000||ORU^R01^ORU_R01|P0|P|2.6';
const OBR = 'OBR|1||X0|WAVEFORM|||20260301120000.000';
const MDS = 'OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||DEV123';
const RATE = 'OBX|3|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.1.1|250|264608^MDC_DIM_PER_SEC';
const UTC = { timeZone: 'UTC' };
const wave = (rest: { code?: string; values?: string; unit?: string; more?: string[] } = {}) => {
  const { code = '131330^MDC_ECG_LEAD_II^MDC', values = '0.165^-0.16^0.1650', unit = '266418^MDC_DIM_MILLI_VOLT^MDC', more = [RATE] } = rest;
  return er7(MSH, OBR, MDS, `OBX|2|NA|${code}|1.1.1.1|${values}|${unit}|||||F`, ...more);
};

describe('ORU^R01', () => {
  test('counts with a resolution: equal to the last one, 32767 is no sample', () => {
    const leads = Object.fromEntries(LEADS.map((lead, k) => [lead, [k, -k, 32_767, 1000 * k]]));
    const [piece, ...more] = read(waveMessage({ id: '1', device: '00A037', time: '20260301200000540+0800', rateHz: 500, resolution: 0.001221, leads }));
    expect(more).toEqual([]);
    expect(piece).toMatchObject({ device: '00A037', rateHz: 500, samples: 4, startMs: NOW_MS + 540, declaredLeads: LEADS });
    expect(countsOf(piece)).toEqual(Object.fromEntries(LEADS.map((lead, k) => [lead, [k, 0 - k, NO_SAMPLE_INT16, 1000 * k]])));
    for (const { aduPerMv, offsetAdu, samples } of piece.blocks) expect({ aduPerMv, offsetAdu, kind: samples.constructor }).toEqual({ aduPerMv: 1 / 0.001221, offsetAdu: 0, kind: Int16Array });
  });

  test('a rate less than 1% beyond the nominal ones is taken, in a message and in the map', () => {
    expect(read(wave({ more: [RATE.replace('250', '99.97')] }), UTC)[0].rateHz).toBe(99.97);
    expect(read(wave(), { ...UTC, channels: { 131330: { rateHz: 1000.4 } } })[0].rateHz).toBe(1000.4);
  });

  test('decimals in mV are whole nanovolts, and an empty place is a missing sample', () => {
    const [piece] = read(wave({ values: '0.1650^-0.005^^1' }), UTC);
    expect(piece).toMatchObject({ device: 'DEV123', rateHz: 250, startMs: NOW_MS });
    expect(piece.blocks[0]).toMatchObject({ lead: 'II', aduPerMv: 1e6 });
    expect(countsOf(piece)).toEqual({ II: [165_000, -5000, -2_147_483_648, 1_000_000] });
  });

  test('one bad value is a missing sample, and counted; so is one that no lead can have', () => {
    const bad = ['NaN', 'zwei', '---', '1.2.3', '-', '99999999'];
    for (const word of bad) {
      const values = [...Array(20).keys()].map((k) => (k === 7 ? word : `0.${k + 10}`));
      const { waves, left } = readLeaving(wave({ values: values.join('^') }));
      expect([...waves[0].samples], word).toEqual(values.map((text) => (text === word ? -2_147_483_648 : Math.round(Number(text) * 1e6))));
      expect(left, word).toEqual({ 'no-number': 1, 'no-lead': 0, withdrawn: 0 });
    }
    const counts = wave({ unit: '', values: '135^INOP^131', more: [RATE, 'OBX|4|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|1.1.1.1.2|0.001221|mV'] });
    expect(countsOf(read(counts, UTC)[0])).toEqual({ II: [135, NO_SAMPLE_INT16, 131] });
  });

  test('a lead of words alone is missing, and costs no other', () => {
    const text = wave({ more: [RATE, 'OBX|8|NA|131329^MDC_ECG_LEAD_I^MDC|1.1.1.8|---^---^---|mV|||||F', RATE.replace('1.1.1.1.1', '1.1.1.8.1')] });
    expect(countsOf(read(text, UTC)[0])).toEqual({ II: [165_000, -160_000, 165_000], I: [-2_147_483_648, -2_147_483_648, -2_147_483_648] });
    expect(readLeaving(text).left['no-number']).toBe(3);
  });

  test('numbers as programs write them: seventeen digits, exponents, a sign', () => {
    const values = ['0.16500000000000001', '1e-05', '-1.5E-2', '+.5', '5.', '0.30000000000000004', '-00000000000000000001.25'];
    expect(countsOf(read(wave({ values: values.join('^') }), UTC)[0])['II']).toEqual(values.map((text) => Math.round(Number(text) * 1e6)));
    expect(readLeaving(wave({ values: values.join('^') })).left['no-number']).toBe(0);
  });

  test('an empty array, or none, is a lead without samples: of it nothing need be said, and it stays declared', () => {
    for (const empty of ['', '""', '^^^']) {
      const text = wave({ more: [RATE, `OBX|8|NA|131329^MDC_ECG_LEAD_I^MDC|1.1.1.8|${empty}||||||F`] });
      const [piece, ...others] = read(text, UTC);
      expect(others).toEqual([]);
      expect(piece.declaredLeads).toEqual(['I', 'II']);
      expect(countsOf(piece)).toEqual({ II: [165_000, -160_000, 165_000], I: Array(3).fill(NO_SAMPLE_INT16) });
    }
    expect(refusal(wave({ values: '' }), UTC)).toBe('no-waveform');
  });

  test.each(['D', 'N', 'W', 'X'])('an array with %s in OBX-11 is taken back: its lead has no samples', (status) => {
    const text = wave({ more: [RATE, `OBX|8|NA|131329^MDC_ECG_LEAD_I^MDC|1.1.1.8|1^2^3|mV|||||${status}`, RATE.replace('1.1.1.1.1', '1.1.1.8.1')] });
    expect(countsOf(read(text, UTC)[0])).toEqual({ II: [165_000, -160_000, 165_000], I: Array(3).fill(NO_SAMPLE_INT16) });
    expect(readLeaving(text).left).toEqual({ 'no-number': 0, 'no-lead': 0, withdrawn: 1 });
  });

  test('C1 to C6 beside limb leads are chest leads, and those of an EEG are not', () => {
    const lead = (name: string, k: number) => `OBX|${k}|NA|${k}^${name}^L|1.1.1.${k}|0.5|mV|||||F`;
    const named = (...names: string[]) => wave({ values: '0.5', more: [RATE, ...names.flatMap((name, k) => [lead(name, k + 8), RATE.replace('1.1.1.1.1', `1.1.1.${k + 8}.1`)])] });
    expect(read(named('C1', 'C2', 'C6'), UTC)[0].declaredLeads).toEqual(['II', 'V1', 'V2', 'V6']);
    for (const others of [['C3', 'C4'], ['C1', 'C2', 'Fp1'], ['C1', 'V1']]) expect(read(named(...others), UTC)[0].declaredLeads, others.join()).toEqual(others.includes('V1') ? ['II', 'V1'] : ['II']);
  });

  test('a channel that looks like an ECG and is no lead that is known is counted, unless the site map ignores it', () => {
    const text = wave({ more: [RATE, 'OBX|8|NA|9000^ECG 2^L|1.1.1.8|0.5|mV|||||F', 'OBX|9|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1.1.1.9|1^2^3||||||F'] });
    expect(readLeaving(text).left['no-lead']).toBe(1);
    expect(readLeaving(text, { ...UTC, channels: { 9000: { ignore: true } } }).left['no-lead']).toBe(0);
  });

  test('a line of the containment tree claims no facet: a channel above an array and its facets beside it', () => {
    const text = er7(MSH, OBR, MDS, 'OBX|2||69854^MDC_DEV_ECG_CHAN^MDC|1.1.1', 'OBX|3|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.1|1^2^3|mV|||||F', RATE.replace('1.1.1.1.1', '1.1.1.2'));
    expect(read(text, UTC)).toMatchObject([{ declaredLeads: ['II'], rateHz: 250 }]);
  });

  test('facets of a pulse rate are not those of the array before it', () => {
    const text = wave({ more: [RATE, 'OBX|8|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.8|72', 'OBX|9|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.8.1|100'] });
    expect(read(text, UTC)[0].rateHz).toBe(250);
  });

  test('a byte-order mark, empty lines before the header, and LF or CR LF at the ends of segments change nothing', () => {
    const [expected] = read(wave(), UTC);
    for (const text of [`\uFEFF${wave()}`, `\r\n${wave()}`, wave().replaceAll('\r', '\n'), wave().replaceAll('\r', '\r\n')]) expect(read(text, UTC)[0]).toEqual(expected);
  });

  test.each(['uv', 'µV', 'μV', 'microvolts', 'micro volt', '[uV]', '266419^MDC_DIM_MICRO_VOLT^MDC', '^microvolt', '266419'])('%s is µV', (unit) => {
    expect(countsOf(read(wave({ values: '165.5', unit }), UTC)[0])).toEqual({ II: [165_500] });
  });

  test.each(['mV/s', 'mmHg', 'adu', '?V'])('%s is none that is sure', (unit) => expect(refusal(wave({ values: '165.5', unit }), UTC)).toBe('no-gain'));

  test('other units, and the unit that only the range names', () => {
    expect(countsOf(read(wave({ values: '165.5', unit: 'uV' }), UTC)[0])).toEqual({ II: [165_500] });
    const range = 'OBX|4|NR|0^MDC_ATTR_DATA_RANGE^MDC|1.1.1.1.2|-5.0^10.0|266418^MDC_DIM_MILLI_VOLT^MDC';
    expect(countsOf(read(wave({ unit: '', values: '0.5', more: [RATE, range] }), UTC)[0])).toEqual({ II: [500_000] });
  });

  test('facets are of the array that OBX-4 names, wherever they stand', () => {
    const text = er7(MSH, OBR, MDS, 'OBX|2|NA|131329^MDC_ECG_LEAD_I^MDC|1.1.1.1|1^2||||||F', 'OBX|3|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.2|3^4||||||F', ...[1, 2].flatMap((k) => [`OBX|4|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.${k}.1|250`, `OBX|5|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|1.1.1.${k}.2|${k}|266419^MDC_DIM_MICRO_VOLT^MDC`]));
    expect(read(text, UTC)[0].blocks.map(({ lead, aduPerMv }) => [lead, Math.round(aduPerMv)])).toEqual([['I', 1000], ['II', 500]]);
  });

  test('other signals are left alone; a message of them alone is no ECG', () => {
    const pleth = 'OBX|9|NA|150452^MDC_PULS_OXIM_PLETH^MDC|1.1.1.9|1^2^3||||||F';
    expect(read(wave({ more: [RATE, pleth] }), UTC)).toHaveLength(1);
    expect(refusal(er7(MSH, OBR, MDS, pleth), UTC)).toBe('no-waveform');
  });

  test('several devices, several times and more than ten seconds are pieces of their own, in order', () => {
    const long = Array(2600).fill('1').join('^');
    const text = er7(MSH, OBR.replace('120000', '120010'), MDS, `OBX|2|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.1|${long}|uV|||||F`, RATE, OBR, MDS.replace('DEV123', 'DEV9'), 'OBX|2|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.1|5|uV|||||F', RATE);
    expect(read(text, UTC).map(({ device, startMs, samples }) => [device, startMs! - NOW_MS, samples])).toEqual([['DEV9', 0, 1], ['DEV123', 10_000, 2500], ['DEV123', 20_000, 100]]);
  });
});

describe('ORU^W01', () => {
  const W01 = MSH.replace('ORU^R01^ORU_R01', 'ORU^W01');
  const map = { ...UTC, device: { from: 'MSH-3' } };
  const battery = (definitions: string, values: string, type = 'NA') => er7(W01, 'OBR|1|5678|1234|5^WAVEFORM^L|||20260301120000', `OBX|1|CD|5&CHN||${definitions}|||||||F`, 'OBX|2|TS|5&TIM||20260301120000.000|||||||F', `OBX|3|${type}|5&WAV||${values}|||||||F`);

  test('channel definitions, a time, then an instant a repetition; what a channel leaves open is as in the first', () => {
    const [piece] = read(battery('1^ECG I&1^^0.005&mV^^200^-2048&2047~2^ECG II&1~3^RESP&1', '33^5^9~32^3^9~^2^9'), map);
    expect(piece).toMatchObject({ device: 'GATEWAY', rateHz: 200, samples: 3, startMs: NOW_MS });
    expect(piece.blocks.map(({ lead, aduPerMv }) => [lead, aduPerMv])).toEqual([['I', 200], ['II', 200]]);
    expect(countsOf(piece)).toEqual({ I: [33, 32, NO_SAMPLE_INT16], II: [5, 3, 2] });
  });

  test('the definitions of 2.4 and later: name with the number, baseline and correction; a sensitivity below 0 turns the lead over', () => {
    const [piece] = read(battery('1&ECG II^LL&RA^2&uV^1.5&10^250^-2048&2047~2&ECG III^LL&LA^-2&uV^1&7^250', '33^5~32^3', 'MA'), map);
    expect(piece.rateHz).toBe(250);
    expect(piece.blocks.map(({ lead, offsetAdu, aduPerMv }) => [lead, offsetAdu, Math.round(aduPerMv)])).toEqual([['II', 10, 333], ['III', -7, 500]]);
    expect(countsOf(piece)).toEqual({ II: [33, 32], III: [-5, -3] });
  });

  test('one channel has all values; a second array continues the first', () => {
    const text = battery('1^ECG II&1^^0.005&mV^^200', '1^2^3') + er7('OBX|4|NA|5&WAV||4^5^6|||||||F');
    expect(read(text, map).map(({ startMs, blocks }) => [startMs! - NOW_MS, ...blocks[0].samples])).toEqual([[0, 1, 2, 3], [15, 4, 5, 6]]);
  });

  test('an instant with more values than channels is refused', () => expect(refusal(battery('1^ECG I&1^^0.005&mV^^200~2^ECG II&1', '1^2^3'), map)).toBe('channels-differ'));
});

describe('what is not said is asked of the site map, and not guessed', () => {
  const bare = er7('MSH|^~\\&|CAPTOR||||20260301120000.741+0100||ORU^R01|44|P|2.3', 'PV1||I|ICU03', 'OBR|||||||20260301120000.111+0100', 'OBX|1|NA|52910||0.17^0.16||||||F');

  test('neither lead nor unit nor rate', () => {
    expect(refusal(bare)).toBe('no-waveform');
    const device = { from: 'PV1-3' };
    expect(refusal(bare, { device, channels: { 52910: { lead: 'ii' } } })).toBe('no-rate');
    expect(refusal(bare, { device, channels: { 52910: { lead: 'ii', rateHz: 240 } } })).toBe('no-gain');
    expect(refusal(bare, { device, channels: { 52910: { lead: 'ii', rateHz: 240, aduPerMv: 200 } } })).toBe('gain-ambiguous');
    const [piece] = read(bare, { device, channels: { 52910: { lead: 'ii', rateHz: 240, unit: 'mV' } } });
    expect(piece).toMatchObject({ device: 'ICU03', rateHz: 240, startMs: NOW_MS - 3_600_000 + 111, declaredLeads: ['II'] });
  });

  test('the site map stands above the message', () => {
    const [piece] = read(wave({ values: '100', unit: 'uV' }), { ...UTC, every: { aduPerMv: -400, offsetAdu: 20 }, leads: ['I', 'II'], placement: 'mason-likar' });
    expect(piece.blocks[0]).toMatchObject({ aduPerMv: 400, offsetAdu: -20 });
    expect(countsOf(piece)).toEqual({ II: [-100] });
    expect(piece.declaredLeads).toEqual(['I', 'II']);
    expect(read(wave({ code: '131331^MDC_ECG_LEAD_III^MDC' }), { ...UTC, channels: { 131331: { lead: 'III' } } })[0].declaredLeads).toEqual(['III']);
  });

  test.each([
    ['131331^MDC_ECG_LEAD_III^MDC', 'code-contradicts-name'],
    ['131331^MDC_ECG_LEAD_I^MDC', 'code-contradicts-name'],
    ['131389^ECG V1^MDC', 'code-contradicts-name'],
    ['131340^MDC_ECG_ELEC_POTL_II^MDC', 'code-contradicts-name'],
  ])('%s is refused', (code, reason) => expect(refusal(wave({ code }), UTC)).toBe(reason));

  test.each(LEADS.map((lead) => [lead, MDC[lead]]))('%s is %i, with its name and without', (lead, code) => {
    for (const name of ['', `MDC_ECG_LEAD_${lead.toUpperCase()}`, `MDC_ECG_ELEC_POTL_${lead}`, `ECG ${lead}`, 'WAVE 7']) expect(read(wave({ code: `${code}^${name}^MDC` }), UTC)[0].declaredLeads).toEqual([lead]);
  });

  test.each([
    ['no-gain', wave({ unit: '', values: '1^2' }), UTC],
    ['no-gain', wave({ unit: '262656^MDC_DIM_DIMLESS^MDC', values: '1^2' }), UTC],
    ['no-gain', wave({ unit: '266418^MDC_DIM_MICRO_VOLT^MDC' }), UTC],
    ['no-rate', wave({ more: [] }), UTC],
    ['bad-rate', wave({ more: [RATE.replace('250', '12')] }), UTC],
    ['bad-rate', wave({ more: [RATE.replace('250', '99')] }), UTC],
    ['bad-rate', wave({ more: [RATE.replace('250', '1010')] }), UTC],
    ['bad-number', wave({ values: '0,165^-0,16^0^0,17' }), UTC],
    ['bad-number', wave({ values: '0x1F^0x20^0x21' }), UTC],
    ['bad-number', wave({ values: '1.2.3' }), UTC],
    ['bad-number', wave({ values: '3000000000^1^3000000000' }), UTC],
    ['bad-number', wave({ values: `${'900^'.repeat(200)}1,350^${'300^'.repeat(200)}0`, unit: 'uV', more: [RATE] }), UTC],
    ['gain-ambiguous', wave({ values: '135^131', more: [RATE, 'OBX|4|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|1.1.1.1.2|0.001221||||||R'] }), UTC],
    ['gain-ambiguous', wave({ unit: '', values: '135^131', more: [RATE, 'OBX|4|NR|0^MDC_ATTR_DATA_RANGE^MDC|1.1.1.1.2|-5.0^10.0|266418^MDC_DIM_MILLI_VOLT^MDC'] }), UTC],
    ['no-zone', wave(), {}],
    ['no-time', wave().replace('20260301120000.000', ''), UTC],
    ['bad-time', wave().replace('20260301120000.000', '20260230120000'), UTC],
    ['bad-time', wave().replace('20260301120000.000', '202603011200'), UTC],
    ['no-device', wave().replace('DEV123', ''), UTC],
    ['bad-device', wave().replace('DEV123', 'bed 3'), UTC],
    ['unknown-device', wave(), { ...UTC, device: { others: 'refuse' } }],
    ['unsupported-message', wave().replace('ORU^R01', 'ADT^A01'), UTC],
    ['too-long', wave({ values: Array(16_000).fill('1').join('^') }), UTC],
    ['lead-repeated', wave({ more: [RATE, 'OBX|8|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.8|1^2^3|mV|||||F', RATE.replace('1.1.1.1.1', '1.1.1.8.1')] }), UTC],
    ['rates-differ', wave({ more: [RATE, 'OBX|8|NA|131329^MDC_ECG_LEAD_I^MDC|1.1.1.8|1^2^3|mV|||||F', RATE.replace('|250|', '|500|').replace('1.1.1.1.1', '1.1.1.8.1')] }), UTC],
  ])('%s', (reason, text, map) => expect(refusal(text, map)).toBe(reason));

  test('without a time, arrival is enough where the site says so', () => expect(read(wave().replace('20260301120000.000', ''), { time: 'arrival' })[0].startMs).toBeUndefined());
});

describe('times', () => {
  const at = (time: string, map: object, nearMs = NOW_MS) => read(wave().replace('20260301120000.000', time), map, nearMs)[0].startMs! - NOW_MS;
  test.each([
    ['20260301120000.5', 500],
    ['20260301120000', 0],
    ['20260301120000540', 540],
    ['20260301120000540000', 540],
    ['20260301120000.1234567', 123.4567],
    ['20260301130000.000+0100', 0],
    ['20260301063000-0530', 0],
  ])('%s', (time, ms) => expect(at(time, UTC)).toBeCloseTo(ms, 3));

  test('a zone of the message’s own time holds for its others, before that of the site', () => {
    const text = wave().replace('20260301120001.000', '20260301130001.000+0100').replace('20260301120000.000', '20260301130000.000');
    expect(read(text, { timeZone: 'Asia/Tokyo' })[0].startMs).toBe(NOW_MS);
  });

  test('an hour that comes twice is the one nearer to now', () => {
    const map = { timeZone: 'Europe/Berlin' };
    const summer = Date.UTC(2026, 9, 25, 0, 30);
    expect(at('20261025023000', map, summer) + NOW_MS).toBe(summer);
    expect(at('20261025023000', map, summer + 3_600_000) + NOW_MS).toBe(summer + 3_600_000);
    expect(at('20260701120000', map) + NOW_MS).toBe(Date.UTC(2026, 6, 1, 10));
  });

  test('hl7Time of these tests is read as it was meant', () => expect(at(hl7Time(NOW_MS + 250), {})).toBe(250));
});

test('any numbers are read as Number reads them', () => {
  const number = fc.tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: 5, max: 6 })).map(([n, d]) => (n / 10 ** d).toFixed(d));
  fc.assert(
    fc.property(fc.array(fc.option(number), { minLength: 1, maxLength: 50 }), fc.constantFrom('uV', 'mV'), (numbers, unit) => {
      const values = [...numbers, '1'];
      const [piece] = read(wave({ values: values.map((text) => text ?? '').join('^'), unit, more: [RATE] }), { ...UTC, noSample: [] });
      const perUnit = unit === 'mV' ? 1e6 : 1e3;
      const expected = values.map((text) => (text === null ? -2_147_483_648 : Math.round(Number(text) * perUnit)));
      expect(countsOf(piece)['II']).toEqual(expected.map((count) => count + 0));
    }),
  );
});

test('whatever the bytes are, they are read or refused', () => {
  const base = wave();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }), fc.nat(base.length), (changes, cut) => {
      const bytes = Buffer.from(base);
      for (const [at, byte] of changes) bytes[at] = byte;
      const text = bytes.subarray(0, bytes.length - (cut % 50)).toString('latin1');
      if (Er7Message.read(Buffer.from(text)) !== undefined) refusal(text, UTC);
    }),
    { numRuns: 2000 },
  );
});

test('the example of docs/ingest.md is what the page says it is', () => {
  const page = readFileSync('docs/ingest.md', 'utf8').split('\n').filter((line) => line.startsWith('    ')).map((line) => line.slice(4));
  const message = page.filter((line) => /^(MSH|PV1|OBR|OBX)\|/.test(line));
  const map = page.slice(page.indexOf('timeZone: Europe/Berlin'), page.indexOf('placement: mason-likar') + 1).join('\n');
  const [piece] = read(er7(...message), parse(map));
  expect(piece).toMatchObject({ device: 'icu-1-bed-3', startMs: Date.UTC(2026, 2, 1, 11, 0, 0, 111), rateHz: 500, declaredLeads: ['II', 'V5'] });
  expect(Math.round(piece.blocks[0].aduPerMv)).toBe(819);
  expect(countsOf(piece)).toEqual({ II: [135, 135, NO_SAMPLE_INT16, 143], V5: [170_000, 160_000, 160_000, 170_000] });
});
