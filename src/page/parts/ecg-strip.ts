import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Strip } from '../../monitor/index.js';
import { say } from '../words/index.js';

const MM_PER_S = 25;
const MM_PER_MV = 10;
const COLUMN_S = 2.5;
/** All of these are whole squares of 5 mm: baselines and seconds lie on the lines of the paper. */
const ROW_MM = 30;
const LEFT_MM = 10;
const RIGHT_MM = 5;
const PULSE_MM = 5;
const LAYOUT = [['I', 'aVR', 'V1', 'V4'], ['II', 'aVL', 'V2', 'V5'], ['III', 'aVF', 'V3', 'V6']];
const RHYTHM = 'II';
const WIDTH_MM = LEFT_MM + 4 * COLUMN_S * MM_PER_S + RIGHT_MM;
const HEIGHT_MM = (LAYOUT.length + 1) * ROW_MM + 5;

const across = (s: number): number => LEFT_MM + s * MM_PER_S;
const baselineOf = (row: number): number => row * ROW_MM + ROW_MM / 2;

/** Twelve leads on ECG paper, true to scale: 25 mm a second, 10 mm a millivolt. On any page: it needs its samples and nothing else. */
@customElement('ecg-strip')
export class EcgStrip extends LitElement {
  static override readonly styles = css`
    :host {
      display: block; --paper: light-dark(#fffaf8, #1b1615); --fine: light-dark(#f8ddd7, #352724); --coarse: light-dark(#eeb9ae, #664640);
      --trace: light-dark(#10151b, #f4f1ee); --looked: light-dark(#875200, #f0b860);
    }
    svg { display: block; background: var(--paper); }
    path { fill: none; }
    .fine { stroke: var(--fine); stroke-width: 0.1; }
    .coarse { stroke: var(--coarse); stroke-width: 0.16; }
    .trace, .pulse, .border { stroke: var(--trace); stroke-width: 0.26; stroke-linejoin: round; }
    .focus { fill: var(--looked); opacity: 0.17; }
    text { font: 2.9px system-ui, sans-serif; fill: var(--trace); paint-order: stroke; stroke: var(--paper); stroke-width: 0.8; }
    .lead { font-weight: 600; }
  `;

  @property({ attribute: false }) accessor strip: Pick<Strip, 'rateHz' | 'leads' | 'focus'> | undefined;

  protected override render(): TemplateResult | typeof nothing {
    if (this.strip === undefined) return nothing;
    const { rateHz, leads, focus } = this.strip;
    const byLead = new Map(leads.map(({ lead, microvolts }) => [lead, microvolts]));
    const rows = Array.from({ length: LAYOUT.length + 1 }, (_, row) => row);
    return html`<svg class="ecg" role="img" aria-label=${say.twelveLeads} viewBox="0 0 ${WIDTH_MM} ${HEIGHT_MM}" width="${WIDTH_MM}mm" height="${HEIGHT_MM}mm">
      ${lines(1, 'fine')} ${lines(5, 'coarse')}
      ${rows.map((row) => [focus.map((stretch) => shade(stretch, row)), pulse(row)])}
      ${LAYOUT.map((columns, row) => columns.map((lead, column) => trace(lead, byLead.get(lead), rateHz, row, column * COLUMN_S, (column + 1) * COLUMN_S)))}
      ${trace(RHYTHM, byLead.get(RHYTHM), rateHz, LAYOUT.length, 0, 4 * COLUMN_S)}
      <text x=${LEFT_MM + 1} y=${HEIGHT_MM - 1.6}>25 mm/s 10 mm/mV</text>
    </svg>`;
  }
}

function lines(step: number, kind: string): TemplateResult {
  let path = '';
  for (let x = 0; x <= WIDTH_MM; x += step) path += `M${x} 0V${HEIGHT_MM}`;
  for (let y = 0; y <= HEIGHT_MM; y += step) path += `M0 ${y}H${WIDTH_MM}`;
  return svg`<path class=${kind} d=${path} />`;
}

/** Where the model looked. */
function shade({ fromMs, toMs }: Strip['focus'][number], row: number): TemplateResult {
  const [fromS, toS] = [fromMs, toMs].map((ms) => Math.min(Math.max(ms / 1000, 0), 4 * COLUMN_S));
  return svg`<rect class="focus" x=${across(fromS)} y=${row * ROW_MM} width=${(toS - fromS) * MM_PER_S} height=${ROW_MM} />`;
}

/** One millivolt for 200 ms, as every recorder writes it. */
function pulse(row: number): TemplateResult {
  return svg`<path class="pulse" d="M1.5 ${baselineOf(row)}h1v${-MM_PER_MV}h${PULSE_MM}v${MM_PER_MV}h1" />`;
}

function trace(lead: string, samples: Strip['leads'][number]['microvolts'] | undefined, rateHz: number, row: number, fromS: number, toS: number): TemplateResult {
  const baseline = baselineOf(row);
  const name = svg`<text class="lead" x=${across(fromS) + 1} y=${row * ROW_MM + 4.5}>${samples === undefined ? say.leadMissing(lead) : lead}</text>`;
  const border = fromS === 0 ? nothing : svg`<path class="border" d="M${across(fromS)} ${baseline - 4}v3m0 2v3" />`;
  if (samples === undefined) return svg`${border}${name}`;
  let [path, isDown] = ['', false];
  for (let i = Math.round(fromS * rateHz); i < Math.min(toS * rateHz, samples.length); i++) {
    const microvolts = samples[i];
    if (microvolts !== null) path += `${isDown ? 'L' : 'M'}${across(i / rateHz).toFixed(3)} ${(baseline - (microvolts / 1000) * MM_PER_MV).toFixed(3)}`;
    isDown = microvolts !== null;
  }
  return svg`${border}<path class="trace" data-lead=${lead} d=${path} />${name}`;
}
