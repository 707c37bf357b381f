/** The bundled model's tensor, against numpy and scipy on three records made by formula (`training/golden.py`). Invariants: I9 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { condition } from '../../src/condition/index.js';
import { parseContract } from '../../src/contract/index.js';
import { LEADS, type Physical } from '../../src/ecg/index.js';
import { readNpy } from '../npy.js';

const golden = new URL('../golden/', import.meta.url).pathname;
const parsed = parseContract(JSON.parse(readFileSync(new URL('../../models/purkinje-s/encoder.json', import.meta.url), 'utf8')));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems[0]));
const contract = parsed.value;

test('conditioned tensors are those of the reference', () => {
  const about = JSON.parse(readFileSync(`${golden}conditioned.json`, 'utf8'));
  const raw = readNpy(`${golden}conditioned-raw.npy`);
  const expected = readNpy(`${golden}conditioned.npy`);
  const [records, leads, samples] = raw.shape;
  const size = expected.shape[1] * expected.shape[2];
  for (let r = 0; r < records; r++) {
    const rows = about.leads.map((lead: string, l: number) => ({
      lead,
      origin: 'measured' as const,
      mv: Float32Array.from(raw.values.subarray((r * leads + l) * samples, (r * leads + l + 1) * samples), (uv) => uv / 1000),
      gaps: [],
    }));
    expect(about.leads).toEqual([...LEADS]);
    const result = condition({ rateHz: about.rateHz, samples, rows } satisfies Physical, contract);
    if (!result.ok) throw new Error('refused');
    const reference = expected.values.subarray(r * size, (r + 1) * size);
    const scale = Math.max(...reference.map(Math.abs));
    let worst = 0;
    for (let i = 0; i < size; i++) worst = Math.max(worst, Math.abs(reference[i] - result.tensor[i]) / scale);
    expect(worst).toBeLessThan(1e-5);
  }
});
