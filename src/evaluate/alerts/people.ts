import type { AlertEvent } from '../../ecg/index.js';
import { shareLower95, shareUpper95 } from './intervals.js';
import { deliveredIn, isTechnical, type Stay } from './stay.js';

/** A person of whom a label system says what there is, watched for a while. */
export interface Person {
  readonly stay: Stay;
  /** By finding: there or not; one that is not there is unknown. */
  readonly labels: ReadonlyMap<string, boolean>;
}

export interface Share {
  readonly count: number;
  readonly of: number;
  readonly value: number | null;
  readonly lower95: number | null;
  readonly upper95: number | null;
}

/** What people who are what their labels say would have set off. */
export interface PeopleFigures {
  /** Of people with `normal-ecg` and nothing else that could be announced: those of whom the bedside heard. */
  readonly normalAlerted: Share & { readonly byFinding: Readonly<Record<string, number>> };
  /** Of what was delivered of the others, to the bedside or a reader, what their labels say too. */
  readonly right: Share & { readonly byFinding: Readonly<Record<string, Pick<Share, 'count' | 'of'>>> };
  /** By finding, of those who have it. */
  readonly found: Readonly<Record<string, Pick<Share, 'count' | 'of'>>>;
  /** Delivered of a person who is not normal: at the bedside, and to readers. */
  readonly perPerson: { readonly bedside: number | null; readonly worklist: number | null; readonly people: number };
  /** Alerts without a label on what was announced. */
  readonly unjudged: number;
  /** People of whom the labels say neither that they are normal nor anything that could be announced. */
  readonly leftOut: number;
}

const NORMAL = 'normal-ecg';

/** Labels that bear an alert of a rule out. A rule that is not here has no label. */
const BORNE_OUT_BY: Readonly<Record<string, readonly string[]>> = {
  'rule-bradycardia': ['sinus-bradycardia', 'complete-av-block', 'second-degree-av-block-mobitz-i', 'second-degree-av-block-mobitz-ii'],
  'rule-tachycardia': ['sinus-tachycardia', 'supraventricular-tachycardia', 'atrial-fibrillation', 'atrial-flutter', 'atrial-tachycardia'],
  'rule-pause': ['sinus-pause-or-sa-block', 'complete-av-block', 'second-degree-av-block-mobitz-i', 'second-degree-av-block-mobitz-ii'],
  'rule-asystole': ['sinus-pause-or-sa-block', 'complete-av-block'],
  'rule-wide-tachycardia': ['ventricular-tachycardia'],
  'rule-ventricular-run': ['premature-ventricular-complex', 'ventricular-tachycardia', 'ventricular-bigeminy-or-trigeminy'],
  'rule-ventricular-couplet': ['premature-ventricular-complex', 'ventricular-bigeminy-or-trigeminy'],
  'rule-ventricular-ectopics': ['premature-ventricular-complex', 'ventricular-bigeminy-or-trigeminy'],
  'rule-bigeminy': ['premature-ventricular-complex', 'ventricular-bigeminy-or-trigeminy'],
  'rule-trigeminy': ['premature-ventricular-complex', 'ventricular-bigeminy-or-trigeminy'],
  'rule-idioventricular': ['ventricular-escape-rhythm'],
  'rule-supraventricular-run': ['premature-atrial-complex', 'supraventricular-tachycardia', 'atrial-tachycardia'],
  'rule-atrial-fibrillation': ['atrial-fibrillation', 'atrial-flutter'],
  'rule-st-elevation': ['stemi', 'st-elevation'],
  'rule-st-elevation-alone': ['stemi', 'st-elevation', 'early-repolarization'],
  'rule-wide-qrs': ['left-bundle-branch-block', 'right-bundle-branch-block', 'nonspecific-intraventricular-conduction-delay', 'ventricular-preexcitation', 'paced-rhythm'],
  'rule-preexcitation': ['ventricular-preexcitation'],
  'rule-long-qtc': ['prolonged-qt'],
  'rule-av-block': ['complete-av-block', 'second-degree-av-block-mobitz-i', 'second-degree-av-block-mobitz-ii'],
  'rule-low-voltage': ['low-qrs-voltage'],
  'rule-dextrocardia': ['dextrocardia'],
};

