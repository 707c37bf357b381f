import { measured, type Scored } from '../because.js';
import { type Claim, claimsOf, isMute } from '../claims.js';
import { RANGES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import type { TemplateId } from '../templates.js';
import { num, same, unitOf, words } from '../value.js';
import { hasReached, SCORE_DIGITS, scoreValues, segmentOf } from './claimed.js';

/** A change that is said, in the unit of what changed: beyond what two measurements of the same heart differ by. QTc: 60 ms (AHA/ACCF 2010). */
const CHANGES: Readonly<Record<string, number>> = { heartRateBpm: 15, prMs: 25, qrsMs: 20, qtcMs: 60 };
/** Of ST in one lead, mV (AHA practice standards, Sandau 2017), and of the axis, degrees. */
const ST_CHANGE_MV = 0.1;
const ST_DIGITS = 2;
const AXIS_CHANGE_DEG = 30;
const AXIS_NAME = { en: 'Frontal QRS axis', de: 'QRS-Achse in der Frontalebene' };

/** What was gained and lost since an earlier tracing of the same patient. */
export function comparison(claims: readonly Claim[], facts: Facts, earlier: Facts | undefined): readonly Statement[] {
  const section = 'comparison';
  if (earlier === undefined) return [{ section, template: 'noEarlier', values: {}, because: [segmentOf(facts)] }];
  if (isMute(earlier)) return [{ section, template: 'earlierMute', values: {}, because: [{ kind: 'signal', id: earlier.outcome.grade }, segmentOf(earlier)] }];
  const both = [segmentOf(facts), segmentOf(earlier)];
  const before = claimsOf(earlier).said;
  const scoreIn = (of: Facts, id: string): Scored | undefined => of.scores.find((score) => score.id === id);
  const moved = (from: readonly Claim[], to: readonly Claim[], of: { readonly other: Facts } & Readonly<Record<'asked' | 'reached' | 'moved', TemplateId>>): readonly Statement[] =>
    to.filter(({ term }) => !from.some((claim) => claim.term.id === term.id)).map((claim): Statement => {
      const { term, score } = claim;
      const other = scoreIn(of.other, term.id);
      const isOfNow = of.other === earlier;
      const claimed = isOfNow ? { term: term.id } : {};
      if (other === undefined) return { section, template: of.asked, ...claimed, values: scoreValues(claim), because: [score, ...both] };
      const [now, then] = isOfNow ? [score, other] : [other, score];
      const values = { ...scoreValues({ term, score: now }), before: num(then.value, SCORE_DIGITS) };
      // At its threshold on the other side it was ruled out there, or gave way to a rival: it has neither come nor gone.
      return { section, template: hasReached(other) ? of.reached : of.moved, ...claimed, values, because: [now, then, ...both] };
    });
  if (facts.scores.length === 0 || earlier.scores.length === 0) return [{ section, template: 'notBothScored', values: {}, because: both }, ...numbers(facts, earlier, both)];
  const statements = [
    ...moved(before, claims, { other: earlier, asked: 'askedNow', reached: 'saidNow', moved: 'gained' }),
    ...moved(claims, before, { other: facts, asked: 'askedBefore', reached: 'saidBefore', moved: 'lost' }),
  ];
  const none: Statement = { section, template: 'unchanged', values: {}, because: [...claims.map(({ score }) => score), ...both] };
  return [...(statements.length === 0 ? [none] : statements), ...numbers(facts, earlier, both)];
}

function numbers({ outcome: now }: Facts, { outcome: then }: Facts, segments: Statement['because']): readonly Statement[] {
  const section = 'comparison';
  const intervals = RANGES.flatMap(({ id, name, unit, of }): readonly Statement[] => {
    const [value, before] = [of(now.measurements), of(then.measurements)];
    if (value === undefined || before === undefined || CHANGES[id] === undefined || Math.abs(value - before) < CHANGES[id]) return [];
    return [{ section, template: 'changed', values: { name: words(name), value: num(value), unit: unitOf(unit), before: num(before) }, because: [measured(id, value, unit), measured(id, before, unit), ...segments] }];
  });
  const [axis, axisBefore] = [now.measurements.axisDeg, then.measurements.axisDeg];
  const turned: readonly Statement[] = axis === undefined || axisBefore === undefined || turnOf(axis, axisBefore) < AXIS_CHANGE_DEG
    ? []
    : [{ section, template: 'changed', values: { name: words(AXIS_NAME), value: num(axis), unit: unitOf('°'), before: num(axisBefore) }, because: [measured('axisDeg', axis, '°'), measured('axisDeg', axisBefore, '°'), ...segments] }];
  const st = now.measurements.st.flatMap(({ lead, mv }): readonly Statement[] => {
    const before = then.measurements.st.find((one) => one.lead === lead);
    if (before === undefined || Math.abs(mv - before.mv) < ST_CHANGE_MV) return [];
    return [{ section, template: 'stChanged', values: { lead: same(lead), value: num(mv, ST_DIGITS), before: num(before.mv, ST_DIGITS) }, because: [measured('st', mv, 'mV', lead), measured('st', before.mv, 'mV', lead), ...segments] }];
  });
  return [...intervals, ...turned, ...st];
}

/** The shorter way round. */
function turnOf(a: number, b: number): number {
  const way = Math.abs(a - b) % 360;
  return Math.min(way, 360 - way);
}
