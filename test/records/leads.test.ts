// What other makers call a lead or a unit is understood, or it is reported: never taken for something else in silence.
import { describe, expect, it } from 'vitest';
import { type Lead, numberOfLead } from '../../src/ecg/index.js';
import { ecgRecord, type FileSignal, noticesOf } from '../../src/records/index.js';

const TWELVE = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const signal = (label: string, unit = 'mV', gain = 1000): FileSignal => ({ label, unit, gain, offset: 0, rateHz: 500, counts: Int16Array.of(1, 2) });
const record = (signals: readonly FileSignal[]) => ecgRecord('r', { where: 'r', signals, comments: [], warnings: [] });
const names = (labels: readonly string[]) => record(labels.map((label) => signal(label))).leads.map(({ name }) => name);

describe('names of leads', () => {
  it.each<[string, (lead: string) => string]>([
    ['as they are', (lead) => lead],
    ['Lead I', (lead) => `Lead ${lead}`],
    ['LEAD_I', (lead) => `LEAD_${lead.toUpperCase()}`],
    ['ECG I', (lead) => `ECG ${lead}`],
    ['ecg-i', (lead) => `ecg-${lead.toLowerCase()}`],
    ['ECG Lead I', (lead) => `ECG Lead ${lead}`],
    ['EKG_I', (lead) => `EKG_${lead}`],
    ['MDC_ECG_LEAD_I', (lead) => `MDC_ECG_LEAD_${lead.toUpperCase()}`],
    ['MDC_ECG_ELEC_POTL_I', (lead) => `MDC_ECG_ELEC_POTL_${lead.toUpperCase()}`],
    ['Ableitung I', (lead) => `Ableitung ${lead}`],
    ['I (mV)', (lead) => `${lead} (mV)`],
    ['Lead I (Einthoven)', (lead) => `Lead ${lead} (Einthoven)`],
    ['"I"', (lead) => ` "${lead}" `],
    ['V 1', (lead) => lead.replace(/^V/, 'V ')],
    ['V_1', (lead) => lead.replace(/^V/, 'v_')],
    ['I lead', (lead) => `${lead} lead`],
    ['I:', (lead) => `${lead}:`],
    ['Derivação I', (lead) => `Derivação ${lead}`],
    ['ECG Waveform I', (lead) => `ECG Waveform ${lead}`],
    ['V1 (C1)', (lead) => lead.replace(/^V(.)/, 'V$1 (C$1)')],
    ['C1/V1', (lead) => lead.replace(/^V(.)/, 'C$1/V$1')],
    ['by its number in 11073-10101', (lead) => String(131_328 + numberOfLead(lead as Lead))],
    ['by electrodes', (lead) => ({ I: 'ECG LA-RA', II: 'LL-RA', III: 'LL - LA' })[lead] ?? lead],
    ['V as C', (lead) => lead.replace(/^V/, 'C')],
    ['Latin', (lead) => lead.replace(/^I+$/, (one) => `D${one}`)],
  ])('%s', (_, named) => expect(names(TWELVE.map(named))).toEqual(TWELVE));

  it('that mean something else stay what they are, and are reported', () => {
    expect(names(['C3', 'C4', 'EKG'])).toEqual(['C3', 'C4', 'EKG']);
    const frank = record(['X', 'Y', 'Z'].map((label) => signal(label)));
    expect(frank.leads.map(({ name }) => name)).toEqual(['X', 'Y', 'Z']);
    expect(noticesOf(frank).map(({ code, what }) => [code, what])).toEqual([
      ['further-lead', 'X, Y, Z: outside the twelve leads, used for beats and rates alone'],
      ['missing-leads', 'none of the twelve leads is there'],
    ]);
    expect(names(['D1', 'D2'])).toEqual(['D1', 'D2']);
    // The first and the second of several.
    expect(names(['Waveform I', 'Kanal II', 'Waveform V1'])).toEqual(['Waveform I', 'Kanal II', 'V1']);
    expect(names(['RA-LA', 'V 7'])).toEqual(['RA-LA', 'V 7']);
    expect(names(['-aVR', 'II'])).toEqual(['-aVR', 'II']);
    expect(names(['VR', 'V1/C2', '131340', 'II'])).toEqual(['VR', 'V1/C2', '131340', 'II']);
  });
  it('of a sleep laboratory only the ECG is one', () => {
    const sleep = record(['F3-M2', 'C4-M1', 'O2-A1', 'LOC-A2', 'E1-M2', 'Chin', 'Snore', 'Thorax', 'Leg/L', 'EKG', 'EEG Fpz-Cz'].map((label) => signal(label, 'uV')));
    expect(sleep.leads.map(({ name }) => name)).toEqual(['EKG']);
  });
  it('missing ones are named; two limb leads give the other four', () => {
    expect(noticesOf(record([signal('II'), signal('aVL'), signal('V2'), signal('V3')])).map(({ what }) => what)).toEqual(['leads missing: V1, V4–V6']);
    expect(noticesOf(record(TWELVE.map((label) => signal(label))))).toEqual([]);
  });
  it('a lead at another rate than the others is skipped, and said', () => {
    const mixed = record([signal('I'), signal('II'), { ...signal('V1'), rateHz: 250 }, { ...signal('RESP'), rateHz: 125 }]);
    expect(mixed.rateHz).toBe(500);
    expect(mixed.skipped).toEqual([{ label: 'RESP', why: 'not an ECG lead' }, { label: 'V1', why: 'at 250 Hz, the other leads at 500 Hz' }]);
  });
});

