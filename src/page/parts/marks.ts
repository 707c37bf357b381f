/** Small pieces of several views: priority as colour, shape and word, probability against its threshold, doubts. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { AlertView } from '../../monitor/index.js';
import { bedPath } from '../addresses.js';
import type { Reading } from '../ward/reading.js';
import { called, doubts, fixed, say, time } from '../words/index.js';

const BAR_PX = 64;
/** IEC 60601-1-8: three, two and one mark. Shapes differ as well: no priority is known by its colour alone. */
const MARKS: Readonly<Record<AlertView['priority'], string>> = { high: '!!!', medium: '!!', low: '!', none: '·' };
const SHAPES: Readonly<Record<AlertView['priority'], string>> = { high: 'M12 1 23 22H1Z', medium: 'M12 0.5 23.5 12 12 23.5 0.5 12Z', low: 'M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22Z', none: 'M2 4H22V20H2Z' };

export function priorityMark(priority: AlertView['priority']): TemplateResult {
  return html`<span class="priority ${priority}"><svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><path d=${SHAPES[priority] ?? SHAPES.none} /><text x="12" y=${priority === 'high' ? 19 : 17} text-anchor="middle">${MARKS[priority] ?? MARKS.none}</text></svg><span class="word">${called(say.priorities, priority)}</span></span>`;
}

/** Once a bed, and unmistakable. */
export const simulatedMark = (isSimulated: boolean): TemplateResult | typeof nothing => (isSimulated ? html`<strong class="simulated">${say.simulated}</strong>` : nothing);

export const unprovenMark = ({ unproven }: Pick<AlertView, 'unproven'>): TemplateResult | typeof nothing => (unproven ? html`<span class="tag warning">${say.unproven}</span>` : nothing);

/** What is said of a list that is not of now; empty: it is. */
export function currencyText({ currency, readMs }: Reading, unreadable: string, old: (at: string) => string): string {
  return currency === 'old' ? old(time(readMs)) : currency === 'unreadable' ? unreadable : '';
}

/** Against its threshold, as a bar and as numbers; a rule has none. */
export function probabilityBar({ probability, threshold, evidence }: AlertView): TemplateResult {
  if (evidence === 'rule') return html`<span class="probability">${say.byRule}</span>`;
  const bar = svg`<rect class="whole" y="2" width=${BAR_PX} height="4" rx="2" /><rect class="part" y="2" width=${probability * BAR_PX} height="4" rx="2" /><path class="threshold" d="M${threshold * BAR_PX} 0v8" />`;
  return html`<span class="probability">${fixed(probability, 2)}<svg class="bar" width=${BAR_PX} height="8" aria-hidden="true">${bar}</svg><span class="note">${say.threshold(fixed(threshold, 2))}</span></span>`;
}

/** Those that warn come first. SIMULATED is the bed's, not the alert's. */
export function tags(alert: AlertView): TemplateResult[] {
  const plain = [...(alert.expectedPpv === undefined ? [] : [say.rightIn(Math.round(alert.expectedPpv * 100))]), ...doubts(alert)];
  return [...(alert.unproven ? [html`${unprovenMark(alert)} `] : []), ...plain.map((text) => html`<span class="tag">${text}</span> `)];
}

export function bedLink({ device, bed, unit }: { readonly device: string; readonly bed: string; readonly unit?: string }): TemplateResult {
  return html`<a class="bed" href=${bedPath(device)}><bdi>${bed}</bdi></a> <bdi class="unit">${unit ?? ''}</bdi>`;
}
