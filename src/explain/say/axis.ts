import { measured } from '../because.js';
import { AXIS_CITATION, axisClassOf, isChild } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import { num, words } from '../value.js';
import { segmentOf } from './claimed.js';

/** The frontal axis is measured: what a model says of it is not needed. */
export function axis(facts: Facts): readonly Statement[] {
  const { association, measurements: { axisDeg } } = facts.outcome;
  const section = 'axis';
  if (axisDeg === undefined) return [{ section, template: 'noAxis', values: {}, because: [segmentOf(facts)] }];
  if (isChild(association)) return [{ section, template: 'axisOnly', values: { value: num(axisDeg) }, because: [measured('axisDeg', axisDeg, '°'), segmentOf(facts)] }];
  const { id, name, from, to } = axisClassOf(axisDeg);
  return [{
    section, template: 'axis', values: { value: num(axisDeg), axis: words(name), low: num(from), high: num(to) },
    because: [measured('axisDeg', axisDeg, '°'), { kind: 'criterion', id: `axis-${id}`, citation: AXIS_CITATION, limits: { low: from, high: to } }, segmentOf(facts)],
  }];
}
