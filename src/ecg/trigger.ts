/** What a rule on beats was set off by. */
export const TRIGGERS = ['beats', 'ventricular', 'supraventricular', 'ectopics', 'bigeminy', 'trigeminy', 'irregular', 'silence'] as const;
export type TriggerKind = (typeof TRIGGERS)[number];

/** The stretch of the rhythm that set off an alert by rule. */
export interface Trigger {
  readonly what: TriggerKind;
  /** As the device claims: its first and its last beat, or the time without any. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Those that count for it; of a silence none. */
  readonly beats: number;
  /** Their rate, or how many of them came in a minute; whole numbers. */
  readonly perMinute?: number;
  /** Kinds of all beats from the first to the last, one letter each (AAMI EC57; ?: not known), where it rests on them. */
  readonly kinds?: string;
}

/** From here on a ventricular tachycardia is sustained (AHA practice standards for ECG monitoring, Sandau 2017). */
export const SUSTAINED_MS = 30_000;

export const isSustained = ({ what, fromMs, toMs }: Trigger): boolean => what === 'ventricular' && toMs - fromMs >= SUSTAINED_MS;

const NAMES: Readonly<Record<Exclude<TriggerKind, 'silence' | 'ectopics'>, string>> = {
  beats: 'beats',
  ventricular: 'ventricular beats',
  supraventricular: 'supraventricular beats',
  bigeminy: 'beats in bigeminy',
  trigeminy: 'beats in trigeminy',
  irregular: 'irregular beats without P waves',
};

/** In words, without the time: "5 ventricular beats at 132/min". */
export function triggerText(trigger: Trigger): string {
  const { what, fromMs, toMs, beats, perMinute } = trigger;
  if (what === 'silence') return `no beat for ${((toMs - fromMs) / 1000).toFixed(1)} s`;
  if (what === 'ectopics') return `${beats} ventricular ectopic beats within a minute`;
  const rate = perMinute === undefined ? '' : ` at ${perMinute}/min`;
  return `${beats} ${NAMES[what]}${rate}${isSustained(trigger) ? ', sustained' : ''}`;
}
