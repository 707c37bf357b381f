import { shareLower95 } from './intervals.js';
import type { Stay } from './stay.js';

/** Alarms of PhysioNet/CinC Challenge 2015, and the rules that answer each. There is none for flutter and fibrillation: where beats are lost in them, they are asystole or a ventricular tachycardia to the rules. */
export const CHALLENGE_RULES: Readonly<Record<string, readonly string[]>> = {
  Asystole: ['rule-asystole'],
  Bradycardia: ['rule-bradycardia'],
  Tachycardia: ['rule-tachycardia'],
  Ventricular_Tachycardia: ['rule-wide-tachycardia'],
  Ventricular_Flutter_Fib: ['rule-wide-tachycardia', 'rule-asystole'],
};
/** Every alarm goes off here. */
export const ALARM_AT_S = 300;
/** An alert answers the alarm when it is active in so long before it. */
const LOOKED_AT_S = 30;

export interface ChallengeAlarm {
  readonly stay: Stay;
  readonly alarm: string;
  readonly isTrue: boolean;
}

export interface ChallengeFigures {
  readonly byAlarm: Readonly<Record<string, { readonly tp: number; readonly fn: number; readonly fp: number; readonly tn: number; readonly lower95: number }>>;
  readonly sensitivity: number | null;
  /** Of the false alarms, how many an alert repeats. */
  readonly repeated: number | null;
  /** (TP + TN) / (TP + TN + FP + 5 FN) (Clifford et al., Computing in Cardiology 2015). */
  readonly score: number | null;
}

/** Was an alert of the finding delivered and active shortly before the alarm? */
export function isActiveBefore(stay: Stay, finding: string): boolean {
  const [fromMs, toMs] = [ALARM_AT_S - LOOKED_AT_S, ALARM_AT_S].map((s) => stay.startMs + s * 1000);
  const own = stay.events.filter(({ snapshot }) => snapshot.finding === finding && snapshot.channel !== 'shadow');
  return own.some(({ alertId, state, atMs }) => {
    if (state !== 'raised' || atMs > toMs) return false;
    const end = own.find((event) => event.alertId === alertId && (event.state === 'resolved' || event.state === 'dismissed'));
    return end === undefined || end.atMs > fromMs;
  });
}

export function challengeFigures(alarms: readonly ChallengeAlarm[]): ChallengeFigures | undefined {
  const judged = alarms.flatMap(({ stay, alarm, isTrue }) => {
    const rules = CHALLENGE_RULES[alarm];
    return rules === undefined ? [] : [{ alarm, isTrue, isFound: rules.some((rule) => isActiveBefore(stay, rule)) }];
  });
  if (judged.length === 0) return undefined;
  const count = (of: typeof judged, isTrue: boolean, isFound: boolean) => of.filter((one) => one.isTrue === isTrue && one.isFound === isFound).length;
  const cells = (of: typeof judged) => ({ tp: count(of, true, true), fn: count(of, true, false), fp: count(of, false, true), tn: count(of, false, false) });
  const { tp, fn, fp, tn } = cells(judged);
  return {
    byAlarm: Object.fromEntries(Object.keys(CHALLENGE_RULES).map((alarm) => {
      const own = cells(judged.filter((one) => one.alarm === alarm));
      return [alarm, { ...own, lower95: shareLower95(own.tp, own.tp + own.fn) }];
    })),
    sensitivity: tp + fn === 0 ? null : tp / (tp + fn),
    repeated: fp + tn === 0 ? null : fp / (fp + tn),
    score: (tp + tn) / (tp + tn + fp + 5 * fn),
  };
}
