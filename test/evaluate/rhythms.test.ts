import { describe, expect, it } from 'vitest';
import { compareEpisodes, episodeFigures, markedEpisodes } from '../../src/evaluate/index.js';

const mark = (sample: number, aux: string, symbol = '+') => ({ sample, symbol, aux });

describe('episodes of a rhythm', () => {
  it('begin at their mark and end at the next rhythm, or with the record', () => {
    const marks = [mark(0, '(N'), mark(100, '(AFIB'), mark(150, '', 'N'), mark(300, '(N'), mark(900, '(AFIB')];
    expect(markedEpisodes(marks, ['AFIB'])).toEqual([[100, 300], [900, Infinity]]);
  });

  it('are one where the same rhythm is marked again', () => {
    const marks = [mark(10, '(AFIB'), mark(50, '(AFL'), mark(80, '(AFIB'), mark(90, '(N')];
    expect(markedEpisodes(marks, ['AFIB'])).toEqual([[10, 50], [80, 90]]);
    expect(markedEpisodes(marks, ['AFIB', 'AFL'])).toEqual([[10, 90]]);
  });

  it('are found by what meets them, however short, and are no fault where more is allowed', () => {
    // At 10 Hz: 70 s and 5 s of fibrillation, 20 s of flutter; a record of 200 s.
    const marked = [[0, 700], [1000, 1050]] as const;
    const right = [...marked, [1500, 1700]] as const;
    const found = [[650, 800], [1600, 1650], [1900, Infinity]] as const;
    const compared = compareEpisodes(marked, right, found, 10, 2000);
    expect(compared).toEqual({ marked: 2, markedFound: 1, long: 1, longFound: 1, found: 3, foundRight: 2, markedS: 75, foundS: 30, markedFoundS: 5, foundRightS: 10 });
    expect(episodeFigures([compared, compared])).toMatchObject({ se: 50, ppv: 66.7, durationSe: 6.7, durationPpv: 33.3 });
  });

  it('that touch at a sample do not meet, and without any there is no share', () => {
    expect(compareEpisodes([[0, 10]], [[0, 10]], [[10, 20]], 10, 100)).toMatchObject({ markedFound: 0, foundRight: 0 });
    expect(episodeFigures([compareEpisodes([], [], [], 10, 100)])).toMatchObject({ se: null, ppv: null, durationSe: null, durationPpv: null });
  });
});