describe('units', () => {
  it.each([
    ['mV', 1], ['MV', 1], ['millivolts', 1], ['V', 1000], ['volt', 1000], ['nV', 1e-6], ['uV', 1e-3], ['UV', 1e-3], ['µV', 1e-3], ['μV', 1e-3], ['mcV', 1e-3],
    ['microvolt', 1e-3], ['MicroVolts', 1e-3], ['micro volts', 1e-3], ['[uV]', 1e-3], ['microV', 1e-3], ['uVolt', 1e-3], ['µVolts', 1e-3], ['mVolt', 1], ['MDC_DIM_MICRO_VOLT', 1e-3], ['266419', 1e-3],
  ])('%s', (unit, mv) => {
    const read = record([signal('II', unit, 2)]);
    expect(read.leads[0].aduPerMv).toBeCloseTo(2 / mv, 6);
    expect(read.warnings).toEqual([]);
  });
  // The two µ in UTF-8 read as Latin-1, in Shift JIS, in code page 437, lost.
  it.each(['Âµv', 'Î¼V', '\x83\xcaV', 'æV', '\ufffdV', '?V'])('%j is µV, with a warning', (unit) => {
    const read = record([signal('II', unit, 2)]);
    expect(read.leads[0].aduPerMv).toBeCloseTo(2000, 6);
    expect(read.warnings.map(({ code }) => code)).toEqual(['unit']);
  });
  it('counts without a calibration are taken at 200 a mV, with a warning', () => {
    const read = record([signal('II', 'adu', 1)]);
    expect(read.leads[0].aduPerMv).toBe(200);
    expect(read.warnings.map(({ code, what }) => [code, what])).toEqual([['no-gain', 'unit adu says nothing of mV: 200 adu/mV taken']]);
  });
  it('what is odd of several leads in the same way is said once, with their names', () => {
    const said = noticesOf(record([...['I', 'II'].map((lead) => signal(lead, '')), ...['V1', 'V2'].map((lead) => signal(lead, 'mV/s')), signal('RESP', 'mV')]));
    expect(said.map(({ what, where }) => `${what}, ${where}`).slice(0, 3)).toEqual(['no unit: taken as mV, r I, II', 'signals V1, V2 skipped: unit mV/s is no voltage, r', 'signal RESP skipped: not an ECG lead, r']);
  });
  it.each(['mV/s', 'mmHg', 'Ohm', '%'])('%s is no voltage: the signal is skipped, whatever its name', (unit) => {
    const read = record([signal('II', unit)]);
    expect(read.leads).toEqual([]);
    expect(noticesOf(read)[0]).toMatchObject({ code: 'skipped-signal', what: `signal II skipped: unit ${unit} is no voltage` });
  });
});
