/** Is the signal to be trusted, and for what? Checks of each lead, a score, three gates; one check a file. */
import { type Gates, INDEPENDENT, isLimbLead, type Physical, type Segment } from '../../ecg/index.js';
import { contradictingLeads, copiedLeads } from '../leads/index.js';
import { agreement } from './agreement.js';
import { type Stretch, united } from './blind.js';
import { checkLead, LEAD_REASONS, type LeadCheck, type LeadReason, missingLead } from './lead.js';
import { scoreOf, type Trouble, troubleOf } from './score.js';
import { movesOf } from './still.js';
import { type Windows, windowsOf } from './windows.js';

export { agreement, INDEPENDENT, type LeadCheck, LEAD_REASONS, type Stretch, united };
export type { LeadReason } from './lead.js';
export type { Trouble } from './score.js';

export interface Quality {
  /** 0 (worst) to 1 (best), over the declared leads. */
  readonly score: number;
  readonly trouble?: Trouble;
  readonly gates: Gates;
  /** One for each row of the physical segment. */
  readonly checks: readonly LeadCheck[];
  /** Leads that may be measured and encoded. */
  readonly usable: ReadonlySet<string>;
}

/** Above this a cardiologist would rather read the twelve leads than ask for another recording. */
const SCORE_MIN = 0.5;
/** ST and QT are medians over leads: so many of those that are there must be without fault. */
const MORPHOLOGY_SHARE = 0.5;

/** @param physical without what a partial segment is filled up with */
export function qualityOf(segment: Segment, physical: Physical): Quality {
  const { rows, rateHz } = physical;
  const windows = rows.map((row) => (row.origin === 'missing' ? undefined : windowsOf(row.mv, rateHz)));
  const isDeclared = (i: number) => rows[i].origin === 'measured' || rows[i].origin === 'modified';
  const moves = movesOf(windows.filter((one, i): one is Windows => one !== undefined && isDeclared(i)));
  const measured = rows.map((row, i) => (windows[i] === undefined ? missingLead(row) : checkLead(row, rateHz, windows[i], moves, segment.leadsOff.includes(row.lead), segment.partial)));
  const doubts = doubtsOf(physical);
  const checks = measured.map((check) => (doubts.has(check.lead) ? { ...check, reasons: inOrder([...check.reasons, ...doubts.get(check.lead)!]) } : check));
  const trouble = troubleOf(checks.filter((_, i) => isDeclared(i)));
  const score = scoreOf(trouble);
  const present = checks.filter(({ presence }) => presence > 0);
  const sound = present.filter(({ reasons }) => reasons.length === 0);
  const has = new Set(present.filter(({ lead }) => !segment.leadsOff.includes(lead)).map(({ lead }) => lead));
  const twelveLead = !segment.calibration && !segment.partial && score >= SCORE_MIN && INDEPENDENT.every((lead) => has.has(lead) && !doubts.has(lead));
  return {
    score,
    trouble,
    gates: {
      rate: !segment.calibration && checks.some(({ rate }) => rate),
      morphology: !segment.calibration && sound.length > 0 && sound.length >= MORPHOLOGY_SHARE * present.length,
      twelveLead,
    },
    checks,
    usable: new Set((twelveLead ? present.filter(({ lead }) => !doubts.has(lead)) : sound).map(({ lead }) => lead)),
  };
}

/** Leads that are not what they say, and why; what is derived from one is not either. */
function doubtsOf({ rows }: Physical): ReadonlyMap<string, readonly LeadReason[]> {
  const doubts = new Map<string, LeadReason[]>();
  const doubt = (lead: string, reason: LeadReason) => doubts.set(lead, [...(doubts.get(lead) ?? []), reason]);
  for (const lead of copiedLeads(rows)) doubt(lead, 'copied');
  for (const lead of contradictingLeads(rows)) doubt(lead, 'limb-leads-contradict');
  const sources = rows.filter(({ lead, origin }) => isLimbLead(lead) && origin === 'measured').slice(0, 2);
  const reasons = [...new Set(sources.flatMap(({ lead }) => doubts.get(lead) ?? []))];
  for (const { lead, origin } of rows) if (origin === 'derived') for (const reason of reasons) doubt(lead, reason);
  return doubts;
}

function inOrder(reasons: readonly LeadReason[]): LeadReason[] {
  return LEAD_REASONS.filter((reason) => reasons.includes(reason));
}
