/** The sheet of one alert, at its own address: strip true to scale, numbers, course; hashes only in a fold. */
import { type Locator } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeEvidence } from '../../src/wire/index.js';
import { assembled, chunksOf, inMv } from '../bench/material.js';
import { describePage, event, idOf, soon } from './support.js';

describePage('the sheet of an alert', (t) => {
  const address = (n: number) => `/alert/${idOf(n)}`;

  test('is true to scale: 25 mm a second, 10 mm a millivolt, to a hundredth of a millimetre', async () => {
    const chunks = await chunksOf('bed-1', 11);
    const [segment] = assembled(chunks);
    const mv = inMv(segment);
    await t.log.append([event(1, 'raised', { segments: [segment.id] }), { topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: segment.id, chunks: chunks.slice(0, 10).map(encodeChunk), missing: '', part: 1, parts: 1, focus: [{ fromMs: 3000, toMs: 3500, weight: 0.4 }] }) }]);
    await t.open('/alerts');
    await t.page.locator('#alerts .finding').click();
    const svg = t.page.locator('svg.ecg');
    await svg.waitFor();
    expect(await svg.locator('text').allTextContents()).toEqual([...'I,aVR,V1,V4,II,aVL,V2,V5,III,aVF,V3,V6,II'.split(','), '25 mm/s 10 mm/mV']);
    await t.says('.about', 'Shaded: where the model looked.');
    // The browser's own millimetres: 96 pixels an inch.
    const pulse = await svg.locator('.pulse').last().evaluate((path: SVGPathElement) => {
      const [own, drawn] = [path.getBBox(), path.getBoundingClientRect()];
      return { widthMm: own.width, heightMm: own.height, pxPerMm: [drawn.width / own.width, drawn.height / own.height] };
    });
    expect(pulse.heightMm).toBeCloseTo(10, 2);
    for (const px of pulse.pxPerMm) expect(px).toBeCloseTo(96 / 25.4, 1);
    expect(await svg.evaluate((element: SVGSVGElement) => [element.getBoundingClientRect().width, element.viewBox.baseVal.width * (96 / 25.4)]).then(([is, ought]) => is - ought)).toBeCloseTo(0, 1);
    const pulsePath = await svg.locator('.pulse').last().getAttribute('d');
    const baseline = Number(/M1\.5 ([\d.]+)/.exec(pulsePath!)![1]);
    // The pulse begins at the baseline, and lasts 200 ms.
    expect(pulsePath).toContain('v-10h5v10');
    const pointsOf = async (place: Locator) => (await place.getAttribute('d'))!.split(/[ML]/).slice(1).map((point) => point.split(' ').map(Number));
    const own = (lead: string) => mv.rows.find((row) => row.lead === lead)!.mv;
    const rhythm = await pointsOf(svg.locator('[data-lead=II]').last());
    expect(rhythm).toHaveLength(5000);
    for (const i of [0, 777, 2500, 4999]) {
      expect(rhythm[i][0] - rhythm[0][0]).toBeCloseTo((i / mv.rateHz) * 25, 2);
      expect(Math.abs(baseline - rhythm[i][1] - own('II')[i] * 10)).toBeLessThan(0.01);
    }
    // The same moment lies one below the other: V4 has the last of four columns.
    const v4 = await pointsOf(svg.locator('[data-lead=V4]'));
    expect(v4).toHaveLength(1250);
    expect(v4[0][0]).toBeCloseTo(rhythm[3750][0], 3);
    expect(Math.abs(v4[100][1] - v4[0][1] + (own('V4')[3850] - own('V4')[3750]) * 10)).toBeLessThan(0.02);
    const focus = await svg.locator('.focus').last().evaluate((rect: SVGRectElement) => [rect.x.baseVal.value, rect.width.baseVal.value]);
    expect(focus[0]).toBeCloseTo(rhythm[1500][0], 3);
    expect(focus[1]).toBeCloseTo(12.5, 3);
    expect(t.amiss).toEqual([]);
  });

  test('of several segments shows the last, and each that is chosen; leads that were not there are named as such', async () => {
    const chunks = (await chunksOf('bed-1', 21)).map((chunk) => ({ ...chunk, declaredLeads: ['I', 'II'], blocks: chunk.blocks.filter(({ lead }) => lead === 'I' || lead === 'II') }));
    const evidence = assembled(chunks).map(({ id, firstSample, samples }): NewRecord => ({ topic: TOPICS.evidence, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(1), segment: id, chunks: chunks.filter((chunk) => chunk.firstSample >= firstSample && chunk.firstSample < firstSample + samples).map(encodeChunk), missing: '', part: 1, parts: 1 }) }));
    await t.log.append([event(1, 'raised'), ...evidence]);
    await t.open(address(1));
    await t.page.locator('svg.ecg').waitFor();
    expect(await t.page.locator('svg.ecg text').allTextContents()).toEqual(expect.arrayContaining(['I', 'III', 'aVF', 'V1: not there']));
    expect(await t.page.locator('.segments option:checked').innerText()).toBe(`Segment ${evidence.length} of ${evidence.length}`);
    const last = await t.page.locator('[data-lead=I]').getAttribute('d');
    await t.page.locator('.segments').selectOption({ index: 0 });
    await vi.waitFor(async () => expect(await t.page.locator('[data-lead=I]').getAttribute('d', { timeout: 1000 })).not.toBe(last), soon);
  });

  test('whose samples are gone says so, and what is known of the alert; ids and hashes are in a fold', async () => {
    await t.raise(1, { signalQuality: 0.83, reasons: ['limb-leads-contradict'], evidence: 'external', model: 'purkinje-s@1', modelHash: '0123456789abcdef', policyHash: 'fedcba9876543210' });
    await t.open(address(1));
    await t.says('.about', 'kept no samples');
    const facts = await t.page.locator('alert-sheet').innerText();
    for (const fact of ['0.900, threshold 0.500', '83 of 100, limb leads contradict each other', 'recordings of others']) expect(facts).toContain(fact);
    for (const hidden of ['purkinje-s@1', 'fedcba98', idOf(1)]) expect(facts).not.toContain(hidden);
    await t.page.locator('.technical summary').click();
    for (const fact of ['purkinje-s@1, 01234567', 'fedcba98', idOf(1)]) expect(await t.page.locator('.technical').innerText()).toContain(fact);
  });

  test('has an address that opens it, also when it has been over for long, with its course', async () => {
    await t.raise(1);
    await t.log.append([event(1, 'acknowledged'), event(1, 'resolved')]);
    await t.restart();
    await t.open(address(1));
    await t.says('.detail-finding', 'Atrial fibrillation');
    await t.says('.course', /new[^]*acknowledged[^]*over/);
    expect(await t.page.locator('alert-sheet button').count()).toBe(0);
    await t.page.goto(t.address('/alert/none'));
    await t.says('.sheet', 'There is no such alert that you may see.');
  });

  test('says what people here found of such alerts', async () => {
    await t.raise(4);
    await t.page.route('**/verdicts', (route) => route.fulfill({ json: [{ finding: 'atrial-fibrillation', modelHash: '', threshold: 0.5, right: 9, wrong: 3, ppv: 0.75, lower95: 0.47, upper95: 0.91, demoted: false }] }));
    await t.open(address(4));
    await t.says('alert-sheet', 'Here: right in 9 of 12');
  });

  test('is closed to who may not see its unit', async () => {
    await t.raise(1, { unit: 'ward-9' });
    await t.open(address(1), 'nurse/read:icu');
    await t.says('.sheet', 'There is no such alert that you may see.');
  });
});
