import { test } from 'vitest';
import { refusalOf } from '../../src/explain/index.js';
import { draftsOf } from '../explain/cage/drafts.js';
import { honestOf, setOf } from '../explain/cage/honest.js';
import { FRESH } from '../explain/cage/honest-fresh.js';
test('try', () => {
  const set = (process.env.SET ?? 'shown') as 'shown';
  const drafts = draftsOf(60, 7);
  console.log('drafts', drafts.length);
  let [n, ok, none] = [0, 0, new Map<string, number>()];
  const bad = new Map<string, string>();
  for (const d of drafts) {
    const self = refusalOf(d, d.text, d.language);
    if (self !== undefined) console.log('SELF', self, d.text);
    for (const short of [false, true]) {
    const list = honestOf(d.text, d.language, (set as string) === 'fresh' ? FRESH[d.language] : setOf(d.language, set), short);
    if (list.length === 0) none.set(d.id, (none.get(d.id) ?? 0) + 1);
    for (const [i, text] of list.entries()) {
      n++;
      const why = refusalOf(d, text, d.language);
      if (why === undefined) ok++;
      else bad.set(`${d.id} ${d.language} ${i} ${why}`, `${d.text}\n    ${text}`);
    } }
  }
  console.log(n, ok, (ok / n).toFixed(4));
  console.log([...none].join(' | '));
  if (process.env.SHOW) for (const [k, v] of bad) console.log(`${k}\n    ${v}`);
});
