import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { NO_SAMPLE, type Traces, waves } from '../link/waves.js';
import { fixed, say } from '../words/index.js';
import { HEIGHT_PX, holds, type Lanes, lanesOf, PX_PER_MM, type Range } from './lanes.js';

const PX_PER_S = 25 * PX_PER_MM;
const ROWS = 2;
/** Blank ahead of the newest value. */
const BAR_PX = 14;
/** Once in so long a larger scale is chosen, where all that is shown allows it; and what comes next is looked at before it is drawn. */
const FITTED_S = 60;
const AHEAD_S = 0.4;
/** What the canvas shows at most. */
const SHOWN_S = 12;
/** Where the second lead's name stands: above its usual zero. */
const SECOND_PX = 78;

const STILL = matchMedia('(prefers-reduced-motion: reduce)');
/** By night its colour is another one. */
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => running.forEach((sweep) => sweep.begin()));

/** All sweeps on the screen move together, once a frame. */
const running = new Set<EcgSweep>();
let isMoving = false;

function move(): void {
  isMoving = running.size > 0;
  if (!isMoving) return;
  const nowMs = performance.now();
  for (const sweep of running) sweep.draw(nowMs);
  requestAnimationFrame(move);
}

/** Two leads of one bed as they come: 25 mm a second, 10 mm a millivolt or less where that would cut them, the newest written over the oldest. Where nothing comes nothing is drawn: a trace never stands still. */
@customElement('ecg-sweep')
export class EcgSweep extends LitElement {
  static override readonly styles = css`
    :host { display: block; position: relative; color: light-dark(#10151b, #eef3f7); }
    canvas { display: block; width: 100%; }
    span { position: absolute; inset-inline-start: 0; font: 600 0.7rem/1 system-ui, sans-serif; color: light-dark(#525e6b, #9eabb8); }
    .first { inset-block-start: 0; }
    .second { inset-block-start: ${SECOND_PX}px; }
    .quiet { inset-block-start: 50%; inset-inline: 0; text-align: center; font-weight: 400; font-size: 0.85rem; }
    p { margin: 0; font-size: .75rem; text-align: end; color: light-dark(#4a5561, #a9b4bf); }
  `;

