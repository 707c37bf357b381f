/** Annotations as wfdb for Python reads them: whatever their distance, aux, subtype and time base; and those of a replay. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { purkinje } from '../cli/purkinje.js';
import { readAnnotations, type WrittenAnnotation, writeAnnotations } from '../../src/records/index.js';
import { venv } from '../encoder/venv.js';

const environment = venv('formats', ['wfdb==4.3.1', 'pyedflib==0.1.42', 'pydicom==3.0.2', 'soundfile==0.14.0', 'numpy']);
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'annotations-python-')); });
afterAll(() => rm(folder, { recursive: true }));

type Read = { readonly fs: number | null; readonly all: readonly (readonly [sample: number, symbol: string, subtype: number, aux: string])[] };

/** Each file as wfdb reads it. */
async function readByWfdb(annotator: string, names: readonly string[]): Promise<readonly Read[]> {
  const script = join(folder, 'read.py');
  await writeFile(script, `
import json, sys, wfdb
for name in sys.stdin.read().split():
    a = wfdb.rdann(name, sys.argv[1])
    print(json.dumps({'fs': None if a.fs is None else float(a.fs), 'all': [[int(n), s, int(t), x] for n, s, t, x in zip(a.sample, a.symbol, a.subtype, a.aux_note)]}))
`);
  const run = spawnSync(environment!.python, [script, annotator], { encoding: 'utf8', input: names.join('\n'), maxBuffer: 1 << 28 });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout.trim().split('\n').map((line) => JSON.parse(line));
}

const listed = (annotations: readonly WrittenAnnotation[]) => annotations.map(({ sample, symbol, subtype = 0, aux = '' }) => [sample, symbol, subtype, aux]);

test.skipIf(environment === undefined)('300 files of any annotations', { timeout: 300_000 }, async () => {
  const one = fc.record({
    gap: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1020, max: 1030 }), fc.integer({ min: 65_530, max: 65_540 }), fc.integer({ min: 0, max: 40_000_000 })),
    symbol: fc.constantFrom('N', 'S', 'V', 'F', 'Q', '/', '+', '~'),
    subtype: fc.integer({ min: -128, max: 127 }),
    aux: fc.constantFrom('', '(N', '(VT', '(AFIB', 'limited', 'x'.repeat(254)),
  });
  const files = fc.sample(fc.array(one, { maxLength: 40 }), { numRuns: 300, seed: 5 }).map((list) => {
    let sample = 0;
    return list.map(({ gap, ...more }) => ({ sample: (sample += gap), ...more }));
  });
  for (const [i, annotations] of files.entries()) await writeAnnotations(folder, `f${i}`, annotations, 'pkj', i % 2 === 0 ? undefined : 500);
  const read = await readByWfdb('pkj', files.map((_, i) => join(folder, `f${i}`)));
  expect(files.some((list) => list.length === 0)).toBe(true);
  files.forEach((annotations, i) => expect(read[i].all, `f${i}`).toEqual(listed(annotations)));
  files.forEach((_, i) => expect(read[i].fs).toBe(i % 2 === 0 ? null : 500));
});

test.skipIf(environment === undefined)('those of a replay', { timeout: 120_000 }, async () => {
  expect((await purkinje(['replay', '--direct', '--annotations', folder, resolve(import.meta.dirname, '../../docs/recordings/atrial-fibrillation')])).code).toBe(0);
  const { annotations } = await readAnnotations(join(folder, 'atrial-fibrillation'), 'pkj');
  expect([...new Set(annotations.map(({ symbol }) => symbol))]).toEqual(expect.arrayContaining(['~', '+', 'N']));
  const [read] = await readByWfdb('pkj', [join(folder, 'atrial-fibrillation')]);
  expect(read.all).toEqual(listed(annotations));
});
