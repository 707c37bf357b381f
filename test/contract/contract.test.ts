/** The contract as it ships parses; every way to break it is told with what, where and a hint; probabilities follow it. */
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

  it('refuse logits of another model', () => {
    expect(() => probabilities(parsed(shipped()), [1])).toThrow(RangeError);
  });

  it('stay finite at extreme logits', () => {
    expect(of('softmax', { method: 'none' }, [1000, 999])).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(of('sigmoid', { method: 'none' }, [-1000, 0])).toBe(0);
  });
});
