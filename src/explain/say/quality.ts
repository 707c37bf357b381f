import type { Grade } from '../../ecg/index.js';
import { measured } from '../because.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import type { Text } from '../text.js';
import { num, same, words } from '../value.js';
import { segmentOf } from './claimed.js';

export const GRADES: Readonly<Record<Grade, Text>> = {
  good: { en: 'good', de: 'gut' },
  limited: { en: 'limited', de: 'eingeschränkt' },
  unusable: { en: 'unusable', de: 'unbrauchbar' },
};
/** Of the score of a signal: 1 is the best. */
const BEST = 1;
const DIGITS = 2;

/** How good the signal is, and what speaks against it: lead by lead, in the words of the engine's reasons. */
export function quality(facts: Facts): readonly Statement[] {
  const { grade, signalQuality, leads, reasons } = facts.outcome;
  const section = 'quality';
  const segment = segmentOf(facts);
  const faults = leads.filter(({ origin }) => origin !== 'missing').flatMap(({ lead, reasons: own }) => own.map((fault): Statement => ({ section, template: 'leadFault', values: { lead: same(lead), fault: same(fault) }, because: [{ kind: 'signal', id: fault, lead }, segment] })));
  const ofLeads = new Set(leads.flatMap((lead) => lead.reasons));
  const whole = reasons.filter((reason) => !ofLeads.has(reason)).map((fault): Statement => ({ section, template: 'signalFault', values: { fault: same(fault) }, because: [{ kind: 'signal', id: fault }, segment] }));
  return [
    { section, template: 'graded', values: { grade: words(GRADES[grade]), quality: num(signalQuality, DIGITS), best: num(BEST) }, because: [{ kind: 'signal', id: grade }, measured('signalQuality', signalQuality, ''), measured('signalQuality.best', BEST, ''), segment] },
    ...faults,
    ...whole,
  ];
}
