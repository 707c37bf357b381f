/** Whatever is odd of a recording is said by every command that reads it, to people and to programs; a run that was for nothing fails. Invariants: I78 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { purkinje } from './purkinje.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-warnings-'));
const [odd, frank] = [join(folder, 'odd'), join(folder, 'frank')];
beforeAll(async () => {
  for (const to of [odd, frank]) expect((await purkinje(['simulate', '--out', to, '--condition', 'sinus-rhythm', '--duration', '20s', '--seed', '3'])).code).toBe(0);
  const change = (to: string, edit: (line: string, index: number) => string) => {
    const file = join(to, 'sinus-rhythm.hea');
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').map(edit).join('\n'));
  };
  // A wrong checksum, a rate of change in place of V6, a maker's name, a date that is none.
  change(odd, (line, i) => (i === 0 ? line.replace(/\S+$/, '31/02/2020') : line.replace(/ (-?\d+) 0 I$/, ' 7 0 I').replace(/ V5$/, ' Lead V5').replace(/\/mV(.* V6)$/, '/mV/s$1')));
  writeFileSync(join(odd, 'labels.csv'), 'record,snomed\nsinus-rhythm,426783006\n');
  writeFileSync(join(frank, 'labels.csv'), 'record,snomed\nsinus-rhythm,426783006\n');
  // Twelve leads that nobody can take for the standard ones.
  change(frank, (line, i) => (i > 0 && i < 4 ? line.replace(/\S+$/, ' XYZ'[i]) : line.replace(/ 0 (a?V\S+)$/, ' 0 P-$1')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SAID = ['date 31/02/2020 is none', 'checksums are not those of the header: of I', 'signal V6 skipped: unit mV/s is no voltage', 'leads missing: V6'];
const CODES = ['time', 'checksum', 'skipped-signal', 'missing-leads'];
const record = () => join(odd, 'sinus-rhythm');

test.each<[string, () => string[]]>([
  ['replay', () => ['replay', '--direct', record()]],
  ['segments', () => ['segments', record(), '--out', join(folder, 'segments')]],
  ['evaluate beats', () => ['evaluate', 'beats', '--data', odd]],
  ['evaluate quality', () => ['evaluate', 'quality', '--data', odd]],
  ['evaluate alerts', () => ['evaluate', 'alerts', '--data', odd]],
  ['evaluate encoder', () => ['evaluate', 'encoder', '--data', odd]],
  ['evaluate thresholds', () => ['evaluate', 'thresholds', '--data', odd, '--ppv', '0.3', '--prevalence', '0.1']],
  ['convert', () => ['convert', record(), '--out', join(folder, 'converted')]],
])('%s says all of it, once', { timeout: 120_000 }, async (_, command) => {
  const { code, err, lines } = await purkinje([...command(), '--json']);
  expect(code, err).toBe(0);
  for (const said of SAID) expect(err.split(said).length - 1, said).toBe(1);
  const warnings = lines.flatMap((line) => (line.type === 'warning' ? [line] : (line.warnings ?? [])));
  expect(warnings.map((warning) => warning.code)).toEqual(CODES);
  for (const warning of warnings) expect(warning).toMatchObject({ record: 'sinus-rhythm', what: expect.any(String), where: expect.stringContaining('sinus-rhythm') });
});

test.each<[string, () => string[]]>([
  ['replay', () => ['replay', '--direct', join(frank, 'sinus-rhythm')]],
  ['segments', () => ['segments', frank, '--out', join(folder, 'segments')]],
  ['evaluate encoder', () => ['evaluate', 'encoder', '--data', frank]],
])('%s of leads that the model does not know fails, and says why', { timeout: 60_000 }, async (_, command) => {
  const { code, err } = await purkinje(command());
  expect(code).toBe(1);
  expect(err).toContain('none of the twelve leads is there');
  expect(err).toMatch(/purkinje: the recording does not have the leads of the model \(I, II, V1–V6\)/);
});

test('what the model could not use is said at the end', { timeout: 60_000 }, async () => {
  const { out } = await purkinje(['replay', '--direct', record()]);
  expect(out).toMatch(/\n2 segments: V6 missing\n/);
  const { lines } = await purkinje(['replay', '--direct', '--json', record()]);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', unused: [{ segments: 2, why: 'V6 missing' }] });
});

test('what of a folder cannot be read is said, and the others are read', { timeout: 60_000 }, async () => {
  const link = join(frank, 'gone.edf');
  symlinkSync('/nowhere/at/all', link);
  const { code, err, lines } = await purkinje(['convert', frank, '--out', join(folder, 'without'), '--json']);
  rmSync(link);
  expect(code, err).toBe(0);
  expect(err.split('gone.edf: skipped: no such file').length - 1).toBe(1);
  expect(lines[0]).toMatchObject({ written: ['sinus-rhythm'], failed: [] });
  expect(lines[0].warnings[0]).toEqual({ record: 'gone.edf', code: 'unreadable', what: 'skipped: no such file', where: link });
});
