import { test } from 'vitest';
import { refusalOf } from '../../src/explain/index.js';
import { draftsOf } from '../explain/cage/drafts.js';
import { honestOf, setOf } from '../explain/cage/honest.js';
import { chanceOf, LIES } from '../explain/cage/liar.js';
test('liar', () => {
  const drafts = draftsOf(Number(process.env.N ?? 40), 11);
  const chance = chanceOf(5);
  const counts: Record<string, [number, number]> = {};
  for (const draft of drafts) {
    const bodies = [draft.text, ...honestOf(draft.text, draft.language, setOf(draft.language, 'shown'))];
    for (const [name, lie] of Object.entries(LIES)) {
      const text0 = bodies[Math.floor(chance() * bodies.length)];
      const text = lie({ text: text0, draft, others: drafts, chance });
      if (text === undefined || text === text0 || bodies.includes(text)) continue;
      const c = (counts[name] ??= [0, 0]);
      c[0]++;
      if (refusalOf(draft, text, draft.language) === undefined) { c[1]++; if (c[1] < 4) console.log(`${name}\n  ${draft.text}\n  ${text}`); }
    }
  }
  console.log(JSON.stringify(counts, null, 1));
}, 200000);
