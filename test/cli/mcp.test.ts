/** `purkinje mcp` as a language model's program uses it: the SDK's own client over stdio, on recordings and on a monitor; what is asked amiss is a tool's error. Invariants: I144 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeOutcome } from '../../src/wire/index.js';
import { AF, CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { ensureBuilt } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard, type Ward } from '../monitor/support.js';
import { purkinje } from './purkinje.js';

const work = mkdtempSync(join(tmpdir(), 'purkinje-mcp-'));
const root = join(work, 'recordings');
let log: EmbeddedLog;
let ward: Ward;
let mcp: Client;
const main = join(import.meta.dirname, '../../dist/cli/main.js');

async function connected(token: string, args: readonly string[] = ['--root', root]): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main, 'mcp', ...args, '--monitor', `127.0.0.1:${ward.http.port}`], env: { ...(process.env as Record<string, string>), PURKINJE_CLIENT_TOKEN: token }, stderr: 'ignore' }));
  return client;
}

async function call(name: string, given: Record<string, unknown>, client = mcp) {
  const { isError = false, content, structuredContent } = await client.callTool({ name, arguments: given });
  return { isError, text: (content as { readonly text: string }[])[0].text, result: structuredContent as any };
}

beforeAll(async () => {
  ensureBuilt();
  expect((await purkinje(['simulate', '--out', root, '--duration', '25s', '--rate', '250', '--seed', '3'])).code).toBe(0);
  mkdirSync(join(work, 'outside'));
  for (const extension of ['hea', 'dat']) cpSync(join(root, `sinus-rhythm.${extension}`), join(work, 'outside', `secret.${extension}`));
  symlinkSync(join(work, 'outside'), join(root, 'linked'));
  for (const extension of ['hea', 'dat']) symlinkSync(join(work, 'outside', `secret.${extension}`), join(root, `secret.${extension}`));
  writeFileSync(join(root, 'names-outside.hea'), readFileSync(join(root, 'sinus-rhythm.hea'), 'latin1').replaceAll('sinus-rhythm.dat', '../outside/secret.dat').replace(/^sinus-rhythm/, 'names-outside'));
  // A segment with a point in its name, whose header is a link.
  writeFileSync(join(root, 'master.hea'), 'master/1 1 250 1250\npart.a 1250\n');
  symlinkSync(join(work, 'outside', 'secret.hea'), join(root, 'part.a.hea'));
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const association = { encounter: 'e-1', knownConditions: [], contextOffset: 0 };
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(7, 0), findings: [{ id: AF, probability: 0.91 }], association } }) }]);
  await log.append([event(1, 'raised', {}, 1, { partition: 0, offset: 0 })]);
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE });
  mcp = await connected('doctor/read:*');
}, 240_000);
afterAll(async () => {
  await mcp.close();
  await ward.close();
  await log.close();
  rmSync(work, { recursive: true, force: true });
});

test('five tools, each of which only reads', async () => {
  const { tools } = await mcp.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(['ask', 'compare', 'history', 'measure', 'report']);
  for (const { annotations, inputSchema } of tools) expect([annotations?.readOnlyHint, annotations?.destructiveHint, inputSchema.additionalProperties]).toEqual([true, false, false]);
});

describe('on recordings', () => {
  test('measure, report, ask, compare and history carry reasons, the notice and SIMULATED', async () => {
    const measured = await call('measure', { recording: 'left-bundle-branch-block' });
    expect(measured.result).toMatchObject({ simulated: true, notice: expect.stringMatching(/^SIMULATED.*For research/), measurements: { qrsMs: expect.any(Number) }, because: [{ kind: 'segment' }] });
    const report = await call('report', { recording: 'left-bundle-branch-block', lang: 'de' });
    expect(report.result).toMatchObject({ language: 'de', notice: expect.stringMatching(/^SIMULIERT/), terms: expect.arrayContaining(['CLBBB']) });
    for (const { sentences } of report.result.sections) for (const { because } of sentences) expect(because.length).toBeGreaterThan(0);
    expect(JSON.parse(report.text)).toEqual(report.result);
    expect((await call('ask', { recording: 'atrial-fibrillation', question: 'Is there atrial fibrillation?', at: '12s' })).result).toMatchObject({ answers: ['yes'], worded: { notice: expect.stringContaining('SIMULATED') }, because: expect.arrayContaining([expect.objectContaining({ kind: 'score', id: 'AFIB' })]) });
    const compared = await call('compare', { recording: 'left-bundle-branch-block', earlier: 'sinus-rhythm' });
    expect(JSON.stringify(compared.result.sentences)).toContain('New since the earlier tracing: Complete left bundle branch block');
    const history = await call('history', { recording: 'sinus-rhythm' });
    expect(history.result.segments.length).toBeGreaterThan(1);
    expect(history.result).toMatchObject({ simulated: true, omitted: 0, notice: expect.stringContaining('SIMULATED') });
  });

  test('of a long recording the first sixty segments, and how many there are beyond', { timeout: 120_000 }, async () => {
    expect((await purkinje(['simulate', '--out', join(root, 'long'), '--condition', 'sinus-rhythm', '--duration', '630s', '--rate', '100'])).code).toBe(0);
    const [file] = readdirSync(join(root, 'long')).filter((name) => name.endsWith('.hea'));
    const { result } = await call('history', { recording: `long/${file.replace('.hea', '')}` });
    expect([result.segments.length, result.omitted]).toEqual([60, 3]);
    expect(result.segments[59].startMs - result.segments[0].startMs).toBe(590_000);
  });

  test.each([
    [{ recording: '../outside/secret' }, 'is no path within the folder'],
    [{ recording: join(work, 'outside', 'secret') }, 'is no path within the folder'],
    [{ recording: 'a\\..\\..\\outside\\secret' }, 'is no path within the folder'],
    [{ recording: '.' }, 'is no path within the folder'],
    [{ recording: 'secret' }, 'leads out of the folder of recordings by a link'],
    [{ recording: 'linked/secret' }, 'leads out of the folder of recordings by a link'],
    [{ recording: 'master' }, 'leads out of the folder of recordings by a link'],
    [{ recording: 'names-outside' }, 'its header names a file of another folder'],
    [{ recording: 'nowhere' }, 'there is no "nowhere"'],
    [{ recording: 'sinus-rhythm', at: '90s' }, '--at 90s is not in it'],
    [{ recording: 'sinus-rhythm', at: 'soon' }, 'a duration from its start'],
  ])('%j is refused', async (given, why) => {
    for (const tool of ['measure', 'report']) expect(await call(tool, given)).toMatchObject({ isError: true, text: expect.stringContaining(why) });
  });

  test.each([
    ['report', { recording: 'sinus-rhythm', format: 'pdf' }],
    ['report', { recording: 'sinus-rhythm', lang: 'fr' }],
    ['measure', {}],
    ['measure', { recording: 7 }],
    ['ask', { recording: 'sinus-rhythm', question: 'x'.repeat(501) }],
    ['history', { alert: 'nothing' }],
  ])('%s of %o: arguments that it does not have', async (tool, given) => expect(await call(tool, given)).toMatchObject({ isError: true, text: expect.stringMatching(/[Ii]nvalid/) }));

  test('a question that is not understood, two things at once, no such tool', async () => {
    expect(await call('ask', { recording: 'sinus-rhythm', question: 'Is there takotsubo?' })).toMatchObject({ isError: true, text: expect.stringContaining('these words are not understood: takotsubo') });
    expect(await call('report', { recording: 'sinus-rhythm', bed: 'icu-4' })).toMatchObject({ isError: true, text: expect.stringContaining('one thing at a time') });
    expect(await call('report', {})).toMatchObject({ isError: true, text: expect.stringContaining('of what?') });
    await expect(call('acknowledge', { alert: idOf(1) }).then(({ isError, text }) => { if (isError) throw new Error(text); })).rejects.toThrow(/acknowledge/);
  });

  test('a message of more than a mebibyte is refused, and the next one is answered', async () => {
    const large = await connected('doctor/read:*');
    const refused: unknown[] = [];
    large.onerror = (error) => void refused.push(error);
    await large.transport!.send({ jsonrpc: '2.0', id: 999, method: 'tools/call', params: { name: 'ask', arguments: { question: 'x'.repeat(2 ** 21) } } });
    expect(await call('measure', { recording: 'sinus-rhythm' }, large)).toMatchObject({ isError: false });
    await large.close();
  });
});

describe('on a monitor', () => {
  test('report, ask and history of an alert, with the caller’s token, on the monitor’s audit', async () => {
    expect((await call('report', { alert: idOf(1) })).result).toMatchObject({ terms: [AF], notice: expect.stringContaining('For research') });
    expect((await call('ask', { alert: idOf(1), question: 'Is there atrial fibrillation?' })).result).toMatchObject({ answers: ['yes'] });
    expect((await call('history', { alert: idOf(1) })).result.events).toHaveLength(1);
    expect(ward.audit.filter(({ who, outcome: was }) => who === 'doctor' && was === 'allowed').map(({ surface }) => surface)).toEqual(expect.arrayContaining(['http /report', 'http /ask', 'http /events']));
  });

  test('an unknown bed, an unknown alert, a token without the scope, a monitor that is away', async () => {
    expect(await call('report', { bed: 'no-such-bed' })).toMatchObject({ isError: true, text: expect.stringContaining('there is no bed "no-such-bed" that you may see') });
    expect(await call('history', { alert: 'f'.repeat(32) })).toMatchObject({ isError: true });
    const nurse = await connected('nurse/acknowledge:icu', []);
    expect(await call('report', { alert: idOf(1) }, nurse)).toMatchObject({ isError: true, text: expect.stringContaining('this token may not do that') });
    expect(await call('measure', { recording: 'sinus-rhythm' }, nurse)).toMatchObject({ isError: true, text: expect.stringContaining('start the server with --root') });
    await nurse.close();
  });
});
