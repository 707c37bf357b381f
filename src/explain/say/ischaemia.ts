import { measured } from '../because.js';
import type { Claim } from '../claims.js';
import { CONTIGUOUS, DEPRESSION_MV, isChild, SOURCES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import { COMPLETE_MS } from '../terms/index.js';
import { shownValue } from '../text.js';
import { num, same } from '../value.js';
import { criteriaIn, foundIn, segmentOf } from './claimed.js';

/** Where ST is read. */
const AFTER_MS = 60;
const ST_DIGITS = 2;
const PACED: ReadonlySet<string> = new Set(['PACE', 'paced-rhythm']);

/** Infarction, ischaemia, ST and T: the models, the rules, then the levels. */
export function ischaemia(claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const section = 'ischaemia';
  return [...foundIn(section, claims, facts), ...criteriaIn(section, claims, facts), ...levels(claims, facts)];
}

function levels(claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const { outcome: { measurements: { st, qrsMs }, gates, pacing, association }, carriesSt } = facts;
  const section = 'ischaemia';
  if (!gates.morphology) return [{ section, template: 'stNotShown', values: {}, because: [{ kind: 'signal', id: 'morphology' }, segmentOf(facts)] }];
  if (st.length === 0) return [{ section, template: 'stNotMeasured', values: {}, because: [segmentOf(facts)] }];
  if (!carriesSt) return [{ section, template: 'stNotCarried', values: {}, because: [{ kind: 'signal', id: 'band' }, segmentOf(facts)] }];
  const paced = claims.filter(({ term }) => PACED.has(term.id)).map(({ score }) => score);
  if (paced.length > 0 || pacing === 'paced' || (qrsMs !== undefined && shownValue(qrsMs, 0) >= COMPLETE_MS)) {
    const width = qrsMs === undefined ? [] : [measured('qrsMs', qrsMs, 'ms')];
    return [{ section, template: 'stSecondary', values: {}, because: [...paced, ...width, { kind: 'criterion', id: 'secondary-st', citation: SOURCES.repolarisation, limits: { width: COMPLETE_MS } }, segmentOf(facts)] }];
  }
  const after = measured('st.afterMs', AFTER_MS, 'ms');
  const of = ({ lead, mv }: (typeof st)[number]) => measured('st', mv, 'mV', lead);
  const [lowest, highest] = [st.reduce((a, b) => (b.mv < a.mv ? b : a)), st.reduce((a, b) => (b.mv > a.mv ? b : a))];
  const range: Statement = {
    section, template: 'stRange',
    values: { after: num(AFTER_MS), low: num(lowest.mv, ST_DIGITS), lowLead: same(lowest.lead), high: num(highest.mv, ST_DIGITS), highLead: same(highest.lead) },
    because: [of(lowest), of(highest), after, segmentOf(facts)],
  };
  if (isChild(association)) return [range];
  const isDown = (lead: string) => st.some((one) => one.lead === lead && Number(one.mv.toFixed(ST_DIGITS)) <= DEPRESSION_MV);
  const down = st.filter(({ lead }) => CONTIGUOUS.some((pair) => pair.includes(lead) && pair.every(isDown)));
  if (down.length === 0) return [range];
  return [range, {
    section, template: 'stDepressed', values: { limit: num(-DEPRESSION_MV, ST_DIGITS), after: num(AFTER_MS), leads: { leads: down.map(({ lead }) => lead) } },
    because: [...down.map(of), after, { kind: 'criterion', id: 'st-depression', citation: SOURCES.stLimits, limits: { limit: -DEPRESSION_MV } }, segmentOf(facts)],
  }];
}