  @property() accessor device = '';
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  private traces: Traces | undefined;
  /** Up to which value the canvas has been written; undefined: not at all. */
  private drawn: number | undefined;
  private scale = 1;
  @state() private accessor leads: readonly string[] = [];
  @state() private accessor isQuiet = false;
  @state() private accessor lanes: Lanes = lanesOf([]);
  /** Of each lead, since the scale was chosen last. */
  private fitted: { readonly ranges: readonly Range[]; readonly fromS: number } = { ranges: [], fromS: 0 };
  private readonly seen = new IntersectionObserver((entries) => this.appear(entries.at(-1)?.isIntersecting ?? false));
  private readonly sized = new ResizeObserver(() => this.fit());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.appear(false);
    this.seen.disconnect();
    this.sized.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen.observe(this);
    this.sized.observe(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get('device') === undefined || this.traces === undefined) return;
    // Another bed in the same place.
    waves.hide(changed.get('device') as string);
    [this.traces, this.drawn] = [waves.show(this.device), undefined];
    [this.lanes, this.fitted] = [lanesOf([]), { ranges: [], fromS: 0 }];
  }

  protected override render(): TemplateResult {
    const { mmPerMv, isCut } = this.lanes;
    const scale = say.traceScale(fixed(mmPerMv, mmPerMv % 1 === 0 ? 0 : 1));
    const names = this.leads.map((lead, row) => html`<span class=${row === 0 ? 'first' : 'second'}>${lead}</span>`);
    return html`<canvas role="img" aria-label=${say.liveTrace} height=${HEIGHT_PX}></canvas>${names}${this.isQuiet ? html`<span class="quiet">${say.noSamples}</span>` : nothing}<p>${scale}${isCut ? ` · ${say.traceCut}` : nothing}</p>`;
  }

  /** Redraws all of it. */
  begin(): void {
    this.drawn = undefined;
  }

  /** Writes what has been played since the last time. */
  draw(nowMs: number): void {
    const { traces, canvas } = this;
    const context = canvas?.getContext('2d');
    if (traces === undefined || !context || canvas.width === 0) return;
    const { rateHz } = traces;
    const until = Math.floor(traces.playAt(nowMs) * rateHz);
    const widthPx = canvas.width / this.scale;
    const names = traces.names.slice(0, ROWS);
    this.fitTo(traces, names, this.drawn ?? until, until);
    const isOther = names.join() !== this.leads.join();
    this.isQuiet = traces.isQuiet(nowMs);
    if (isOther || this.drawn === undefined || until < this.drawn || until - this.drawn > (widthPx / PX_PER_S) * rateHz) {
      this.leads = names;
      this.prepare(context);
      this.drawn = Math.max(until - Math.floor((widthPx / PX_PER_S - 0.2) * rateHz), 0);
    }
    // Who wants no motion gets a new trace each time that it is full.
    const isPaused = STILL.matches && until - this.drawn < Math.floor((widthPx / PX_PER_S - 0.2) * rateHz);
    if (until === this.drawn || isPaused) return;
    this.erase(context, this.drawn / rateHz, until / rateHz, widthPx);
    names.forEach((name, row) => this.write(context, traces, name, row, widthPx, until));
    this.drawn = until;
  }

  /** Chooses the scale: a smaller one before something is drawn that would be cut, a larger one, once a minute, where all that is shown allows it. */
  private fitTo(traces: Traces, names: readonly string[], from: number, until: number): void {
    const { rateHz } = traces;
    const to = until + Math.round(AHEAD_S * rateHz);
    const isOver = until / rateHz - this.fitted.fromS > FITTED_S || until / rateHz < this.fitted.fromS;
    const before = isOver || this.fitted.ranges.length !== names.length ? [] : this.fitted.ranges;
    const ranges = names.map((name, row) => rangeOf(traces, name, before.length === 0 ? from - Math.round(SHOWN_S * rateHz) : from, to, before[row]));
    this.fitted = { ranges, fromS: before.length === 0 ? until / rateHz : this.fitted.fromS };
    const fitting = lanesOf(ranges);
    const isBetter = isOver && fitting.mmPerMv > this.lanes.mmPerMv;
    const isNews = fitting.isCut !== this.lanes.isCut || !(fitting.isCut || holds(this.lanes, ranges));
    if (!isBetter && !isNews) return;
    this.lanes = fitting;
    this.begin();
  }

  private prepare(context: CanvasRenderingContext2D): void {
    const { color } = getComputedStyle(this);
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    Object.assign(context, { strokeStyle: color, lineWidth: 1.4, lineJoin: 'round' });
  }

  private erase(context: CanvasRenderingContext2D, fromS: number, toS: number, widthPx: number): void {
    const from = fromS * PX_PER_S;
    const to = toS * PX_PER_S + BAR_PX;
    for (let sweep = Math.floor(from / widthPx); sweep * widthPx < to; sweep++) {
      const [left, right] = [Math.max(from - sweep * widthPx, 0), Math.min(to - sweep * widthPx, widthPx)];
      context.clearRect(left, 0, right - left, HEIGHT_PX);
    }
  }

  private write(context: CanvasRenderingContext2D, traces: Traces, name: string, row: number, widthPx: number, until: number): void {
    const { zerosPx, mmPerMv } = this.lanes;
    const pxPerValue = PX_PER_S / traces.rateHz;
    context.beginPath();
    let sweep = -1;
    let isDown = false;
    for (let n = this.drawn! - 1; n < until; n++) {
      const microvolts = traces.at(name, n);
      const x = n * pxPerValue;
      const own = Math.floor(x / widthPx);
      const isHole = microvolts === NO_SAMPLE;
      if (!isHole) {
        const y = zerosPx[row] - (microvolts / 1000) * mmPerMv * PX_PER_MM;
        if (isDown && own === sweep) context.lineTo(x - own * widthPx, y);
        else context.moveTo(x - own * widthPx, y);
      }
      [isDown, sweep] = [!isHole, own];
    }
    context.stroke();
  }

  private appear(isSeen: boolean): void {
    if (isSeen === running.has(this)) return;
    if (!isSeen) {
      running.delete(this);
      waves.hide(this.device);
      [this.traces, this.drawn] = [undefined, undefined];
      return;
    }
    [this.traces, this.drawn] = [waves.show(this.device), undefined];
    running.add(this);
    if (!isMoving) requestAnimationFrame(move);
    isMoving = true;
  }

  private fit(): void {
    const { canvas } = this;
    const widthPx = Math.floor(this.clientWidth);
    if (!canvas || widthPx === 0) return;
    this.scale = devicePixelRatio;
    canvas.width = widthPx * this.scale;
    canvas.height = HEIGHT_PX * this.scale;
    canvas.style.height = `${HEIGHT_PX}px`;
    this.drawn = undefined;
  }
}

/** Of the values of a lead from one number up to another; `known` is widened. */
function rangeOf(traces: Traces, name: string, from: number, to: number, known: Range = { low: 0, high: 0 }): Range {
  let { low, high } = known;
  for (let n = from; n < to; n++) {
    const microvolts = traces.at(name, n);
    if (microvolts !== NO_SAMPLE) [low, high] = [Math.min(low, microvolts / 1000), Math.max(high, microvolts / 1000)];
  }
  return { low, high };
}
