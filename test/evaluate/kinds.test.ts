/** EC57's tables by beats and by runs, counted by hand; and kinds on their way over the wire. */
import { expect, test } from 'vitest';
import type { Outcome } from '../../src/ecg/index.js';
import { compareKinds, kindFigures, markedKinds, ventricular } from '../../src/evaluate/index.js';
import { decodeOutcome, encodeOutcome } from '../../src/wire/index.js';

const mark = (sample: number, symbol: string, aux = '') => ({ sample, symbol, aux });

test('a run that is cut short, a missed beat, a false one, and S within fibrillation', () => {
  const marks = markedKinds([mark(0, 'N'), mark(300, 'V'), mark(600, 'V'), mark(900, 'V'), mark(1200, 'N'), mark(1500, 'F'), mark(1600, '+', '(AFIB'), mark(1800, 'A'), mark(2000, '+', '(N'), mark(2100, 'A'), mark(2400, 'V')]);
  const found = ([[2, 'N'], [301, 'V'], [600, 'V'], [899, 'N'], [1200, 'V'], [1500, 'V'], [1800, 'S'], [2100, 'S'], [2700, 'N']] as const).map(([sample, kind]) => ({ sample, kind }));
  const one = compareKinds(marks, found, [], 360, 3600);
  expect(one.table.V).toEqual({ N: 1, S: 0, V: 2, F: 0, Q: 0, O: 1 });
  expect(one.table.O.N).toBe(1);
  // A fusion beat called V is no false one.
  expect(ventricular(one)).toEqual({ tp: 2, fn: 2, fp: 1 });
  expect(one.s).toEqual({ tp: 1, fn: 0, fp: 0 });
  expect(one.runsMarked[3]).toEqual([0, 0, 1, 0, 0]);
  expect(one.runsMarked[1]).toEqual([1, 0, 0, 0, 0]);
  expect(one.runsFound[2].reduce((sum, n) => sum + n)).toBe(2);
  expect(one.marked.join('')).toBe('NVVVNFSSO');
  expect(kindFigures([one]).v).toMatchObject({ se: 50, ppv: 66.67, seInterval: [50, 50] });
});

test('kinds and a beat before the start go over the wire; an older reader sees that beat at the start', () => {
  const outcome = {
    ...{ id: 'bed-1/1/3600', device: 'bed-1', epoch: 1, firstSample: 3600, samples: 3600, rateHz: 360, startMs: 0, steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0, status: 'unscored', grade: 'limited', score: 1 },
    ...{ gates: { rate: true, morphology: true, twelveLead: false }, reasons: [], leads: [], measurements: { beats: [-40, 260], voltages: [], st: [] }, kinds: [{ kind: 'N', confidence: 0.98 }, { kind: 'V', confidence: 0.61 }] },
    ...{ findings: [], model: '', modelHash: '', source: { partition: 0, offsets: [] }, association: { contextOffset: -1, knownConditions: [] }, demo: false, partial: false, pacing: 'none', placement: 'unknown', phase: 'unknown' },
  } as unknown as Outcome;
  const read = decodeOutcome(encodeOutcome({ type: 'segment', outcome }));
  expect(read).toMatchObject({ outcome: { measurements: { beats: [-40, 260] }, kinds: outcome.kinds } });
});
