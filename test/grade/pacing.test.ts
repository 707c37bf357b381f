/** Pacing is what the device reports: no rate makes spikes of what is sharp in the signal, and none hides those that are reported. */
import { expect, test } from 'vitest';
import { gradedChunk, patientChunk } from './segment.js';

test.each([100, 250, 360, 500, 1000])('at %d Hz', async (rateHz) => {
  for (const condition of ['paced-rhythm', 'left-bundle-branch-block', 'sinus-rhythm'] as const) {
    const { paceMarks, ...silent } = await patientChunk({ condition, rateHz });
    const unreported = gradedChunk(silent);
    expect(unreported.pacing).toBe('unknown');
    expect(unreported.kinds.filter(({ kind }) => kind === 'Q')).toEqual([]);
    const none = gradedChunk({ ...silent, paceMarks: [] });
    expect(none.pacing).toBe('none');
    expect(none.kinds).toEqual(unreported.kinds);
    const reported = gradedChunk({ ...silent, paceMarks });
    expect(reported.pacing).toBe(condition === 'paced-rhythm' ? 'paced' : 'none');
    expect(reported.kinds.some(({ kind }) => kind === 'Q')).toBe(condition === 'paced-rhythm');
  }
});
