/** `models`: an encoder is checked before it is registered, each fault is one clear line, and Triton gets a repository. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Flaw, linearModel } from '../encoder/onnx.js';
import { ensureBuilt, MODEL } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-models-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeAll(ensureBuilt, 120_000);

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const TARGETS = ['atrial-fibrillation', 'right-bundle-branch-block'];

/** Three models that want three things of the engine. */
const CONTRACTS: Readonly<Record<string, any>> = {
  'three-second-crops': contract('three-second-crops', {
    layout: 'NCT', leads: ['I', 'II', 'V1'], samples: 300,
    pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }, { step: 'crop', samples: 300, strideSamples: 300 }],
  }, 'max'),
  'time-first': contract('time-first', { layout: 'NTC', leads: LEADS, samples: 1000, pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }] }),
  'with-a-table': contract('with-a-table', {
    layout: 'NCT', leads: ['II'], samples: 1000, pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }],
    tabular: { tensor: 'table', features: [{ name: 'ageYears', mean: 60, sd: 20, missing: { scaled: 0 } }, { name: 'heartRateBpm', mean: 70, sd: 20, missing: { raw: 70 } }] },
  }),
};

function contract(name: string, input: object, merge?: string): any {
  return {
    schemaVersion: 1,
    model: { name, version: '1', license: 'none', weights: 'made by the test', trainedOn: [], citation: '' },
    input: { tensor: 'ecg', wire: 'FP32', rateHz: 100, unit: 'mV', missing: 'zero', nan: 'zero', ...input },
    outputs: { logits: { tensor: 'logits', activation: 'sigmoid', targets: TARGETS, ...(merge === undefined ? {} : { merge }) } },
    targets: TARGETS.map((id) => ({ id, threshold: 0.5, calibration: { method: 'none' }, evidence: { level: 'none' }, leadSets: [['II']], placements: ['standard'] })),
  };
}

/** An ONNX file, and a contract that does not know its hash yet. */
function files(name: string, flaw?: Flaw, change: (contract: any) => void = () => {}): { onnx: string; json: string } {
  const made = linearModel(CONTRACTS[name], flaw);
  const json = structuredClone(CONTRACTS[name]);
  change(json);
  const path = join(made.folder, 'contract.json');
  writeFileSync(path, JSON.stringify(json));
  return { onnx: join(made.folder, 'encoder.onnx'), json: path };
}

const add = ({ onnx, json }: { onnx: string; json: string }, models: string) => purkinje(['models', 'add', onnx, '--contract', json, '--models', models]);

