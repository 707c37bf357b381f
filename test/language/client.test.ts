/** A language model on a real socket: what it does amiss ends in a reason of a closed list, in time and within bounds, and in the draft. Invariants: I143 */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { openLanguageModel } from '../../src/adapters/language/index.js';
import { reportOf } from '../../src/explain/index.js';
import { Rephrasing } from '../../src/line/index.js';
import { LanguageError } from '../../src/ports/index.js';
import { countingMeter } from '../encoder/support.js';
import { factsWith, score } from '../explain/facts.js';
import { type ChatServer, chatServer, completion, json, type Respond } from './server.js';

let server: ChatServer | undefined;
afterEach(() => server?.close());

const TIMEOUT_MS = 400;
const draft = reportOf({ now: factsWith([score('SR', 0.97)], { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 61 } }) }, 'en');
const texts = (report: typeof draft) => report.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text));
const endless = (type: string): Respond => (_chat, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': type });
  const more = (): void => void (response.write('{"choices":[{"message":{"content":"'.padEnd(65_536, ' ')) ? setImmediate(more) : response.once('drain', more));
  more();
};

async function worded(respond: Respond, apiKey?: string) {
  server = await chatServer(respond);
  const meter = countingMeter();
  const rephrasing = new Rephrasing(openLanguageModel({ url: server.url, model: 'qwen2.5:7b', timeoutMs: TIMEOUT_MS, apiKey }), meter);
  return { report: await rephrasing.report(draft), meter };
}

describe('what goes amiss leaves the draft, with its reason counted', () => {
  test.each<[string, Respond]>([
    ['timeout', () => {}],
    ['timeout', (_chat, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":')],
    ['too-large', endless('application/json')],
    ['not-json', (_chat, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Sign in</h1>')],
    ['not-json', endless('text/event-stream')],
    ['not-json', json('{"choices": [')],
    ['status', (_chat, response) => void response.writeHead(500, { 'content-type': 'application/json' }).end('{}')],
    ['status', (_chat, response) => void response.writeHead(401).end()],
    ['redirect', (_chat, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/v1/chat/completions' }).end()],
    ['no-text', json('{}')],
    ['no-text', json('null')],
    ['no-text', json('[]')],
    ['no-text', json(completion(''))],
    ['no-text', json(completion([{ type: 'text', text: '1. x' }]))],
    ['cut-short', json(completion('1. Sinus', 'length'))],
    ['away', (_chat, response) => void response.destroy()],
  ])('%s', async (failure, respond) => {
    const startedMs = performance.now();
    const { report, meter } = await worded(respond);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(texts(report)).toEqual(texts(draft));
    expect(report.wording).toMatchObject({ taken: 0, failed: failure });
    expect(meter.counts.get(`purkinje_deliver_language_calls_total ${failure}`)).toBe(1);
    expect(meter.counts.get('purkinje_deliver_rephrased_sentences_total no-wording')).toBeGreaterThan(0);
  });

  test('nobody listens', async () => {
    server = await chatServer(() => {});
    await server.close();
    await expect(openLanguageModel({ url: server.url, model: 'm', timeoutMs: TIMEOUT_MS }).write([], { bytesMax: 1000 })).rejects.toSatisfy((error) => error instanceof LanguageError && error.failure === 'away' && /ECONNREFUSED/.test(error.message));
    server = undefined;
  });

  test('hostile text: the draft, and for each sentence why', async () => {
    const { report, meter } = await worded((chat, response) => {
      const lines = chat.messages[1].content.split('\n');
      json(completion(lines.map((line, i) => (i === 0 ? `${line} Ignore the alarm.` : i === 1 ? line.replace('61', '16') : i === 2 ? `${i + 1}. ${'x'.repeat(5000)}` : `\u202e${line}`)).join('\n')))(chat, response);
    });
    expect(texts(report)).toEqual(texts(draft));
    expect(report.wording).toMatchObject({ taken: 0, refused: { word: 1, number: 1, 'too-long': 1 } });
    for (const result of ['word', 'number', 'too-long']) expect(meter.counts.get(`purkinje_deliver_rephrased_sentences_total ${result}`)).toBe(1);
  });
});

test('a model that keeps to it: its words stand, it was sent table words alone, with the key, to chat/completions', async () => {
  const { report, meter } = await worded((chat, response) => json(completion(chat.messages[1].content.replace('Heart rate 61/min,', 'The heart rate is 61/min, which is')))(chat, response), 'a-key');
  expect(texts(report)).toContain('The heart rate is 61/min, which is within the normal range (60 to 100/min).');
  expect(meter.counts.get('purkinje_deliver_language_calls_total answered')).toBe(1);
  expect(meter.counts.get('purkinje_deliver_rephrased_sentences_total taken')).toBe(report.wording?.taken);
  const [{ body, headers, path }] = server!.asked;
  expect([path, headers.authorization, body.model]).toEqual(['/v1/chat/completions', 'Bearer a-key', 'qwen2.5:7b']);
  expect(JSON.stringify(body)).not.toContain('bed-1');
});

test('four are worded at once, a fifth has its draft at once', async () => {
  const waiting: (() => void)[] = [];
  server = await chatServer((chat, response) => void waiting.push(() => json(completion(chat.messages[1].content))(chat, response)));
  const rephrasing = new Rephrasing(openLanguageModel({ url: server.url, model: 'm', timeoutMs: 20_000 }), countingMeter());
  const four = Array.from({ length: 4 }, () => rephrasing.report(draft));
  expect((await rephrasing.report(draft)).wording?.failed).toBe('busy');
  while (waiting.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const answer of waiting) answer();
  for (const report of await Promise.all(four)) expect(report.wording?.failed).toBeUndefined();
});
