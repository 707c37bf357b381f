/** What says something else than the draft is not let through: a seeded liar over real drafts, in both languages, in every way that a sentence may lie. Invariants: I140 */
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/explain/index.js';
import { type Draft, draftsOf } from './drafts.js';
import { honestOf, setOf } from './honest.js';
import { chanceOf, LIES } from './liar.js';

const LONG = process.env.LONG !== undefined;
const drafts = draftsOf(LONG ? 400 : 60, LONG ? Date.now() % 1_000_000 : 11);

interface Lied {
  readonly draft: Draft;
  readonly text: string;
}

/** From the draft itself, or from an honest rewrite of it. */
function lies(name: string, seed: number): readonly Lied[] {
  const chance = chanceOf(seed);
  return drafts.flatMap((draft) => {
    const bodies = [draft.text, ...honestOf(draft.text, draft.language, setOf(draft.language, 'shown'))];
    const body = bodies[Math.floor(chance() * bodies.length)];
    const text = LIES[name]({ text: body, draft, others: drafts, chance });
    return text === undefined || bodies.includes(text) ? [] : [{ draft, text }];
  });
}

describe('the liar', () => {
  let lied = 0;
  test.each(Object.keys(LIES).map((name, i) => [name, i] as const))('%s: none is let through', (name, i) => {
    const all = lies(name, i + 1);
    lied += all.length;
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter(({ draft, text }) => refusalOf(draft, text, draft.language) === undefined).map(({ draft, text }) => `${draft.text} → ${text}`)).toEqual([]);
  });
  test('has lied more than ten thousand times', () => {
    console.info(`${lied} lies in ${Object.keys(LIES).length} kinds over ${drafts.length} drafts`);
    expect(lied).toBeGreaterThan(10_000);
  });
});

describe('what looks the same and is not', () => {
  const claim = { id: 'claimed', text: 'Complete left bundle branch block (score 0.91, threshold 0.43).' };
  const rate = { id: 'interval', text: 'Heart rate 61/min.' };
  const range = { id: 'stRange', text: 'ST 60 ms after the QRS: from −0.12 mV in V1 to 0.20 mV in V3.' };
  test.each([
    [claim, 'A score, a 0.91 threshold, and 0.43: complete left bundle branch block.', 'number'],
    [claim, 'Complete left bundle branch block has a score at a 0.91 threshold and 0.43.', 'number'],
    [claim, 'Complete left bundle branch block (score 0.91 threshold 0.43).', 'number'],
    [claim, 'Left bundle branch block, complete (score 0.91, threshold 0.43).', 'finding'],
    [claim, 'No: complete left bundle branch block (score 0.91, threshold 0.43).', 'negation'],
    [claim, 'Complete left bundle branch block is not present (score 0.91, threshold 0.43).', 'negation'],
    [claim, 'Complete left bundle branch block (score .91, threshold 0.43).', 'form'],
    [claim, 'Complete left bundle branch block (score 0.910, threshold 0.43).', 'number'],
    [claim, 'Complete LBBB (score 0.91, threshold 0.43), and the score was 0.91.', 'number'],
    [claim, 'Complete left, bundle branch block (score 0.91, threshold 0.43).', 'finding'],
    [claim, 'The complete left bundle branch block (score 0.91, threshold 0.43.', 'form'],
    [rate, 'The model reports heart rate 61/min.', 'word'],
    [rate, 'The prolonged heart rate is 61/min.', 'word'],
    [{ id: 'interval', text: 'PR interval 190 ms.' }, 'The prolonged PR interval is 190 ms.', 'finding'],
    [{ id: 'claimed', text: 'Left bundle branch block (score 0.91, threshold 0.43).' }, 'Complete: left bundle branch block (score 0.91, threshold 0.43).', 'word'],
    [range, 'ST 60 ms after the QRS: from −0.12 mV, in V1 to 0.20 mV, in V3.', 'number'],
    [range, 'ST 60 ms after the QRS: from 0.20 mV in V3 to −0.12 mV in V1.', 'order'],
    [range, 'ST 60 ms after the QRS: from −0.12 mV in V3 to 0.20 mV in V1.', 'number'],
    [{ id: 'gained', text: 'New since the earlier tracing: Atrial flutter (score 0.91, before 0.10, threshold 0.43).' }, 'New in the earlier tracing: atrial flutter (score 0.91, before 0.10, threshold 0.43).', 'dropped'],
    [{ id: 'changed', text: 'PR interval 220 ms, before 180 ms.' }, 'PR interval 220 ms before, 180 ms.', 'number'],
    [{ id: 'met', text: 'PR interval: 220 ms, criterion met (over 200 ms).' }, 'PR interval: over 220 ms, criterion met (200 ms).', 'number'],
    [{ id: 'answer', text: 'No (confidence 0.97).' }, 'Yes (confidence 0.97).', 'negation'],
    [{ id: 'answer', text: 'Not sure (confidence 0.50).' }, 'Sure (confidence 0.50).', 'word'],
    [{ id: 'noBeat', text: 'No beat was found in 4.1 s.' }, 'A beat was found in no 4.1 s.', 'negation'],
  ] as const)('%o: %s', (draft, text, reason) => expect(refusalOf(draft, text, 'en')).toBe(reason));
});
