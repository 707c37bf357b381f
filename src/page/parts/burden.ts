/** What the last minutes of a bed held: a number and a line of bars. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { BurdenSeries } from '../../deliver/index.js';
import { MINUTES } from '../ward/ward.js';
import { say } from '../words/index.js';

/** A minute counts as seen from so many of its seconds on. */
const SEEN_S = 50;
/** Bars are as high as the box at so many beats, or at the most that came. */
const FULL_BEATS = 10;
const BAR_PX = 3;
const HEIGHT_PX = 14;

/** The latest minute that was seen whole, or nearly; undefined: neither of the last two was. */
function latest({ kindSeconds }: BurdenSeries): number | undefined {
  const last = kindSeconds.length - 1;
  return [last, last - 1].find((minute) => (kindSeconds[minute] ?? 0) >= SEEN_S);
}

const hasEctopics = ({ ventricular }: BurdenSeries): boolean => ventricular.some((beats) => beats !== null && beats > 0);

/** In words; empty where there is nothing to say. */
function burdenText(burden: BurdenSeries): string {
  const { ventricular, fibrillation } = burden;
  const minute = latest(burden);
  const share = minute === undefined ? null : fibrillation[minute];
  return [
    ...(hasEctopics(burden) ? [say.ectopics(minute === undefined ? '–' : String(ventricular[minute]))] : []),
    ...(share !== null && share > 0 ? [say.irregular(Math.round(share * 100))] : []),
  ].join(' · ');
}

/** Ventricular beats minute by minute, and in words; a minute that was not watched is a gap. */
export function burdenLine(burden: BurdenSeries | undefined): TemplateResult | typeof nothing {
  const text = burden === undefined ? '' : burdenText(burden);
  if (burden === undefined || text === '') return nothing;
  const { ventricular, kindSeconds } = burden;
  const most = Math.max(FULL_BEATS, ...ventricular.map((beats) => beats ?? 0));
  const bars = ventricular.map((beats, k) => {
    if (beats === null || (kindSeconds[k] ?? 0) === 0) return nothing;
    const height = Math.max(1, (beats / most) * HEIGHT_PX);
    return svg`<rect x=${(MINUTES - ventricular.length + k) * BAR_PX} y=${HEIGHT_PX - height} width=${BAR_PX - 1} height=${height} />`;
  });
  return html`<p class="minutes">${hasEctopics(burden) ? html`<svg class="burden" width=${MINUTES * BAR_PX} height=${HEIGHT_PX} aria-hidden="true">${bars}</svg>` : nothing}${text}</p>`;
}
