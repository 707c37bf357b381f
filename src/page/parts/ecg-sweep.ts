import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { NO_SAMPLE, type Traces, waves } from '../link/waves.js';
import { say } from '../words/index.js';

/** The browser's own millimetres: 96 pixels an inch. */
const PX_PER_MM = 96 / 25.4;
const PX_PER_S = 25 * PX_PER_MM;
const PX_PER_MV = 10 * PX_PER_MM;
const ROW_PX = 58;
const ROWS = 2;
/** Room for high R waves above the first row, and for deep S waves beneath the last; between them they may reach into each other's. */
const TOP_PX = 20;
const BOTTOM_PX = 16;
const HEIGHT_PX = TOP_PX + ROWS * ROW_PX + BOTTOM_PX;
/** Blank ahead of the newest value. */
const BAR_PX = 14;
/** Where the trace of a row has its zero: R waves are higher than S waves are deep. */
const ZERO = 0.62;

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

/** Two leads of one bed as they come: 25 mm a second, 10 mm a millivolt, the newest written over the oldest. Where nothing comes nothing is drawn: a trace never stands still. */
@customElement('ecg-sweep')
export class EcgSweep extends LitElement {
  static override readonly styles = css`
    :host { display: block; position: relative; color: light-dark(#10151b, #eef3f7); }
    canvas { display: block; width: 100%; }
    span { position: absolute; inset-inline-start: 0; font: 600 0.7rem/1 system-ui, sans-serif; color: light-dark(#525e6b, #9eabb8); }
    .first { inset-block-start: 0; }
    .second { inset-block-start: ${TOP_PX + ROW_PX}px; }
    .quiet { inset-block-start: 50%; inset-inline: 0; text-align: center; font-weight: 400; font-size: 0.85rem; }
  `;

  @property() accessor device = '';
  @query('canvas') private accessor canvas!: HTMLCanvasElement;
  private traces: Traces | undefined;
  /** Up to which value the canvas has been written; undefined: not at all. */
  private drawn: number | undefined;
  private scale = 1;
  @state() private accessor leads: readonly string[] = [];
  @state() private accessor isQuiet = false;
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
  }

  protected override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${say.liveTrace} height=${HEIGHT_PX}></canvas>${this.leads.map((lead, row) => html`<span class=${row === 0 ? 'first' : 'second'}>${lead}</span>`)}${this.isQuiet ? html`<span class="quiet">${say.noSamples}</span>` : nothing}`;
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
    const zero = TOP_PX + (row + ZERO) * ROW_PX;
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
        const y = zero - (microvolts / 1000) * PX_PER_MV;
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