describe('models add', () => {
  test.each(Object.keys(CONTRACTS))('registers %s, which then scores recordings', { timeout: 120_000 }, async (name) => {
    const models = join(work, 'registered');
    const paths = files(name);
    expect(await add(paths, models)).toMatchObject({ code: 0, out: expect.stringContaining('2 targets, largest difference between batches') });
    const registered = JSON.parse(readFileSync(join(models, name, 'encoder.json'), 'utf8'));
    expect(registered.model).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), opset: 17 });
    expect(await add(paths, models)).toMatchObject({ code: 0, out: expect.stringContaining('is registered already') });

    const records = join(work, `records-${name}`);
    expect(await purkinje(['simulate', '--out', records, '--condition', 'atrial-fibrillation', '--duration', '20s', '--seed', '3'])).toMatchObject({ code: 0 });
    const [record] = readdirSync(records).filter((file) => file.endsWith('.hea'));
    writeFileSync(join(records, 'labels.csv'), `record,snomed,age,sex\n${record.replace('.hea', '')},164889003,70,Female\n`);
    const predictions = join(work, `${name}.jsonl`);
    const { code, err } = await purkinje(['evaluate', 'encoder', '--data', records, '--model', join(models, name), '--predictions', predictions, '--json']);
    expect([code, err]).toEqual([0, '']);
    const { logits } = JSON.parse(readFileSync(predictions, 'utf8'));
    expect(Object.keys(logits)).toEqual(TARGETS);
    expect(Object.values(logits).every((value) => Number.isFinite(value))).toBe(true);
  });

  test('takes a changed file beside the contract of a registered model along, once it is checked; what it has not taken stays', { timeout: 120_000 }, async () => {
    const models = join(work, 'changed');
    const paths = files('time-first');
    const [beside, there] = [join(dirname(paths.json), 'thresholds.json'), join(models, 'time-first', 'thresholds.json')];
    const set = (threshold: number, target = TARGETS[0]) => JSON.stringify({ schemaVersion: 1, id: 'ours', provenance: 'made by the test', thresholds: { [target]: threshold } });
    writeFileSync(beside, set(0.25));
    expect((await add(paths, models)).code).toBe(0);
    const first = readFileSync(there, 'utf8');
    expect((await add(paths, models)).out).toMatch(/is registered already: [^(]*\n$/);
    writeFileSync(beside, set(0.75));
    expect((await add(paths, models)).out).toContain('(taken again from beside the contract: thresholds.json)');
    expect(readFileSync(there, 'utf8')).toBe(first.replace('0.25', '0.75'));
    writeFileSync(beside, set(0.5, 'no-such-target'));
    expect((await add(paths, models)).code).not.toBe(0);
    expect(readFileSync(there, 'utf8')).toContain('0.75');
    expect(readdirSync(join(models, 'time-first')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test.each<[string, RegExp, () => { onnx: string; json: string }]>([
    ['a file that is not there', /cannot be read/, () => ({ ...files('time-first'), onnx: join(work, 'none.onnx') })],
    ['a file that is no model', /is no ONNX model/, () => {
      const onnx = join(work, 'text.onnx');
      writeFileSync(onnx, 'not a model');
      return { ...files('time-first'), onnx };
    }],
    ['a contract that is no JSON', /contract\.json is not JSON/, () => {
      const paths = files('time-first');
      writeFileSync(paths.json, '{');
      return paths;
    }],
    ['a contract that says too little', /input\.samples/, () => files('time-first', undefined, (c) => delete c.input.samples)],
    ['weights that lie in another file', /keeps its weights in another file.*save it as one file/, () => files('time-first', 'weights-outside')],
    ['the hash of another file', /has sha256 .* says 0{64}.*belong together/, () => files('time-first', undefined, (c) => ((c.model.sha256 = '0'.repeat(64)), (c.model.opset = 17)))],
    ['another opset', /uses opset 17, .* says 12/, () => files('time-first', undefined, (c) => (c.model.opset = 12))],
    ['a variant that is not there', /names the variant int8, but .*encoder\.int8\.onnx cannot be read/, () => files('time-first', undefined, (c) => (c.model.variants = { int8: { sha256: '0'.repeat(64) } }))],
    ['a wrong shape', /input-shape ecg: contract \[-1,3,200\], server \[-1,3,300\]/, () => files('three-second-crops', undefined, (c) => {
      c.input.samples = 200;
      c.input.pipeline[1] = { step: 'crop', samples: 200, strideSamples: 300 };
    })],
    ['a missing input', /input-missing mask/, () => files('time-first', undefined, (c) => ((c.input.missing = 'mask'), (c.input.mask = { tensor: 'mask' })))],
    ['a missing output', /output-missing scores/, () => files('time-first', undefined, (c) => (c.outputs.logits.tensor = 'scores'))],
    ['another number of columns', /output-shape logits/, () => files('time-first', undefined, (c) => c.outputs.logits.targets.push(null))],
    ['an unknown target', /no finding moon-disease/, () => files('time-first', undefined, (c) => ((c.outputs.logits.targets[0] = 'moon-disease'), (c.targets[0].id = 'moon-disease')))],
    ['scores that hang on the batch', /scores differ by .* between batches/, () => files('time-first', 'batch-mean')],
    ['scores that are no numbers', /no numbers/, () => files('time-first', 'logarithm')],
    ['a batch axis that is not free', /does not run with a batch of 32/, () => files('time-first', 'one-row')],
  ])('refuses %s in one line', { timeout: 60_000 }, async (_, message, paths) => {
    const models = mkdtempSync(join(work, 'refused-'));
    const { code, err } = await add(paths(), models);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
    expect(readdirSync(models)).toEqual([]);
  });

  test.each<[string, readonly RegExp[], (contract: any) => void]>([
    ['of its shape', [/input\.layout: .* and 2 more/, /^ {2}input\.samples: /, /^ {2}targets\[1\]\.threshold: /], (c) => (delete c.input.samples, (c.input.layout = 'CNT'), (c.targets[1].threshold = 2))],
    ['of what must agree', [/atrial-fibrillation has two columns .* and 2 more/, /^ {2}targets: atrial-fibrillation is there twice/, /^ {2}targets\[2\]\.id: the catalogue has no finding moon-disease/], (c) => {
      c.outputs.logits.targets = [TARGETS[0], TARGETS[0], 'moon-disease'];
      c.targets = [c.targets[0], c.targets[0], { ...c.targets[1], id: 'moon-disease' }];
    }],
    ['and no more than a screen holds', [/ and 29 more/, ...Array<RegExp>(20).fill(/is there twice|has no finding/), /^ {2}and 9 more/], (c) => {
      c.outputs.logits.targets = Array.from({ length: 30 }, (_, i) => `moon-${i}`);
      c.targets = c.outputs.logits.targets.map((id: string) => ({ ...c.targets[0], id }));
    }],
  ])('says all that is wrong with a contract, a line each: %s', { timeout: 60_000 }, async (_, lines, change) => {
    const { code, err } = await add(files('time-first', undefined, change), mkdtempSync(join(work, 'refused-')));
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual(lines.map((line) => expect.stringMatching(line)));
  });

  test.each(Object.keys(CONTRACTS))('a first contract of %s is valid, claims nothing, and says what is to be filled in', { timeout: 120_000 }, async (name) => {
    const { onnx, json } = files(name);
    const out = join(json, '../first.json');
    const template = await purkinje(['models', 'template', '--from', onnx, '--out', out]);
    expect(template).toMatchObject({ code: 0, out: expect.stringMatching(/TO DO input\.rateHz[^]*Then: purkinje models add/) });
    const { input, outputs, targets } = JSON.parse(readFileSync(out, 'utf8'));
    const { layout, samples, leads } = CONTRACTS[name].input;
    expect([input.layout, input.samples, input.leads.length]).toEqual([layout, samples, leads.length]);
    expect([outputs.logits.targets, targets]).toEqual([[null, null], []]);
    expect(await purkinje(['models', 'template', '--from', onnx, '--out', out])).toMatchObject({ code: 2, err: expect.stringContaining('is there already') });
    const added = await add({ onnx, json: out }, mkdtempSync(join(work, 'first-')));
    // What goes into the second input no file says.
    if (name === 'with-a-table') expect(added).toMatchObject({ code: 1, err: expect.stringContaining('input-unknown table') });
    else expect(added).toMatchObject({ code: 0, out: expect.stringContaining('0 targets') });
  });

  test('no first contract of a file that is none, or whose weights lie elsewhere', { timeout: 60_000 }, async () => {
    const text = join(work, 'text-2.onnx');
    writeFileSync(text, 'not a model');
    const template = (from: string) => purkinje(['models', 'template', '--from', from, '--out', join(work, 'never.json')]);
    expect(await template(text)).toMatchObject({ code: 1, err: expect.stringContaining('is no ONNX model') });
    expect(await template(files('time-first', 'weights-outside').onnx)).toMatchObject({ code: 1, err: expect.stringContaining('in another file') });
    expect(existsSync(join(work, 'never.json'))).toBe(false);
  });

  test('refuses another model under a name that is taken', { timeout: 60_000 }, async () => {
    const models = mkdtempSync(join(work, 'taken-'));
    expect((await add(files('time-first'), models)).code).toBe(0);
    const { code, err } = await add(files('time-first', undefined, (c) => (c.model.version = '2')), models);
    expect([code, err]).toEqual([1, expect.stringContaining('time-first holds another model')]);
  });

  test('takes a threshold set that lies beside the contract, and refuses one that names another target', { timeout: 120_000 }, async () => {
    const paths = files('time-first');
    const set = (thresholds: object) => writeFileSync(join(paths.json, '../thresholds.json'), JSON.stringify({ schemaVersion: 1, id: 'ours', provenance: 'a ward', thresholds }));
    set({ stemi: 0.4 });
    const refused = await add(paths, join(work, 'thresholds'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/thresholds\.json: thresholds\.stemi: the contract has no such target \(use ids of encoder\.json\)/) });
    set({ 'atrial-fibrillation': 0.4 });
    expect(await add(paths, join(work, 'thresholds'))).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(work, 'thresholds', 'time-first', 'thresholds.json'), 'utf8'))).toMatchObject({ id: 'ours', thresholds: { 'atrial-fibrillation': 0.4 } });
  });

  test('copies the variants too, for all to read, and checks the saliency', { timeout: 120_000 }, async () => {
    const models = mkdtempSync(join(work, 'whole-'));
    expect(await add({ onnx: join(MODEL, 'encoder.onnx'), json: join(MODEL, 'encoder.json') }, models)).toMatchObject({ code: 0 });
    const place = join(models, 'purkinje-s');
    expect(readdirSync(place).sort()).toEqual(['encoder.int8.onnx', 'encoder.json', 'encoder.onnx', 'neighbours.bin', 'statements.json', 'thresholds.json']);
    expect(statSync(place).mode & 0o777).toBe(0o755);
    expect((await purkinje(['models', 'list', '--models', models])).out).toMatch(/weights, int8/);
    rmSync(join(place, 'encoder.int8.onnx'));
    expect((await purkinje(['models', 'list', '--models', models])).out).toMatch(/encoder\.int8\.onnx is missing/);
  });

  test.each<[string, RegExp, (place: string) => void]>([
    ['whose file is gone', /encoder\.onnx cannot be read/, (place) => rmSync(join(place, 'encoder.onnx'))],
    ['whose file was changed', /has sha256/, (place) => appendFileSync(join(place, 'encoder.onnx'), 'x')],
    ['whose contract is broken', /encoder\.json is not JSON/, (place) => writeFileSync(join(place, 'encoder.json'), '{')],
    ['that is no model', /encoder\.json cannot be read/, (place) => rmSync(join(place, 'encoder.json'))],
  ])('does not say "registered" of a folder %s', { timeout: 60_000 }, async (_, message, change) => {
    const models = mkdtempSync(join(work, 'there-'));
    const paths = files('time-first');
    expect((await add(paths, models)).code).toBe(0);
    change(join(models, 'time-first'));
    const { code, err } = await add(paths, models);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('models list', () => {
  test('lists what ships, and passes over a broken folder', { timeout: 60_000 }, async () => {
    const models = mkdtempSync(join(work, 'listed-'));
    mkdirSync(join(models, 'broken'));
    writeFileSync(join(models, 'broken', 'encoder.json'), '{}');
    expect((await purkinje(['models', 'list', '--models', models])).out).toMatch(/broken: .*encoder\.json/);
    expect(await purkinje(['models', 'list', '--models', join(work, 'nowhere')])).toMatchObject({ code: 2, err: expect.stringContaining('there is no folder') });
    expect(await purkinje(['models', 'list', '--models', mkdtempSync(join(work, 'empty-'))])).toMatchObject({ code: 0, out: expect.stringContaining('no encoder in') });
    const { code, out } = await purkinje(['models', 'list', '--json']);
    const listed = JSON.parse(out);
    expect(code).toBe(0);
    expect(listed.find((one: any) => one.name === 'purkinje-s')).toMatchObject({ weights: true, variants: ['int8'], targets: { internal: expect.any(Number) } });
    expect(listed.find((one: any) => one.name === 'merl')).toMatchObject({ weights: false });
    expect(listed.filter((one: any) => one.problem !== undefined)).toEqual([]);
  });
});

describe('models export', () => {
  test('lays out a repository that Triton reads, and again over the first', { timeout: 60_000 }, async () => {
    const repository = join(work, 'repository');
    for (let again = 0; again < 2; again++) expect(await purkinje(['models', 'export', MODEL, '--triton', repository])).toMatchObject({ code: 0 });
    expect(readdirSync(repository, { recursive: true }).sort()).toEqual(['purkinje-s', 'purkinje-s/1', 'purkinje-s/1/model.onnx', 'purkinje-s/config.pbtxt']);
    expect(readFileSync(join(repository, 'purkinje-s/1/model.onnx')).equals(readFileSync(join(MODEL, 'encoder.onnx')))).toBe(true);
  });

  test('refuses a file that is not the contract\'s, and a folder that holds something else', { timeout: 60_000 }, async () => {
    const { folder } = linearModel(CONTRACTS['time-first']);
    const foreign = join(work, 'foreign');
    mkdirSync(join(foreign, 'time-first'), { recursive: true });
    writeFileSync(join(foreign, 'time-first', 'config.pbtxt'), 'name: "time-first"');
    expect(await purkinje(['models', 'export', folder, '--triton', foreign])).toMatchObject({ code: 2, err: expect.stringContaining('not made by this command') });
    expect(readFileSync(join(foreign, 'time-first', 'config.pbtxt'), 'utf8')).toBe('name: "time-first"');
    const { folder: halves } = linearModel({ ...CONTRACTS['time-first'], input: { ...CONTRACTS['time-first'].input, wire: 'FP16' } });
    expect(await purkinje(['models', 'export', halves, '--triton', join(work, 'none')])).toMatchObject({ code: 1, err: expect.stringContaining('input-type ecg: contract FP16, server FP32') });
    appendFileSync(join(folder, 'encoder.onnx'), 'x');
    expect(await purkinje(['models', 'export', folder, '--triton', join(work, 'none')])).toMatchObject({ code: 1, err: expect.stringContaining('belong together') });
    expect(existsSync(join(work, 'none'))).toBe(false);
  });
});
