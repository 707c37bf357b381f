/** The wall: a tile a bed, watched or not and why, with its worst alert; and the page of one bed. Invariants: I131 */
import { expect, test, vi } from 'vitest';
import { TOPICS } from '../../src/ports/index.js';
import { encodeOutcome } from '../../src/wire/index.js';
import { describePage, event, idOf, soon } from './support.js';

describePage('the wall', (t) => {
  const beds = () => t.page.locator('bed-tile .name').allInnerTexts();

  test('a bed says its rate, its rhythm, its signal, and whether it is watched and for how many findings', async () => {
    await t.log.append([t.segment('bed-1', { signalQuality: 0.93, measurements: { beats: [], voltages: [], st: [], heartRateBpm: 71.6 } }), t.segment('bed-2', { grade: 'unusable', status: 'unusable', signalQuality: 0.11, measurements: { beats: [], voltages: [], st: [], heartRateBpm: 250 } })]);
    await t.open();
    await t.says(t.tile('bed-1'), /bed-1\s+icu\s+Heart rate\s+72\s+\/min\s+no rhythm alert\s+No alert\s+watched · \d+ of \d+ findings · Signal quality 93 of 100/);
    // A rate of a signal that says nothing is not shown as one.
    await t.says(t.tile('bed-2'), /bed-2\s+icu\s+Heart rate\s+–\s+not measured\s+not watched: poor signal\s+for \d+ s\s+No alert\s+0 of \d+ findings · Signal quality 11 of 100/);
    expect(await t.page.locator('#beds-count').innerText()).toBe('1 of 2 watched');
    // Hatched, not by colour alone.
    expect(await t.tile('bed-2').evaluate((tile) => [getComputedStyle(tile).backgroundImage, getComputedStyle(tile).borderTopStyle])).toEqual([expect.stringContaining('repeating-linear-gradient'), 'dashed']);
    expect(await t.tile('bed-1').evaluate((tile) => getComputedStyle(tile).backgroundImage)).toBe('none');
  });

  test('its worst alert stands on it as colour, shape and word, and the rhythm as the alerts have it', async () => {
    await t.log.append([t.segment('bed-1'), t.segment('bed-2')]);
    await t.raise(1, { finding: 'left-bundle-branch-block', priority: 'low' });
    await t.raise(2, { finding: 'atrial-fibrillation', priority: 'medium' });
    await t.open();
    await t.says(t.tile('bed-1'), /Atrial fibrillation[^]*Medium\s+Atrial fibrillation\s+2 alerts/);
    expect(await t.tile('bed-1').getAttribute('data-priority')).toBe('medium');
    await t.log.append([event(2, 'acknowledged', { finding: 'atrial-fibrillation' })]);
    await t.says(t.tile('bed-1').locator('.worst'), /Low\s+Left bundle branch block/);
    await t.log.append([event(1, 'acknowledged', { finding: 'left-bundle-branch-block', priority: 'low' })]);
    await t.says(t.tile('bed-1').locator('.worst'), 'answered');
    expect(await t.tile('bed-1').getAttribute('data-priority')).toBe('');
  });

  test('the rhythm is one of the bedside: what only readers get is none, and what is unproven says so', async () => {
    await t.log.append([t.segment('bed-1'), t.segment('bed-2')]);
    await t.raise(1, { finding: 'left-bundle-branch-block', priority: 'low' });
    await t.raise(2, { channel: 'worklist', finding: 'atrial-fibrillation', evidence: 'none', explainedBy: idOf(1) });
    await t.raise(3, { device: 'bed-2', bed: 'bed-2', finding: 'atrial-flutter', evidence: 'none' });
    await t.open();
    await t.says(t.tile('bed-1'), /no rhythm alert[^]*Low\s+Left bundle branch block/);
    await t.says(t.tile('bed-2').locator('.rhythm'), /^Atrial flutter\s+UNPROVEN$/);
    await t.says(t.tile('bed-2').locator('.worst'), /Atrial flutter\s+UNPROVEN/);
    expect(await t.tile('bed-1').innerText()).not.toMatch(/fibrillation|UNPROVEN/);
    // Where it is shown beneath what explains it, it says so too.
    await t.to('Alerts');
    await t.page.locator('.explained summary').click();
    await t.says('.explained', /Atrial fibrillation\s+UNPROVEN/);
  });

  test('the worst bed comes first, or all in their order; one unit, or all; both are remembered', async () => {
    await t.log.append([...['bed-2', 'bed-10', 'bed-1'].map((bed) => t.segment(bed)), t.segment('bed-9', { association: { bed: 'bed-9', unit: 'ward', knownConditions: [], contextOffset: 0 } }), t.segment('bed-3', { grade: 'unusable', status: 'unusable' })]);
    await t.raise(1, { device: 'bed-10', bed: 'bed-10', priority: 'high' });
    await t.raise(2, { device: 'bed-9', bed: 'bed-9', priority: 'low', unit: 'ward' });
    await t.open();
    await vi.waitFor(async () => expect(await beds()).toEqual(['bed-10', 'bed-9', 'bed-3', 'bed-1', 'bed-2']), soon);
    await t.page.locator('#order').selectOption('bed');
    await vi.waitFor(async () => expect(await beds()).toEqual(['bed-1', 'bed-2', 'bed-3', 'bed-10', 'bed-9']), soon);
    await t.page.locator('#unit').selectOption('ward');
    await vi.waitFor(async () => expect(await beds()).toEqual(['bed-9']), soon);
    await t.page.reload();
    await vi.waitFor(async () => expect(await beds()).toEqual(['bed-9']), soon);
    await t.page.locator('#unit').selectOption('');
    await vi.waitFor(async () => expect(await beds()).toHaveLength(5), soon);
  });

  test('a bed whose device ended its stream leaves the wall; it is counted, named, and not among those to be watched', async () => {
    await t.log.append([t.segment('bed-1'), t.segment('bed-2'), t.silence('bed-2', true)]);
    await t.open();
    await vi.waitFor(async () => expect(await beds()).toEqual(['bed-1']), soon);
    expect(await t.page.locator('#beds-count').innerText()).toBe('1 of 1 watched, 1 ended');
    await t.page.locator('#ended summary').click();
    await t.says('#ended', /bed-2\s+icu\s+not watched: the stream ended/);
  });

  test('beds that cannot be read are marked as old', async () => {
    await t.log.append([t.segment('bed-1')]);
    await t.page.clock.install();
    await t.open();
    await t.says('#beds', 'bed-1');
    await t.page.route('**/beds', (route) => route.abort());
    await t.page.clock.runFor(30_000);
    await t.says('#beds-says', /The beds cannot be read: this was so at [\d:]+/);
    expect(await t.page.locator('#beds').evaluate((place) => getComputedStyle(place).opacity)).toBe('0.35');
  });

  test('the page of one bed is marked as old with them, and its numbers with it', async () => {
    await t.log.append([t.segment('bed-1', { measurements: { beats: [], voltages: [], st: [], heartRateBpm: 71 } })]);
    await t.page.clock.install();
    await t.open('/bed/bed-1');
    await t.says('.bed-head', /71\s+\/min\s+watched/);
    expect(await t.page.locator('.bed-head').evaluate((head) => getComputedStyle(head).opacity)).toBe('1');
    await t.page.route('**/beds', (route) => route.abort());
    await t.page.clock.runFor(30_000);
    await t.says('bed-view .says', /The beds cannot be read: this was so at [\d:]+/);
    expect(await t.page.locator('.bed-head').evaluate((head) => getComputedStyle(head).opacity)).toBe('0.35');
  });

  test('a bed that has sent no segment yet has no trace: whether it is simulated is not known', async () => {
    await t.log.append([{ topic: TOPICS.outcomes, key: 'bed-1', value: encodeOutcome({ type: 'silence', silence: { device: 'bed-1', silent: false, atMs: 1, lastRecordMs: 0 } }) }]);
    await t.open('/bed/bed-1');
    await t.says('.bed-head', 'not watched: no signal');
    expect(await t.page.locator('ecg-sweep').count()).toBe(0);
    await t.log.append([t.segment('bed-1', { demo: true })]);
    await t.says('.bed-head', /SIMULATED[^]*watched/);
    expect(await t.page.locator('ecg-sweep').count()).toBe(1);
  });

  test('beds that were never read are not no beds: they cannot be read, and nothing is green', async () => {
    await t.log.append([t.segment('bed-1')]);
    await t.page.route('**/beds', (route) => route.abort());
    await t.open();
    await t.says('#live', /Live at/);
    await t.says('#beds-says', 'The beds cannot be read: how they are is not known.');
    expect(await t.page.locator('.none').count()).toBe(0);
    expect(await t.page.locator('#live.on').count()).toBe(0);
    await t.page.goto(t.address('/bed/bed-1'));
    await t.says('.view', 'The beds cannot be read: how they are is not known.');
    await t.page.unroute('**/beds');
    await t.says('bed-view', 'watched');
    await t.counted(t.page.locator('#live.on'), 1);
  });

  test('a bed with ventricular ectopic beats says how many came in the last whole minute and draws the minutes; one without says nothing', async () => {
    // Bigeminy at 78 a minute: every second of thirteen beats.
    const beating = (device: string, kinds: string) =>
      Array.from({ length: 13 }, (_, k) => t.segment(device, { id: `${device}/1/${k * 5000}`, firstSample: k * 5000, startMs: 1_700_000_040_000 + k * 10_000, kinds: [...kinds].map((kind) => ({ kind: kind as 'N' | 'V', confidence: 1 })) }));
    await t.log.append([...beating('bed-1', 'NVNVNVNVNVNVN'), ...beating('bed-2', 'NNNNNNNNNNNNN')]);
    await t.open();
    await t.says(t.tile('bed-1').locator('.minutes'), 'ventricular ectopic beats 36/min');
    expect(await t.tile('bed-1').locator('svg.burden rect').count()).toBe(3);
    expect(await t.tile('bed-2').locator('.minutes').count()).toBe(0);
  });

  test('opened, a bed says which findings are not watched, why, and the share of a day', async () => {
    await t.log.append([t.segment('bed-1', { leads: [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }] })]);
    await t.raise(1, { simulated: true });
    await t.open();
    await t.tile('bed-1').locator('a').click();
    expect(t.page.url()).toBe(t.address('/bed/bed-1'));
    await t.says('.findings', /Not watched: leads that it needs are not there\s[^]*STEMI\s+\d+%[^]*Watched\s[^]*Wide QRS \(rule\)\s+\d+%[^]*Percent: how much of the last 24 hours/);
    await t.says('bed-alerts', 'Atrial fibrillation');
    await t.page.goBack();
    await t.says('#beds', 'bed-1');
  });

  test('a bed has an address, whatever its device is called; one that is not there says so', async () => {
    await t.log.append([t.segment('a/b:c@1')]);
    await t.open('/bed/a%2Fb%3Ac%401');
    await t.says('.bed-head', 'a/b:c@1');
    for (const path of ['/bed/nobody', '/bed/%E0%A4%A']) {
      const answered = await t.page.goto(t.address(path));
      expect(answered?.status()).toBe(200);
      await t.says('.view', /There is no such (bed that you may see|page)\./);
    }
    expect(t.amiss).toEqual([]);
  });
});
