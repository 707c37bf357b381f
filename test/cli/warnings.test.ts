/** Whatever is odd of a recording is said by every command that reads it, to people and to programs; a run that was for nothing fails. Invariants: I78 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  ['evaluate alerts', () => ['evaluate', 'alerts', '--data', frank]],
])('%s of leads that the model does not know fails, and says why', { timeout: 60_000 }, async (_, command) => {
  const { code, err } = await purkinje(command());
  expect(code).toBe(1);
  expect(err).toContain('none of the twelve leads is there');
  expect(err).toMatch(/purkinje: the recording does not have the leads of the model \(I, II, V1–V6\)/);
});

const READING: readonly (readonly [string, (data: string) => string[]])[] = [
  ['replay', (data) => ['replay', '--direct', data]],
  ['segments', (data) => ['segments', data, '--out', join(folder, 'segments')]],
  ['convert', (data) => ['convert', data, '--out', join(folder, 'converted')]],
  ['evaluate beats', (data) => ['evaluate', 'beats', '--data', data]],
  ['evaluate quality', (data) => ['evaluate', 'quality', '--data', data]],
  ['evaluate alerts', (data) => ['evaluate', 'alerts', '--data', data]],
  ['evaluate encoder', (data) => ['evaluate', 'encoder', '--data', data]],
  ['evaluate thresholds', (data) => ['evaluate', 'thresholds', '--data', data, '--ppv', '0.3', '--prevalence', '0.1']],
  ['evaluate report', (data) => ['evaluate', 'report', '--data', data]],
];

test.each(READING)('%s of recordings of which one is damaged reports it, once, reads the other, and does not end as a success', { timeout: 120_000 }, async (name, command) => {
  const some = join(folder, `some-${name.replace(' ', '-')}`);
  cpSync(odd, some, { recursive: true });
  writeFileSync(join(some, 'damaged.edf'), `0       ${'?'.repeat(300)}`);
  writeFileSync(join(some, 'labels.csv'), 'record,snomed\nsinus-rhythm,426783006\ndamaged,426783006\n');
  const { code, err } = await purkinje(command(some));
  expect(err.split('number of signals is ????').length - 1, err).toBe(1);
  expect(err).toContain('leads missing: V6');
  expect(code).toBe(1);
});

test.each(READING)('%s of a damaged recording alone says that there was nothing', { timeout: 60_000 }, async (name, command) => {
  const alone = join(folder, `alone-${name.replace(' ', '-')}`);
  mkdirSync(alone);
  writeFileSync(join(alone, 'damaged.edf'), `0       ${'?'.repeat(300)}`);
  writeFileSync(join(alone, 'labels.csv'), 'record,snomed\ndamaged,426783006\n');
  const { code, err } = await purkinje(command(alone));
  expect(err).toContain('number of signals is ????');
  expect(code).toBe(1);
});

test.each(READING.slice(0, 2))('%s of what is too short for a segment says so, and fails', { timeout: 60_000 }, async (name, command) => {
  const short = join(folder, `short-${name}`);
  mkdirSync(short);
  writeFileSync(join(short, 'a.csv'), `# rateHz: 250\n# unit: mV\nI,II,V1,V2,V3,V4,V5,V6\n${'0,0.1,0.2,0.3,0.4,0.5,0.6,0.7\n'.repeat(400)}`);
  const { code, err } = await purkinje(command(short));
  expect(err).toContain('a: 1.6 s: makes no segment, which has 2.5 s at least');
  expect(err).toContain('purkinje: the recording made no segment: there was nothing to look at');
  expect(code).toBe(1);
});

test('evaluate beats without a mark beside any recording says that nothing was compared', { timeout: 60_000 }, async () => {
  const bare = join(folder, 'bare');
  mkdirSync(bare);
  for (const ending of ['hea', 'dat']) cpSync(join(odd, `sinus-rhythm.${ending}`), join(bare, `sinus-rhythm.${ending}`));
  expect((await purkinje(['evaluate', 'beats', '--data', bare])).err).toContain('nothing was compared: no marks lie beside the recording: NAME.atr has beats');
});

test('what the model could not use is said at the end', { timeout: 60_000 }, async () => {
  const { out } = await purkinje(['replay', '--direct', record()]);
  expect(out).toMatch(/\n2 segments: V6 missing\n/);
  const { lines } = await purkinje(['replay', '--direct', '--json', record()]);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', unused: [{ segments: 2, why: 'V6 missing' }] });
});

test('what was scored though something is odd of it is said at the end: exchanged limb leads', { timeout: 60_000 }, async () => {
  const exchanged = join(folder, 'exchanged');
  cpSync(frank, exchanged, { recursive: true });
  const file = join(exchanged, 'sinus-rhythm.hea');
  const names = ['I', 'II', 'III', 'aVR', 'aVF', 'aVL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
  writeFileSync(file, readFileSync(file, 'utf8').split('\n').map((line, i) => (i >= 1 && i <= 12 ? line.replace(/ 0 \S+$/, ` 0 ${names[i - 1]}`) : line)).join('\n'));
  const { code, out } = await purkinje(['replay', '--direct', file]);
  expect(code).toBe(0);
  expect(out).toContain('\n2 segments: scored, with doubts (limb-leads-contradict)');
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
