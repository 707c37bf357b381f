// Annotations beside a record count as its own samples do, whatever the time base of their file or the frames of the record.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotationsAt, annotationsOf, decodeAnnotations, encodeAnnotations, readRecord, writeAnnotations } from '../../src/records/index.js';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'annotations-')); });
afterAll(async () => rm(folder, { recursive: true }));

/** As wfdb writes it: a note at sample 0 with the file's own time base. */
const withResolution = (text: string) => encodeAnnotations([{ sample: 0, symbol: '"', aux: `## time resolution: ${text}` }, { sample: 1000, symbol: 'N' }, { sample: 1502, symbol: 'V' }]);

it.each(['1000', '1e3', '1000.0'])('## time resolution: %s on a record of 360 Hz', (text) => {
  expect(annotationsAt(decodeAnnotations(withResolution(text)), 360).map(({ sample, symbol }) => [sample, symbol])).toEqual([[360, 'N'], [541, 'V']]);
});
it('a time base of 0 is none', () => {
  expect(annotationsAt(decodeAnnotations(withResolution('0')), 360).map(({ sample }) => sample)).toEqual([1000, 1502]);
});
it('of a record with four samples a frame count frames; of an EDF they count samples', async () => {
  await writeFile(join(folder, 'f.hea'), 'f 2 125 10\nf.dat 16x4 1000/mV 16 0 0 0 0 II\nf.dat 16 1/Ohm 16 0 0 0 0 RESP\n');
  await writeFile(join(folder, 'f.dat'), new Uint8Array(100));
  await writeAnnotations(folder, 'f', [{ sample: 3, symbol: 'N' }]);
  const record = await readRecord(join(folder, 'f'));
  expect(record).toMatchObject({ rateHz: 500, annotationHz: 125, samples: 40 });
  expect((await annotationsOf(join(folder, 'f'), record)).map(({ sample }) => sample)).toEqual([12]);
  await writeAnnotations(folder, 'f', [{ sample: 3, symbol: 'N' }, { sample: 39, symbol: '~', subtype: -1, aux: 'unreadable' }], 'pkj', record.rateHz);
  expect((await annotationsOf(join(folder, 'f'), record, 'pkj')).map(({ sample, subtype, aux }) => [sample, subtype, aux])).toEqual([[3, 0, ''], [39, -1, 'unreadable']]);
  expect((await annotationsOf(join(folder, 'f.edf'), { rateHz: 500 })).map(({ sample }) => sample)).toEqual([3]);
});
it.each([{ sample: 0.5 }, { sample: -1 }, { sample: 2 ** 31 }, { sample: 0, subtype: 128 }, { sample: 0, subtype: -129 }, { sample: NaN }])('%j is refused, not cut', (one) => {
  expect(() => encodeAnnotations([{ symbol: 'N', ...one }])).toThrow(expect.objectContaining({ code: 'bad-annotation' }));
});
