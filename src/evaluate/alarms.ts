import { detection } from './figures.js';

/** The rhythms that beats alone decide, as PhysioNet/CinC Challenge 2015 defines them (Clifford et al., Computing in Cardiology 2015). */
export const BEAT_ALARMS = ['Asystole', 'Bradycardia', 'Tachycardia'] as const;
export type BeatAlarm = (typeof BEAT_ALARMS)[number];

/** An alarm's cause lies within this before it; a slow rhythm of five beats takes some seconds more. */
const LOOKED_AT_S = 16;
const PAUSE_S = 4;
const SLOW = { beats: 5, perMinute: 40 };
const FAST = { beats: 17, perMinute: 140 };

/** Do beats (samples, ascending) before an alarm at `atS` bear it out? */
export function isBorneOut(alarm: BeatAlarm, beats: readonly number[], atS: number, rateHz: number): boolean {
  const from = atS - LOOKED_AT_S;
  const seconds = beats.map((beat) => beat / rateHz).filter((at) => at >= from && at <= atS);
  switch (alarm) {
    case 'Asystole': {
      const times = [from, ...seconds, atS];
      return times.some((at, i) => i > 0 && at - times[i - 1] >= PAUSE_S);
    }
    case 'Bradycardia':
      return spansOf(seconds, SLOW.beats).some((span) => span > ((SLOW.beats - 1) * 60) / SLOW.perMinute);
    case 'Tachycardia':
      return spansOf(seconds, FAST.beats).some((span) => span < ((FAST.beats - 1) * 60) / FAST.perMinute);
  }
}

/** From the first to the last of so many beats in a row. */
function spansOf(seconds: readonly number[], beats: number): number[] {
  return seconds.slice(beats - 1).map((last, i) => last - seconds[i]);
}

export interface AlarmFigure {
  readonly alarm: BeatAlarm;
  /** True alarms that the beats bear out, percent. */
  readonly sensitivity?: number;
  /** False alarms that they do not, percent. */
  readonly specificity?: number;
  readonly trueAlarms: number;
  readonly falseAlarms: number;
}

export function alarmFigures(judged: readonly { readonly alarm: BeatAlarm; readonly isTrue: boolean; readonly isBorneOut: boolean }[]): AlarmFigure[] {
  return BEAT_ALARMS.flatMap((alarm) => {
    const of = judged.filter((one) => one.alarm === alarm);
    if (of.length === 0) return [];
    const share = (isTrue: boolean) => {
      const alike = of.filter((one) => one.isTrue === isTrue);
      return detection(alike.filter((one) => one.isBorneOut === isTrue).length, alike.filter((one) => one.isBorneOut !== isTrue).length, 0);
    };
    const [real, untrue] = [share(true), share(false)];
    return [{ alarm, sensitivity: real.se, specificity: untrue.se, trueAlarms: real.tp + real.fn, falseAlarms: untrue.tp + untrue.fn }];
  });
}