const answersOf = (finding: string): readonly string[] => BORNE_OUT_BY[finding] ?? [finding];

/** @param isAnnounced could an alert of the finding reach anybody? */
export function peopleFigures(people: readonly Person[], isAnnounced: (finding: string) => boolean): PeopleFigures {
  const canAlert = (id: string): boolean => isAnnounced(id) || Object.entries(BORNE_OUT_BY).some(([rule, labels]) => labels.includes(id) && isAnnounced(rule));
  const has = ({ labels }: Person): readonly string[] => [...labels].flatMap(([id, isThere]) => (isThere && id !== NORMAL && canAlert(id) ? [id] : []));
  const normal = people.filter((person) => person.labels.get(NORMAL) === true && has(person).length === 0);
  const others = people.filter((person) => has(person).length > 0);
  const reportedOf = (person: Person): readonly AlertEvent[] => deliveredIn(person.stay).filter(({ snapshot }) => !isTechnical(snapshot.finding));
  const atBedside = (events: readonly AlertEvent[]) => events.filter(({ snapshot }) => snapshot.channel === 'bedside');
  const alerted = normal.filter((person) => atBedside(reportedOf(person)).length > 0);
  const judged = others.flatMap((person) => reportedOf(person).map(({ snapshot: { finding } }) => ({ finding, isRight: borneOut(person.labels, finding) })));
  const right = judged.filter(({ isRight }) => isRight === true);
  const known = judged.filter(({ isRight }) => isRight !== undefined);
  const found = others.flatMap((person) => {
    const reported = new Set(reportedOf(person).flatMap(({ snapshot }) => answersOf(snapshot.finding)));
    return has(person).map((id) => ({ id, isIt: reported.has(id) }));
  });
  const per = (channel: string) => (others.length === 0 ? null : others.flatMap(reportedOf).filter(({ snapshot }) => snapshot.channel === channel).length / others.length);
  return {
    normalAlerted: { ...shareOf(alerted.length, normal.length), byFinding: countsBy(normal.flatMap((person) => atBedside(reportedOf(person)).map(({ snapshot }) => snapshot.finding))) },
    right: { ...shareOf(right.length, known.length), byFinding: tally(known.map(({ finding, isRight }) => ({ id: finding, isIt: isRight === true }))) },
    found: tally(found),
    perPerson: { bedside: per('bedside'), worklist: per('worklist'), people: others.length },
    unjudged: judged.length - known.length,
    leftOut: people.length - normal.length - others.length,
  };
}

/** Undefined: nothing is known of it. */
function borneOut(labels: ReadonlyMap<string, boolean>, finding: string): boolean | undefined {
  const known = answersOf(finding).flatMap((id) => labels.get(id) ?? []);
  return known.length === 0 ? undefined : known.includes(true);
}

function shareOf(count: number, of: number): Share {
  return { count, of, ...(of === 0 ? { value: null, lower95: null, upper95: null } : { value: count / of, lower95: shareLower95(count, of), upper95: shareUpper95(count, of) }) };
}

function tally(ones: readonly { readonly id: string; readonly isIt: boolean }[]): Record<string, Pick<Share, 'count' | 'of'>> {
  const ids = [...new Set(ones.map(({ id }) => id))].sort();
  return Object.fromEntries(ids.map((id) => {
    const own = ones.filter((one) => one.id === id);
    return [id, { count: own.filter(({ isIt }) => isIt).length, of: own.length }];
  }));
}

const countsBy = (ids: readonly string[]): Record<string, number> => Object.fromEntries(Object.entries(tally(ids.map((id) => ({ id, isIt: true })))).map(([id, { of }]) => [id, of]));
