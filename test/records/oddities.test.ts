// What contradicts itself, or is no number, is skipped, refused or counted: never read as if it were whole.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EcgRecord, millivoltsOf, noticesOf, readRecord, writeRecord } from '../../src/records/index.js';

const FORMATS = join(import.meta.dirname, 'golden/formats');
let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'oddities-')); });
afterAll(async () => rm(folder, { recursive: true }));

async function read(name: string, content: Uint8Array | string): Promise<EcgRecord> {
  await writeFile(join(folder, name), content);
  return readRecord(join(folder, name));
}

const said = (record: EcgRecord) => record.warnings.map(({ code, what }) => `${code}: ${what}`);
const names = (record: EcgRecord) => record.leads.map(({ name }) => name);
const samplesOf = (record: EcgRecord, lead: string) => [...millivoltsOf(record.leads.find(({ name }) => name === lead)!)].map((mv) => Math.round(mv * 1000) / 1000);

const component = (code: number, display: string, data: string) => ({ code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: String(131_328 + code), display }] }, valueSampledData: { origin: { value: 0, code: 'mV' }, period: 4, factor: 0.001, dimensions: 1, data } });
const observation = (components: readonly object[], more: object = {}) => ({ resourceType: 'Observation', status: 'final', code: { text: 'ECG' }, effectiveDateTime: '2026-03-01T11:00:00Z', component: components, ...more });
const fhir = (name: string, resource: object) => read(name, JSON.stringify(resource));

describe('a code and a name of different leads', () => {
  it('in FHIR: the signal is skipped, and said', async () => {
    const record = await fhir('swapped.json', observation([component(1, 'MDC_ECG_ELEC_POTL_II', '1 2'), component(2, 'MDC_ECG_ELEC_POTL_II', '3 4')]));
    expect(names(record)).toEqual(['II']);
    expect(said(record)).toEqual(['skipped-signal: signal MDC_ECG_ELEC_POTL_II skipped: its code is of I, its name of II']);
  });

  it('in DICOM: the same', async () => {
    const bytes = await readFile(join(FORMATS, 'twelve.dcm'));
    const whole = await readRecord(join(FORMATS, 'twelve.dcm'));
    const at = bytes.indexOf('a lead', bytes.indexOf('a lead') + 1);
    const record = await read('swapped.dcm', Buffer.concat([bytes.subarray(0, at), Buffer.from('ECG V1'), bytes.subarray(at + 6)]));
    expect(names(record)).toEqual(names(whole).filter((name) => name !== 'II'));
    expect(said(record).filter((line) => !said(whole).includes(line))).toEqual(['skipped-signal: signal ECG V1 skipped: its code is of II, its name of V1']);
  });
});

describe('values that are no numbers', () => {
  it('in FHIR are missing and counted; E, L and U are missing and mean it', async () => {
    const record = await fhir('words.json', observation([component(1, 'I', `1 x12 E L U ${'7 '.repeat(20)}9`), component(2, 'II', `1 2 3 4 5 ${'7 '.repeat(20)}9`)]));
    expect(samplesOf(record, 'I').slice(0, 7)).toEqual([0.001, NaN, NaN, NaN, NaN, 0.007, 0.007]);
    expect(said(record)).toEqual(['text: I: 1 values are no numbers, taken as missing']);
  });

  it.each([['decimal commas', '0,1 0,2 0,3 1'], ['another separator', '1,2,3,4']])('in FHIR with %s: refused', async (_, data) => {
    await expect(fhir('notation.json', observation([component(1, 'I', data)]))).rejects.toThrow(/values are no numbers, as [01],/);
  });

  it('in aECG: counted', async () => {
    const text = await readFile(join(FORMATS, 'aecg.xml'), 'utf8');
    const record = await read('words.xml', text.replace(/(<digits>\s*\S+) \S+/, '$1 ***'));
    expect(said(record)).toEqual([expect.stringMatching(/^text: .* 1 values are no numbers, taken as missing$/)]);
  });

  it('in a CSV: one is missing and counted; a column in another notation is refused, and so is a table without names', async () => {
    const head = '# rateHz: 250\n# unit: mV\n# delimiter: ";"\nI;II\n';
    const record = await read('one.csv', `${head}${'0.1;0.2\n'.repeat(20)}oops;0.3\n`);
    expect(said(record)).toEqual(['text: I: 1 values are no numbers, taken as missing']);
    expect(samplesOf(record, 'I').at(-1)).toBeNaN();
    await expect(read('commas.csv', `${head}${'0,1;0\n'.repeat(20)}`)).rejects.toThrow(/I: 20 of 20 values are no numbers, as 0,1 .*a layout/);
    // The peaks alone are in another notation: without them the lead would look whole.
    await expect(read('peaks.csv', `${head}${'900;0\n'.repeat(100)}1'350;0\n`)).rejects.toThrow(/I: 1 of 101 values are no numbers, as 1'350/);
    await expect(read('bare.csv', '# rateHz: 250\n# unit: mV\n0.1,0.2\n0.3,0.4\n')).rejects.toThrow(/first row has numbers.*header:/);
  });
});

describe('what its writer takes back, or made of many beats', () => {
  it.each(['entered-in-error', 'cancelled'])('an observation whose status is %s is skipped, and said', async (status) => {
    const record = await fhir('status.json', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: observation([component(2, 'II', '1 2')]) }, { resource: observation([component(1, 'I', '3 4')], { status }) }] });
    expect(names(record)).toEqual(['II']);
    expect(said(record)).toEqual([`skipped-signal: an observation skipped: its status is ${status}`]);
  });

  it('representative beats beside the rhythm of an aECG are skipped, and said', async () => {
    const text = await readFile(join(FORMATS, 'aecg.xml'), 'utf8');
    const [series] = /<component>\s*<series>[^]*?<\/series>\s*<\/component>/.exec(text)!;
    const beat = series.replace(/(<series>[^]*?<code code=")[^"]*/, '$1REPRESENTATIVE_BEAT');
    const [whole, record] = [await readRecord(join(FORMATS, 'aecg.xml')), await read('beats.xml', text.replace(series, series + beat))];
    expect(record.leads).toEqual(whole.leads);
    expect(said(record)).toEqual(['skipped-signal: 1 series of representative beats skipped: no rhythm']);
  });
});

