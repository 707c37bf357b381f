/** The account at the end of a run: what was not done yet is unfinished; what is missing though all was done is lost. */
import { expect, test } from 'vitest';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { summarise, summaryText } from '../../src/cli/report.js';

/** Of an engine that assembled 10 segments and published 7 outcomes, and read 50 samples of which 48 are placed. */
function meterOf() {
  const meter = prometheusMeter();
  meter.counter('purkinje_assemble_segments_total', 'x').add(10);
  meter.counter('purkinje_score_outcomes_total', 'x', ['grade', 'status']).add(7, { grade: 'good', status: 'scored' });
  const samples = meter.counter('purkinje_assemble_samples_total', 'x', ['fate']);
  samples.add(50, { fate: 'read' });
  samples.add(48, { fate: 'placed' });
  return meter;
}

test('ended in mid-work: segments without an outcome and chunks that nobody read are unfinished, and nothing is lost', async () => {
  const summary = await summarise(meterOf(), { beds: 1, alerts: 0, hasSettled: false, unread: 12 });
  expect(summary).toMatchObject({ lost: 0, unfinished: { segments: 3, chunks: 12 }, segments: { total: 7 } });
  expect(summaryText(summary)).toContain('0 lost\nunfinished when it ended: 3 segments, and 12 chunks not read yet');
});

test('what is left over at an end is said', async () => {
  const meter = meterOf();
  meter.counter('purkinje_assemble_rest_samples_total', 'x').add(1200);
  const summary = await summarise(meter, { beds: 1, alerts: 0, hasSettled: true, unread: 0 });
  expect(summary.rest).toBe(1200);
  expect(summaryText(summary)).toContain('\n1200 samples at the ends of recordings are too few for a segment');
});

test('with all work done, what is missing is lost', async () => {
  const summary = await summarise(meterOf(), { beds: 1, alerts: 0, hasSettled: true, unread: 0 });
  expect(summary).toMatchObject({ lost: 5, unfinished: { segments: 0, chunks: 0 } });
  expect(summaryText(summary)).toMatch(/, 5 lost$/);
});
