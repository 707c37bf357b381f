/** `report --rephrase` and `ask --rephrase` as people run them, with a server of chat completions on this machine: its words where they say the same, the draft where they do not, and who worded it. Invariants: I142 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../encoder/support.js';
import { type ChatServer, chatServer, completion, json } from '../language/server.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-rephrase-'));
const beds = join(work, 'beds');
const record = join(beds, 'left-bundle-branch-block');
let chat: ChatServer;
let model: readonly string[];

beforeAll(async () => {
  ensureBuilt();
  expect((await purkinje(['simulate', '--out', beds, '--duration', '25s', '--rate', '250', '--seed', '3'])).code).toBe(0);
  chat = await chatServer((asked, response) => json(completion(asked.messages[1].content.split('\n').map((line) => line.replace(/(\d+\. )(Complete left bundle branch block) \(/, '$1There is a complete LBBB (').replace('The signal is', 'There is atrial flutter, and the signal is')).join('\n')))(asked, response));
  model = ['--rephrase', '--language-url', chat.url, '--language-model', 'qwen2.5:7b'];
}, 120_000);
afterAll(async () => {
  await chat.close();
  rmSync(work, { recursive: true, force: true });
});

describe('a recording', () => {
  test('as text: what was worded, what was refused, and by whom; nothing of the recording’s name was sent', async () => {
    const { code, out, err } = await purkinje(['report', record, ...model]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/There is a complete LBBB \(score [\d.]+, threshold [\d.]+\)\.\n {6}score CLBBB/);
    expect(out).not.toContain('flutter');
    expect(out).toMatch(/SIMULATED: .*Worded by the language model qwen2\.5:7b: \d+ of \d+ sentences, each compared with its draft \(SHA-256 [0-9a-f]{12}\); the others are the draft’s\./);
    expect(JSON.stringify(chat.asked)).not.toMatch(/left-bundle-branch-block|SIMULATED/);
  });

  test('as JSON: each worded sentence beside its draft', async () => {
    const { out } = await purkinje(['report', record, ...model, '--format', 'json']);
    const report = JSON.parse(out);
    expect(report.wording).toMatchObject({ model: 'qwen2.5:7b', draftSha256: expect.stringMatching(/^[0-9a-f]{64}$/), refused: expect.objectContaining({ finding: 1 }) });
    const drafted = report.sections.flatMap(({ sentences }: any) => sentences).filter(({ draft }: any) => draft !== undefined);
    expect(drafted).toEqual([expect.objectContaining({ text: expect.stringMatching(/^There is a complete LBBB/), draft: expect.stringMatching(/^Complete left bundle branch block/), term: 'CLBBB' })]);
  });

  test('an answer', async () => {
    const { code, out } = await purkinje(['ask', record, 'Which diagnoses are there?', ...model, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).worded).toMatchObject({ notice: expect.stringContaining('Worded by the language model'), wording: { model: 'qwen2.5:7b', sentences: 1 } });
  });

  test('from a configuration file; where nobody listens the draft, and why', async () => {
    const config = join(work, 'purkinje.yaml');
    writeFileSync(config, 'language:\n  url: http://127.0.0.1:9/v1\n  model: qwen2.5:7b\n');
    const { code, out, err } = await purkinje(['report', record, '--rephrase', '--config', config]);
    expect(code).toBe(0);
    expect(err).toMatch(/^purkinje: the draft stands: 127\.0\.0\.1:9 cannot be reached \([^\n]+\)\n$/);
    expect(out).toContain('The language model qwen2.5:7b gave no wording (away): all sentences are the draft’s');
    expect(out).toContain('Complete left bundle branch block (score');
  });
});

test.each([
  [['report', record, '--rephrase'], 'no language model is configured'],
  [['report', record, '--language-url', 'http://127.0.0.1:9/v1'], 'go with --rephrase'],
  [['report', record, '--rephrase', '--language-url', 'http://127.0.0.1:9/v1'], 'url and model go together'],
  [['report', record, '--rephrase', '--language-url', 'ftp://x', '--language-model', 'm'], 'must be an http:// or https:// address'],
  [['report', '--bed', 'icu-4', '--rephrase', '--language-url', 'http://127.0.0.1:9/v1', '--language-model', 'm'], 'a monitor words with the language model of its own configuration'],
])('%j: one line that says what is wrong', async (args, why) => {
  const { code, out, err } = await purkinje(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(why);
  expect(err.trim().split('\n')).toHaveLength(1);
});
