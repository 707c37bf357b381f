/** The contract as it ships parses; every way to break it is reported with what, where and a hint; probabilities follow it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnsOf, parseCatalogue, parseContract, probabilities, problemText, segmentShape, type Contract } from '../../src/contract/index.js';

const json = (path: string): any => JSON.parse(readFileSync(path, 'utf8'));
const shipped = (): any => json('models/purkinje-s/encoder.json');

function parsed(document: unknown): Contract {
  const result = parseContract(document);
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'));
  return result.value;
}

function codes(change: (contract: any) => void): readonly string[] {
  const document = shipped();
  change(document);
  const result = parseContract(document);
  return result.ok ? [] : result.problems.map(({ code, where }) => `${code} ${where}`);
}

describe('encoder.json', () => {
  it('of the bundled model is a contract', () => {
    const contract = parsed(shipped());
    expect(segmentShape(contract)).toEqual([contract.input.leads.length, contract.input.samples]);
    expect(columnsOf(contract)).toHaveLength(contract.outputs.logits!.targets.filter((id) => id !== null).length);
  });

  it('names only findings that the catalogue has', () => {
    const catalogue = parseCatalogue(json('models/catalogue.json'));
    if (!catalogue.ok) throw new Error(catalogue.problems.map(problemText).join('\n'));
    const known = new Set(catalogue.value.findings.map(({ id }) => id));
    expect(parsed(shipped()).targets.filter(({ id }) => !known.has(id))).toEqual([]);
  });

  it.each<[string, (contract: any) => void, string]>([
    ['an unknown key', (c) => (c.input.hertz = 100), 'unrecognized-keys input'],
    ['an unknown lead', (c) => (c.input.leads[0] = 'V9'), 'invalid-value input.leads[0]'],
    ['a lead twice', (c) => (c.input.leads[0] = 'II'), 'repeated-lead input.leads'],
    ['an unknown step', (c) => c.input.pipeline.push({ step: 'wavelet' }), 'invalid-union input.pipeline[3].step'],
    ['int16 without a scale', (c) => (c.input.wire = 'INT16'), 'no-wire-scale input.wireScale'],
    ['counts of unknown size', (c) => (c.input.unit = 'counts'), 'no-count-size input.microvoltsPerCount'],
    ['another rate than the pipeline', (c) => (c.input.rateHz = 250), 'rate-differs input.rateHz'],
    ['a corner above half the rate', (c) => (c.input.pipeline[1].cornersHz = [60]), 'bad-corners input.pipeline[1].cornersHz'],
    ['one corner of a band-pass', (c) => (c.input.pipeline[1].kind = 'bandpass'), 'bad-corners input.pipeline[1].cornersHz'],
    ['a clip without a limit', (c) => delete c.input.pipeline[2].limit, 'bad-clip input.pipeline[2]'],
    ['a short hash', (c) => (c.model.sha256 = 'abc'), 'invalid-format model.sha256'],
    ['a column without a target', (c) => c.targets.pop(), 'undescribed-column outputs.logits.targets'],
    ['a target without a column', (c) => (c.outputs.logits.targets[0] = null), 'no-column targets[0].id'],
    ['two columns of one target', (c) => (c.outputs.logits.targets[0] = c.outputs.logits.targets[1]), 'repeated-column outputs.logits.targets'],
    ['a value outside its interval', (c) => (c.targets[0].evidence.auroc = { value: 0.5, lower95: 0.6, upper95: 0.7 }), 'bad-interval targets[0].evidence.auroc'],
    ['a falling isotonic curve', (c) => (c.targets[0].calibration = { method: 'isotonic', logits: [0, 1], probabilities: [1, 0] }), 'bad-isotonic targets[0].calibration'],
    ['a newer schema', (c) => (c.schemaVersion = 2), 'invalid-value schemaVersion'],
    ['neither a hash nor a source of weights', (c) => (delete c.model.sha256, delete c.model.variants), 'no-weights model'],
    ['variants of no file', (c) => (delete c.model.sha256, (c.model.weights = 'elsewhere')), 'no-weights model.variants'],
    ['a file without its opset', (c) => delete c.model.opset, 'no-opset model.opset'],
    ['a count size of millivolts', (c) => (c.input.microvoltsPerCount = 5), 'unused-count-size input.microvoltsPerCount'],
    ['a saliency of no target', (c) => (delete c.outputs.logits, (c.targets = []), (c.outputs.saliency = { tensor: 'saliency', steps: 32 })), 'no-logits outputs.saliency'],
    ['a mask that nothing fills', (c) => (c.input.missing = 'zero'), 'mask-differs input.mask'],
    ['a masked lead that is declared nowhere', (c) => delete c.input.mask, 'mask-differs input.mask'],
    ['two inputs of one name', (c) => (c.input.tabular = { tensor: 'ecg', features: [{ name: 'sex', missing: 'refuse' }] }), 'repeated-tensor input'],
    ['a feature twice', (c) => (c.input.tabular = { tensor: 't', features: [{ name: 'sex', missing: 'refuse' }, { name: 'sex', missing: 'refuse' }] }), 'repeated-feature input.tabular.features'],
    ['a feature without a rule for its absence', (c) => (c.input.tabular = { tensor: 't', features: [{ name: 'sex' }] }), 'invalid-union input.tabular.features[0].missing'],
    ['a pipeline of another length', (c) => (c.input.samples = 500), 'length-differs input.samples'],
    ['a unit that nothing takes away', (c) => (c.input.unit = 'scale-free'), 'not-scale-free input.unit'],
    ['a layout that the pipeline does not make', (c) => c.input.pipeline.push({ step: 'flatten' }), 'layout-differs input.layout'],
    ['a second flatten', (c) => c.input.pipeline.push({ step: 'flatten' }, { step: 'flatten' }), 'second-flatten input.pipeline[4]'],
    ['a crop after flatten', (c) => c.input.pipeline.push({ step: 'flatten' }, { step: 'crop', samples: 8000 }), 'after-flatten input.pipeline[4]'],
    ['a crop before the rate is known', (c) => c.input.pipeline.unshift({ step: 'crop', samples: 1000 }), 'unknown-length input.pipeline[0]'],
    ['a second crop', (c) => c.input.pipeline.push({ step: 'crop', samples: 1000 }, { step: 'crop', samples: 1000 }), 'second-crop input.pipeline[4]'],
    ['starts and a stride', (c) => c.input.pipeline.push({ step: 'crop', samples: 1000, starts: [0], strideSamples: 10 }), 'bad-crop input.pipeline[3]'],
    ['a pad to less', (c) => c.input.pipeline.push({ step: 'pad', samples: 900, side: 'end' }), 'short-pad input.pipeline[3].samples'],
    ['a crop’s statistics before any crop', (c) => c.input.pipeline.push({ step: 'zscore', scope: 'crop', epsilon: 0 }), 'bad-scope input.pipeline[3].scope'],
    ['the record’s statistics after a crop', (c) => c.input.pipeline.push({ step: 'crop', samples: 1000 }, { step: 'minmax', scope: 'record', lower: 0, upper: 1, epsilon: 0 }), 'bad-scope input.pipeline[4].scope'],
    ['a range that is none', (c) => c.input.pipeline.push({ step: 'minmax', scope: 'lead', lower: 1, upper: 1, epsilon: 0 }), 'bad-range input.pipeline[3]'],
    ['numbers for other leads', (c) => c.input.pipeline.push({ step: 'scale', mean: [1, 2], sd: 1 }), 'per-lead-count input.pipeline[3].mean'],
    ['a standard deviation of 0', (c) => c.input.pipeline.push({ step: 'scale', mean: 0, sd: 0 }), 'bad-scale input.pipeline[3].sd'],
    ['crossed bounds', (c) => c.input.pipeline.push({ step: 'clip', lower: 2, upper: 1 }), 'bad-clip input.pipeline[3]'],
    ['a notch above half the rate', (c) => c.input.pipeline.push({ step: 'notch', frequencyHz: 60, q: 30, phase: 'zero', scope: 'lead' }), 'bad-corners input.pipeline[3].frequencyHz'],
    ['a Chebyshev decimation of no whole ratio', (c) => c.input.pipeline.push({ step: 'resample', rateHz: 75, method: 'decimate-chebyshev' }), 'no-whole-ratio input.pipeline[3].method'],
    ['a flattened mask', (c) => ((c.input.missing = 'mask'), (c.input.mask = { tensor: 'm' }), c.input.pipeline.push({ step: 'flatten' })), 'flat-mask input.pipeline[3]'],
    ['crops without a merge', (c) => c.input.pipeline.push({ step: 'crop', samples: 250, strideSamples: 125 }), 'no-merge outputs.logits.merge'],
    ['a merge of one crop', (c) => (c.outputs.logits.merge = 'max'), 'unused-merge outputs.logits.merge'],
    ['merges of other columns', (c) => (c.input.pipeline.push({ step: 'crop', samples: 250 }), (c.outputs.logits.merge = ['max'])), 'merge-count outputs.logits.merge'],
    ['labels of other columns', (c) => (c.outputs.logits.labels = ['one']), 'label-count outputs.logits.labels'],
    ['a claim that compares with an earlier tracing', (c) => (c.outputs.logits.needPrevious = [3]), 'masked-target outputs.logits.needPrevious'],
    ['a comparison that is no column', (c) => (c.outputs.logits.needPrevious = [999]), 'no-column outputs.logits.needPrevious'],
    ['a model without outputs', (c) => ((c.outputs = {}), (c.targets = [])), 'no-output outputs'],
  ])('refuses %s', (_name, change, expected) => {
    expect(codes(change)).toContain(expected);
  });

  it('hints in every problem', () => {
    const result = parseContract({});
    expect(result.ok).toBe(false);
    if (!result.ok) for (const problem of result.problems) expect(problem.hint.length).toBeGreaterThan(5);
    expect(parseContract(null).ok).toBe(false);
  });
});

describe('a catalogue', () => {
  it('with an id twice is refused', () => {
    const document = json('models/catalogue.json');
    document.findings.push(document.findings[0]);
    const result = parseCatalogue(document);
    expect(!result.ok && result.problems[0].code).toBe('repeated-finding');
  });
});

describe('probabilities', () => {
  function of(activation: string, calibration: object, logits: readonly number[]): number {
    const document = shipped();
    document.outputs.logits = { tensor: 'logits', activation, targets: [document.targets[0].id, null] };
    document.targets = [{ ...document.targets[0], calibration }];
    return probabilities(parsed(document), logits)[0].probability;
  }

  it('without calibration are the activation', () => {
    expect(of('sigmoid', { method: 'none' }, [0.3, 9])).toBeCloseTo(1 / (1 + Math.exp(-0.3)), 12);
    expect(of('softmax', { method: 'none' }, [1, 2])).toBeCloseTo(1 / (1 + Math.E), 12);
    expect(of('none', { method: 'none' }, [0.25, 0])).toBe(0.25);
  });

  it('with Platt scaling stand on the logit, whatever the activation', () => {
    const platt = { method: 'platt', a: 1.5, b: -0.5 };
    const expected = 1 / (1 + Math.exp(-(1.5 * 0.7 - 0.5)));
    for (const activation of ['sigmoid', 'softmax', 'none']) expect(of(activation, platt, [0.7, 3])).toBeCloseTo(expected, 12);
  });

  it('with an isotonic curve lie on its lines, flat beyond its ends', () => {
    const curve = { method: 'isotonic', logits: [-1, 1, 3], probabilities: [0.1, 0.5, 0.9] };
    expect([-5, -1, 0, 1, 2, 3, 7].map((logit) => of('sigmoid', curve, [logit, 0])).map((p) => Number(p.toFixed(9)))).toEqual([0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9]);
  });

  it('of several crops are merged after the activation, column by column', () => {
    const document = shipped();
    const ids = document.targets.slice(0, 3).map((target: any) => target.id);
    document.outputs.logits = { tensor: 'logits', activation: 'sigmoid', targets: ids, merge: ['max', 'mean', 'first'] };
    document.input.pipeline.push({ step: 'crop', samples: 500 });
    document.input.samples = 500;
    document.targets = document.targets.slice(0, 3).map((target: any, i: number) => ({ ...target, calibration: i === 1 ? { method: 'platt', a: 2, b: 1 } : { method: 'none' } }));
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const merged = probabilities(parsed(document), [-1, 0, 2, 3, 1, -2]).map(({ probability }) => probability);
    const mean = (sigmoid(0) + sigmoid(1)) / 2;
    expect(merged).toEqual([sigmoid(3), sigmoid(2 * Math.log(mean / (1 - mean)) + 1), sigmoid(2)].map((p) => expect.closeTo(p, 12)));
  });

  it('refuse logits of another model', () => {
    expect(() => probabilities(parsed(shipped()), [1])).toThrow(RangeError);
  });

  it('stay finite at extreme logits', () => {
    expect(of('softmax', { method: 'none' }, [1000, 999])).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(of('sigmoid', { method: 'none' }, [-1000, 0])).toBe(0);
  });
});
