/** PDFs are drawn by a thread of their own: the monitor answers meanwhile, what fails there is said, and the next one is drawn again. Invariants: I160 */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PaperError, PdfThread, reportPdf } from '../../src/adapters/pdf/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { embeddedLog } from '../../src/adapters/embedded/index.js';
import { LEADS, type Physical } from '../../src/ecg/index.js';
import { reportOf, stripOf } from '../../src/explain/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeOutcome } from '../../src/wire/index.js';
import { CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { factsWith, score } from '../explain/facts.js';
import { patientChunk } from '../grade/segment.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard } from './support.js';

const PAPERS = 6;
const rateHz = 500;
const samples = 10 * rateHz;
const physical: Physical = { rateHz, samples, rows: LEADS.map((lead) => ({ lead, origin: 'measured', mv: Float32Array.from({ length: samples }, (_, i) => Math.sin(i / 9)), gaps: [] })) };
const report = reportOf({ now: factsWith([score('SR', 0.9)]) }, 'en');
const paper = { report, strip: stripOf(physical), at: 'a time' };
/** An endless grid: drawing it takes all the memory there is. */
const endless = { ...paper, strip: { ...paper.strip, widthMm: Infinity } };

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';

/** The longest time that this loop stood still while something was done, ms; of several tries the shortest, since others have the processor as well. */
async function stoodStill(task: () => Promise<Uint8Array>): Promise<number> {
  let shortest = Infinity;
  for (let k = 0; k < PAPERS; k++) {
    let [longest, isDone] = [0, false];
    const done = task().finally(() => (isDone = true));
    while (!isDone) {
      const from = performance.now();
      await setImmediate();
      longest = Math.max(longest, performance.now() - from);
    }
    expect(isPdf(await done)).toBe(true);
    shortest = Math.min(shortest, longest);
  }
  return shortest;
}

test('while a PDF is drawn the loop goes on: it stands still for less than a third of the time that drawing here takes', { timeout: 60_000 }, async () => {
  const thread = new PdfThread();
  await thread.draw(paper);
  const [here, there] = [await stoodStill(() => reportPdf(paper)), await stoodStill(() => thread.draw(paper))];
  await thread.close();
  expect(there).toBeLessThan(here / 3);
});

test('what stands on it is the same as drawn here, but for its date and id', async () => {
  const thread = new PdfThread();
  const content = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\(D:[^)]*\)|\/ID \[[^\]]*\]/g, '');
  expect(content(await thread.draw(paper))).toBe(content(await reportPdf(paper)));
  await thread.close();
});

test('a drawing that fails, one that is endless and one that takes all memory are errors that say so; the next PDF is drawn', { timeout: 60_000 }, async () => {
  const thread = new PdfThread(50_000);
  await expect(thread.draw({ ...paper, report: { ...report, sections: [{ id: 'x', title: 'x', sentences: undefined }] } as never })).rejects.toThrow(/^the PDF could not be made \(sentences is not iterable\): ask again, or for another format$/);
  expect(isPdf(await thread.draw(paper))).toBe(true);
  await expect(thread.draw(endless)).rejects.toMatchObject({ name: 'PaperError', why: 'ended', message: expect.stringContaining('memory') });
  expect(isPdf(await thread.draw(paper))).toBe(true);
  await thread.close();
  const hasty = new PdfThread(50);
  await expect(hasty.draw(endless)).rejects.toMatchObject({ why: 'timeout', message: expect.stringContaining('it took longer than 0.05 s') });
  await hasty.close();
  await expect(hasty.draw(paper)).rejects.toBeInstanceOf(PaperError);
});

test('one at a time, and none beside it', async () => {
  const thread = new PdfThread();
  const first = thread.draw(paper);
  await expect(thread.draw(paper)).rejects.toThrow('more PDFs at once than threads');
  expect(isPdf(await first)).toBe(true);
  await thread.close();
});

test('a monitor draws those of many callers one after the other; a caller with too many gets a 503 with Retry-After', { timeout: 60_000 }, async () => {
  const log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const chunk = { ...(await patientChunk({ condition: 'sinus-rhythm' })), deviceTimeMs: 1_700_000_000_000 };
  await log.append([{ topic: TOPICS.signal, partition: 0, key: 'bed-1', value: encodeChunk(chunk) }]);
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.9), source: { partition: 0, offsets: [0] } } }) }, event(1, 'raised', {}, 1, { partition: 0, offset: 0 })]);
  const ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE });
  const get = async (token: string) => {
    const response = await ward.get(`/report?alert=${idOf(1)}&format=pdf`, { authorization: `Bearer ${token}` });
    return { status: response.status, retry: response.headers.get('retry-after'), isPdf: isPdf(new Uint8Array(await response.arrayBuffer())) };
  };
  const [one, others] = await Promise.all([Promise.all(Array.from({ length: 20 }, () => get('one/read:*'))), Promise.all([get('two/read:*'), get('three/read:*')])]);
  expect(others).toEqual([{ status: 200, retry: null, isPdf: true }, { status: 200, retry: null, isPdf: true }]);
  const refused = one.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ retry }) => retry === '1')).toBe(true);
  expect(one.filter(({ isPdf: drawn }) => drawn)).toHaveLength(20 - refused.length);
  expect(ward.meter.counts.get('purkinje_deliver_requests_refused_total papers')).toBe(refused.length);
  await ward.close();
  await log.close();
});
