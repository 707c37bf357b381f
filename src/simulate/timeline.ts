import { initialRhythm, rhythmOf, type AtrialEvent, type Heart, type VentricularEvent } from './rhythm.js';

export interface Events {
  readonly atrial: readonly AtrialEvent[];
  readonly ventricular: readonly VentricularEvent[];
}

/** Kept behind the last window asked for, s. */
const KEEP_S = 60;

/**
 * Events of a heart by time. Remembers where it was, so that walking on is cheap; going back starts again from the
 * beginning and gives the same.
 */
export function timelineOf(heart: Heart): (fromS: number, toS: number) => Events {
  const step = rhythmOf(heart);
  let state = initialRhythm(heart);
  let atrial: AtrialEvent[] = [];
  let ventricular: VentricularEvent[] = [];
  let forgottenS = -Infinity;
  return (fromS, toS) => {
    if (fromS < forgottenS) {
      state = initialRhythm(heart);
      [atrial, ventricular, forgottenS] = [[], [], -Infinity];
    }
    while (Math.min(state.nextPS, state.nextVS) < toS) {
      const next = step(state);
      state = next.state;
      atrial.push(...next.atrial);
      ventricular.push(...next.ventricular);
      if (ventricular.length > 1000) forget(fromS - KEEP_S);
    }
    const within = (event: { readonly onS: number }): boolean => event.onS >= fromS && event.onS < toS;
    const found = { atrial: atrial.filter(within), ventricular: ventricular.filter(within) };
    if (ventricular.length > 300) forget(fromS - KEEP_S);
    return found;
  };

  function forget(beforeS: number): void {
    if (beforeS <= forgottenS) return;
    forgottenS = beforeS;
    atrial = atrial.filter((event) => event.onS >= beforeS);
    ventricular = ventricular.filter((event) => event.onS >= beforeS);
  }
}
