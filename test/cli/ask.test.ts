/** `ask` and `evaluate questions` as people run them: in words and structured, one tracing and two, unparsed questions; exact sets beside two baselines. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-ask-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const beds = join(work, 'beds');
const bed = (name: string) => join(beds, name);

beforeAll(async () => {
  ensureBuilt();
  expect((await purkinje(['simulate', '--out', beds, '--duration', '25s', '--rate', '250', '--seed', '3'])).code).toBe(0);
}, 120_000);

describe('ask', () => {
  test('in words, with what was understood and why', async () => {
    const { code, out, err } = await purkinje(['ask', bed('atrial-fibrillation'), 'Is there atrial fibrillation?']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^atrial-fibrillation, [^\n]+\n(SIMULATED: nobody’s ECG\. )?For research: [^\n]+\nverify, scp: AFIB\nYes \(confidence [\d.]+\)\.\n {2}score AFIB [\d.]+ at [\d.]+ \(internal, purkinje-s@[\d.]+\)\n {2}segment atrial-fibrillation\/1\/0\n$/);
  });

  test('structured, as JSON, compared with an earlier tracing, in German', async () => {
    const { code, out } = await purkinje(['ask', bed('left-bundle-branch-block'), '--type', 'compare-query', '--attribute', 'scp', '--target', 'gained,diagnostic', '--earlier', bed('sinus-rhythm'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ question: { type: 'compare-query', attribute: 'scp', target: ['gained', 'diagnostic'] }, answers: expect.arrayContaining(['CLBBB']), because: expect.any(Array) });
    expect((await purkinje(['ask', bed('sinus-rhythm'), 'Liegt ein Linksschenkelblock vor?', '--lang', 'de'])).out).toMatch(/\nNein \(Sicherheit /);
  });

  test.each([
    [['Is there takotsubo?'], /these words are not understood: takotsubo: ask, as in/],
    [['What?', '--type', 'verify'], /in words or structured/],
    [[], /what is asked\?/],
    [['--type', 'verify', '--attribute', 'scp', '--target', 'NONSENSE'], /nothing is known by the name "NONSENSE": ask by a code/],
    [['--type', 'verify', '--attribute', 'noise', '--target', 'thunder'], /"thunder" is no noise: one of: baseline_drift/],
    [['Is there new atrial fibrillation?'], /there is no earlier tracing to compare with/],
    [['--type', 'guess', '--attribute', 'scp'], /Allowed choices are verify, choose, query/],
  ])('%j: one line that says what is wrong', async (args, message) => {
    const { code, out, err } = await purkinje(['ask', bed('sinus-rhythm'), ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
  });
});

describe('evaluate questions', () => {
  const data = join(work, 'labelled');
  const questions = join(work, 'questions.jsonl');
  const evaluate = (...args: string[]) => purkinje(['evaluate', 'questions', '--data', data, '--questions', questions, ...args]);
  const ask = (lines: readonly unknown[]) => writeFileSync(questions, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  const LINES = [
    { id: 'q1', record: 'atrial-fibrillation', type: 'verify', attribute: 'scp', target: ['AFIB'], answers: ['yes'] },
    { id: 'q2', record: 'sinus-rhythm', type: 'verify', attribute: 'scp', target: ['atrial-fibrillation'], answers: ['no'] },
    { id: 'q3', record: 'sinus-rhythm', type: 'choose', attribute: 'scp', target: ['AFIB', 'SR'], options: ['AFIB', 'SR'], answers: ['SR'] },
    { id: 'q4', record: 'left-bundle-branch-block', type: 'query', attribute: 'scp', target: ['rhythm'], answers: ['SR'] },
    { id: 'q5', record: 'left-bundle-branch-block', record2: 'sinus-rhythm', type: 'compare-verify', attribute: 'scp', target: ['gained', 'CLBBB'], answers: ['yes'] },
    { id: 'q6', record: 'left-bundle-branch-block', record2: 'atrial-fibrillation', type: 'compare-query', attribute: 'scp', target: ['gained', 'rhythm'], answers: ['SR'] },
    { id: 7, record: 'nobody', type: 'verify', attribute: 'scp', target: ['SR'], answers: ['yes'] },
    { id: 'q8', record: 'sinus-rhythm', type: 'verify', attribute: 'scp', target: ['thunder'] },
  ];

  beforeAll(() => {
    mkdirSync(data);
    const rows = ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr'];
    for (const [i, [name, patient]] of [['sinus-rhythm', 1], ['left-bundle-branch-block', 1], ['atrial-fibrillation', 2]].entries()) {
      for (const ending of ['hea', 'dat']) writeFileSync(join(data, `${name}.${ending}`), readFileSync(`${bed(String(name))}.${ending}`));
      rows.push(`${i + 1},${patient},61,1,"{'SR': 0.0}",9,records100/${name}`);
    }
    writeFileSync(join(data, 'ptbxl_database.csv'), `${rows.join('\n')}\n`);
  });

  test('has exact accuracy by kind beside two baselines, an answer to every line, and refuses to compare two patients', async () => {
    ask(LINES);
    const predictions = join(work, 'answers.jsonl');
    const { code, out, err } = await evaluate('--json', '--predictions', predictions);
    expect([code, err]).toEqual([0, '']);
    const figures = JSON.parse(out);
    expect(figures).toMatchObject({ dataset: 'labelled', questions: 8, judged: 7, unanswered: 3 });
    expect(figures.byKind['verify/scp']).toMatchObject({ n: 3, accuracy: 2 / 3, majority: 2 / 3, measurementOnly: expect.any(Number), notSure: { said: 1 } });
    expect(figures.byKind['choose/scp'].accuracy).toBe(1);
    expect(Object.keys(figures.why).join()).toMatch(/two patients.*no record "nobody".*nothing is known by the name/s);
    const answers = new Map(readFileSync(predictions, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map((line) => [line.id, line]));
    expect([...answers.keys()]).toEqual(LINES.map(({ id }) => id));
    expect(answers.get('q1')).toMatchObject({ answers: ['yes'], confidence: expect.any(Number), because: expect.any(Array) });
    expect(answers.get('q6')).toMatchObject({ answers: ['not sure'], confidence: 0, reason: expect.stringContaining('two patients') });
  });

  test.each([
    [['{'], /line 1: not a JSON object/],
    [[LINES[0], { ...LINES[0], type: 'guess' }], /line 2: type: /],
    [[{ ...LINES[0], record: undefined }], /line 1: record: /],
    [[''], /there is no question in it/],
  ])('%j is refused with its line', async (lines, message) => {
    ask(lines);
    const { code, err } = await evaluate();
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
