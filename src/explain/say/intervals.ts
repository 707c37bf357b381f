import { measured } from '../because.js';
import { isChild, placeOf, RANGES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import type { Text } from '../text.js';
import { num, unitOf, words } from '../value.js';
import { segmentOf } from './claimed.js';

/** Rate and intervals, each compared with an adult's normal range; then the measurements that are missing. */
export function intervals(facts: Facts): readonly Statement[] {
  const { measurements, association } = facts.outcome;
  const section = 'intervals';
  const missing: Text[] = [];
  const said = RANGES.flatMap((range): readonly Statement[] => {
    const value = range.of(measurements);
    if (value === undefined) {
      missing.push(range.name);
      return [];
    }
    const [low, high] = range.normal(association.sex);
    const values = { name: words(range.name), value: num(value), unit: unitOf(range.unit) };
    const because = [measured(range.id, value, range.unit), segmentOf(facts)];
    if (!Number.isFinite(high) || isChild(association)) return [{ section, template: 'interval', values, because }];
    return [{ section, template: placeOf(value, [low, high]), values: { ...values, low: num(low), high: num(high) }, because: [...because, { kind: 'criterion', id: range.id, citation: range.citation, limits: { low, high } }] }];
  });
  if (missing.length === 0) return said;
  const names = words({ en: missing.map(({ en }) => en).join(', '), de: missing.map(({ de }) => de).join(', ') });
  return [...said, { section, template: 'notMeasured', values: { names }, because: [segmentOf(facts)] }];
}
