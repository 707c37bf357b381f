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
    [{ id: 'changed', text: 'PR interval 200 ms, before 160 ms.' }, 'PR interval was 200 ms, before it was 160 ms.', 'number'],
    [{ id: 'changed', text: 'Heart rate 130/min, before 70/min.' }, 'Heart rate was 130/min, before being 70/min.', 'number'],
    [{ id: 'stChanged', text: 'ST in V2 0.30 mV, before 0.05 mV.' }, 'ST in V2 was 0.30 mV, before it was 0.05 mV.', 'number'],
    [{ id: 'gained', text: 'New since the earlier tracing: Atrial fibrillation (score 0.91, before 0.12, threshold 0.43).' }, 'New since the earlier tracing: atrial fibrillation (the score was 0.91, before it was 0.12, threshold 0.43).', 'number'],
    [{ id: 'noBeat', text: 'No beat was found in 10 s.' }, 'No beat lasts 10 s.', 'word'],
    [{ id: 'noBeat', text: 'No beat was found in 10 s.' }, 'No beat lasting 10 s was seen.', 'word'],
    [{ id: 'notMeasured', text: 'Not measured: PR interval, QRS duration and QT interval.' }, 'PR interval and QRS duration are visible, but QT interval was not measured.', 'word'],
    [{ id: 'notMeasured', text: 'Not measured: PR interval, QRS duration and QT interval.' }, 'Not measured: PR interval. Seen: QRS duration and QT interval.', 'word'],
    [{ id: 'claimed', text: 'Inferior myocardial infarction (score 0.91, threshold 0.43).' }, 'Where an inferior infarction was present, the score was 0.91, threshold 0.43.', 'word'],
    [{ id: 'rrVary', text: 'The RR intervals vary by 22%.' }, 'The RR intervals vary in 22% of these.', 'dropped'],
    [{ id: 'pause', text: 'The longest stretch without a beat is 3.2 s.' }, 'The longest stretch is shown where no beat lasts 3.2 s.', 'word'],
  ] as const)('%o: %s', (draft, text, reason) => {
    const refused = refusalOf(draft, text, 'en');
    expect(refused).toBeDefined();
    expect(refused).toBe(reason);
  });
  test.each([
    [{ id: 'notMeasured', text: 'Nicht gemessen: PQ-Intervall, QRS-Dauer und QT-Intervall.' }, 'PQ-Intervall und QRS-Dauer sind vorhanden, aber das QT-Intervall ist nicht gemessen.'],
    [{ id: 'noBeat', text: 'Kein Schlag wurde in 10 s gefunden.' }, 'Kein Schlag dauerte 10 s.'],
  ] as const)('German: %o: %s', (draft, text) => expect(refusalOf(draft, text, 'de')).toBeDefined());
});