describe('what is of one person, one after another', () => {
  const later = { effectiveDateTime: '2026-03-01T11:00:10Z' };
  const bundle = (...resources: object[]) => ({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) });
  const lead = component(2, 'II', '1 2 3');

  it('observations of two subjects are no recording', async () => {
    const of = (reference: string, more = {}) => observation([lead], { subject: { reference }, ...more });
    await expect(fhir('two.json', bundle(of('Patient/a'), of('Patient/b', later)))).rejects.toThrow(/observations of 2 subjects.*Bundle for each/);
    expect(names(await fhir('one.json', bundle(of('Patient/a'), of('Patient/a', later), observation([lead], { effectiveDateTime: '2026-03-01T11:00:20Z' }))))).toEqual(['II']);
  });

  it('a gap between them is reported', async () => {
    const record = await fhir('gap.json', bundle(observation([lead]), observation([lead], later)));
    expect(said(record)).toEqual(['gap: 1 gap of 10.0 s in all: no sample is there']);
    expect(record.samples).toBe(2503);
  });
});

describe('segments of a WFDB record that are not as its header says', () => {
  const segment = (name: string, leads: Readonly<Record<string, readonly number[]>>) =>
    writeRecord(folder, name, { rateHz: 250, leads: Object.entries(leads).map(([lead, counts]) => ({ name: lead, aduPerMv: 1000, offsetAdu: 0, counts: Int16Array.from(counts) })), comments: [] });
  const whole = async (name: string, first: number, second: number) => {
    await writeFile(join(folder, `${name}.hea`), `${name}/2 2 250 ${first + second}\n${name}_1 ${first}\n${name}_2 ${second}\n`);
    return readRecord(join(folder, name));
  };

  it('leads in another order are placed by their names', async () => {
    await segment('order_1', { I: [1, 2], II: [10, 20] });
    await segment('order_2', { II: [30, 40], I: [3, 4] });
    const record = await whole('order', 2, 2);
    expect([samplesOf(record, 'I'), samplesOf(record, 'II')]).toEqual([[0.001, 0.002, 0.003, 0.004], [0.01, 0.02, 0.03, 0.04]]);
    expect(said(record)).toEqual(['text: segment order_2 names its signals otherwise than the first: they are placed by their names']);
  });

  it('a lead that the first does not have is left out, and said; its place is a hole', async () => {
    await segment('other_1', { I: [1, 2], II: [10, 20] });
    await segment('other_2', { I: [3, 4], V1: [30, 40] });
    const record = await whole('other', 2, 2);
    expect(samplesOf(record, 'II')).toEqual([0.01, 0.02, NaN, NaN]);
    expect(said(record).join()).toContain('signal V1 of segment other_2 is not among');
  });

  it('shorter and longer ones are reported', async () => {
    await segment('short_1', { I: [1, 2], II: [10, 20] });
    await segment('short_2', { I: [3], II: [30] });
    const record = await whole('short', 1, 3);
    expect(samplesOf(record, 'I')).toEqual([0.001, 0.003, NaN, NaN]);
    expect(said(record)).toEqual(['longer-than-header: segment short_1 has 2 samples, the header says 1', 'truncated: segment short_2 has 1 samples, the header says 3: the rest is missing']);
  });
});

it('an EDF+ that states two starts says which is taken', async () => {
  const bytes = Buffer.from(await readFile(join(FORMATS, 'plus.edf')));
  const whole = await readRecord(join(FORMATS, 'plus.edf'));
  bytes.write('02.03.24', 168, 'latin1');
  const record = await read('starts.edf', bytes);
  expect(record.startMs).toBe(whole.startMs);
  expect(said(record)).toEqual([expect.stringMatching(/^time: the header has 02.03.24 and Startdate .*: the latter is taken$/)]);
});

it('C3 and C4 beside a limb lead are places on the head; C1 to C6 are chest leads', async () => {
  const table = (columns: readonly string[]) => `# rateHz: 250\n# unit: mV\n${columns.join(',')}\n${`${columns.map(() => '0.1').join(',')}\n`.repeat(3)}`;
  expect(names(await read('eeg.csv', table(['C3', 'C4', 'O1', 'II'])))).not.toContain('V3');
  expect(names(await read('pair.csv', table(['C3', 'C4', 'II'])))).not.toContain('V3');
  const chest = await read('chest.csv', table(['I', 'II', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6']));
  expect(names(chest)).toEqual(['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  expect(noticesOf(chest)).toEqual([]);
});
