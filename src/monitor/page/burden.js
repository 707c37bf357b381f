/** What the last minutes of a bed held: a number and a line of bars. */
import { draw } from './elements.js';

/** @typedef {import('../../deliver/burdens.js').BurdenSeries} Burden */

/** Minutes that are drawn. */
export const MINUTES = 30;
/** A minute counts as seen from so many of its seconds on. */
const SEEN_S = 50;
/** Bars are as high as the box at so many beats, or at the most that came. */
const FULL_BEATS = 10;
const BAR_PX = 3;
const HEIGHT_PX = 14;

/** The latest minute that was seen whole, or nearly; undefined: neither of the last two was. @param {Burden} burden */
function latest({ kindSeconds }) {
  const last = kindSeconds.length - 1;
  return [last, last - 1].find((minute) => (kindSeconds[minute] ?? 0) >= SEEN_S);
}

/** In words; empty where there is nothing to say. @param {Burden} burden */
export function burdenText(burden) {
  const { ventricular, fibrillation } = burden;
  const minute = latest(burden);
  const share = minute === undefined ? null : fibrillation[minute];
  return [
    ...(ventricular.some((beats) => beats !== null && beats > 0) ? [`ventricular ectopic beats ${minute === undefined ? '–' : ventricular[minute]}/min`] : []),
    ...(share !== null && share !== undefined && share > 0 ? [`irregular without P waves ${Math.round(share * 100)}% of the time in which it is known`] : []),
  ].join(' · ');
}

/** Ventricular beats minute by minute; a minute that was not watched is a gap. @param {Burden} burden */
export function burdenBars({ ventricular, kindSeconds }) {
  const most = Math.max(FULL_BEATS, ...ventricular.map((beats) => beats ?? 0));
  const svg = draw('svg', { class: 'burden', width: MINUTES * BAR_PX, height: HEIGHT_PX, 'aria-hidden': 'true' });
  ventricular.forEach((beats, k) => {
    if (beats === null || (kindSeconds[k] ?? 0) === 0) return;
    const height = Math.max(1, (beats / most) * HEIGHT_PX);
    svg.append(draw('rect', { x: (MINUTES - ventricular.length + k) * BAR_PX, y: HEIGHT_PX - height, width: BAR_PX - 1, height }));
  });
  return svg;
}
