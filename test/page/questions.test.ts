/** A bed's report and answers to questions on it: in the page's language, with their evidence; unknown answers and unparsed questions are reported. */
import { expect, test } from 'vitest';
import { AF, CATALOGUE, policyWith } from '../decide/series.js';
import { describePage } from './support.js';

describePage('the questions of a bed', (t) => {
  const bed = async (device = 'bed-1') => {
    await t.restart({ catalogue: CATALOGUE, policy: policyWith({}) });
    await t.log.append([t.segment('bed-1', { findings: [{ id: AF, probability: 0.95 }], demo: true }), t.segment('bed-2', { grade: 'unusable', status: 'unusable', findings: [] })]);
    await t.open(`/bed/${device}`);
    await t.page.getByRole('heading', { name: 'Report and questions' }).waitFor();
  };
  const ask = async (question: string) => {
    await t.page.getByLabel('Ask the latest segment').fill(question);
    await t.page.getByRole('button', { name: 'Ask', exact: true }).click();
  };

  test('an answer names what it is not, its confidence, its time and its evidence', async () => {
    await bed();
    await ask('Is there atrial fibrillation?');
    await t.says('.answered', /^SIMULATED: nobody’s ECG\. For research: [^]*\nYes \(confidence 0\.9\d\)\.\n+Of the segment from [^\n]+; understood as verify, scp: AFIB\n+Evidence of the answer\n[^]*score atrial-fibrillation 0\.95 at [^]*segment bed-1\/1\/0$/);
    expect(t.amiss).toEqual([]);
  });

  test('nobody is sure of an unusable signal', async () => {
    await bed('bed-2');
    await ask('What is the rhythm?');
    await t.says('.answered', /\nNot sure \(confidence 0\.50\)\./);
  });

  test('an unparsed question and an empty one are reported', async () => {
    await bed();
    await ask('Is there takotsubo?');
    await t.says('.answered', /^these words are not understood: takotsubo: ask, as in/);
    await ask(' ');
    await t.says('.answered', /^Nothing is asked\.$/);
  });

  test('another bed has no answer of this one', async () => {
    await bed();
    await ask('Is there atrial fibrillation?');
    await t.says('.answered', /Yes/);
    await t.to('Wall');
    await t.page.locator('bed-tile').filter({ hasText: 'bed-2' }).getByRole('link').first().click();
    await t.page.waitForURL(/bed-2/);
    await t.says('.answered', /^$/);
  });

  test('the drafted report opens in the page’s language, as a page of its own and as PDF', async () => {
    await bed();
    await t.page.getByLabel('Language').selectOption('de');
    const link = t.page.getByRole('link', { name: 'Entworfener Bericht zum letzten Abschnitt' });
    const [report] = await Promise.all([t.page.waitForEvent('popup'), link.click()]);
    await report.waitForLoadState();
    expect(await report.locator('html').getAttribute('lang')).toBe('de');
    expect(await report.locator('body').innerText()).toMatch(/SIMULIERT: niemandes EKG\. Zur Forschung[^]*Vorhofflimmern \(Score 0,95/);
    await report.close();
    const href = await t.page.getByRole('link', { name: 'als PDF' }).getAttribute('href');
    const pdf = await t.page.request.get(t.address(href!));
    expect([pdf.status(), pdf.headers()['content-type'], (await pdf.body()).subarray(0, 5).toString()]).toEqual([200, 'application/pdf', '%PDF-']);
    await t.page.getByLabel('Frage an den letzten Abschnitt').fill('Liegt Vorhofflimmern vor?');
    await t.page.getByRole('button', { name: 'Fragen', exact: true }).click();
    await t.says('.answered', /\nJa \(Sicherheit 0,9\d\)\./);
    expect(t.amiss).toEqual([]);
  });
});
