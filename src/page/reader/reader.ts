import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AlertView } from '../../monitor/index.js';
import '../parts/alert-sheet.js';
import { askWhy } from '../parts/dismissal.js';
import { WardElement } from '../parts/element.js';
import { currencyText, priorityMark, probabilityBar, simulatedMark, unprovenMark } from '../parts/marks.js';
import { type Answer, answerText } from '../ward/answers.js';
import { ward } from '../ward/ward.js';
import { nameOf, say } from '../words/index.js';

/** A reader's list: the queue left, the sheet of one alert right; next and answers by single keys. */
@customElement('reader-view')
export class ReaderView extends WardElement {
  @state() private accessor selected = '';
  @query('#keys') private accessor keys!: HTMLDialogElement;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.press);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.press);
  }

  protected override render(): TemplateResult {
    const { today = [], deferred = [], perReaderDay = 0 } = ward.worklist ?? {};
    const { currency, readMs } = ward.reading.worklist;
    const queue = [...today, ...this.homeless()];
    const count = queue.length;
    return html`
      <h2>${say.worklist} <span class="count" id="worklist-count">${count > 0 ? count : ''}</span></h2>
      <p id="worklist-says" class="says" role="status">${currencyText(ward.reading.worklist, say.worklistUnreadable, say.worklistOld)}</p>
      <p class="note">${readMs === 0 ? nothing : `${say.dayRoom(count, perReaderDay)} · `}<button type="button" class="link" @click=${() => this.keys.showModal()}>${say.keysHint}</button></p>
      <div class="reading">
        <div class="queue ${currency === 'old' ? 'old' : ''}">
          <ol id="worklist" aria-label=${say.worklist}>${this.items(queue)}</ol>
          ${count > 0 || readMs === 0 ? nothing : html`<p class="none">${say.worklistNone}</p>`}
          ${deferred.length === 0 ? nothing : html`<details id="later"><summary id="deferred-count">${say.deferred(deferred.length, perReaderDay)}</summary><ol id="deferred" aria-label=${say.worklist}>${this.items(deferred)}</ol></details>`}
        </div>
        <section class="sheet" aria-label=${say.alerts}>${this.selected === '' ? html`<p class="none">${say.selectOne}</p>` : html`<alert-sheet .alertId=${this.selected}></alert-sheet>`}</section>
      </div>
      <dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">${say.keysHelp}</h2><dl>${say.keys.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl><button type="button" class="main" @click=${() => this.keys.close()}>${say.close}</button></dialog>
    `;
  }

  /** Shown in the row of an alert that is not here, or not yet: better twice than nowhere. */
  private homeless(): readonly AlertView[] {
    const { today = [], deferred = [], folded = [] } = ward.worklist ?? {};
    const listed = new Set([...today, ...deferred].map(({ alertId }) => alertId));
    return folded.filter(({ row }) => !ward.alerts.has(row) && !listed.has(row));
  }

  private items(alerts: readonly AlertView[]): unknown {
    return repeat(alerts, ({ alertId }) => alertId, (alert) => html`<li data-alert=${alert.alertId}><button type="button" class="item" aria-current=${alert.alertId === this.selected} @click=${() => (this.selected = alert.alertId)}>${item(alert)}</button></li>`);
  }

  private readonly press = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping || document.querySelector('dialog[open]') !== null) return;
    const act = this.actions[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  private readonly actions: Readonly<Record<string, () => void>> = {
    j: () => this.step(1),
    k: () => this.step(-1),
    a: () => this.answer((alert) => {
      ward.answers.hold(alert, { kind: 'acknowledge' });
      this.step(1);
    }),
    d: () => this.answer((alert) => askWhy(alert, () => this.step(1))),
    u: () => {
      this.selected = ward.answers.undo() ?? this.selected;
    },
    '?': () => this.keys.showModal(),
  };

  private answer(how: (alert: AlertView) => void): void {
    const alert = ward.find(this.selected);
    if (alert !== undefined && ward.answers.isOpen(alert)) how(alert);
  }

  /** To the next that has no answer yet; where all have one, or back, to the neighbour. */
  private step(by: 1 | -1): void {
    const queue = [...(ward.worklist?.today ?? []), ...this.homeless()];
    const at = queue.findIndex(({ alertId }) => alertId === this.selected);
    const ahead = by === 1 ? queue.slice(at + 1) : queue.slice(0, Math.max(at, 0)).reverse();
    const next = ahead.find((alert) => ward.answers.isOpen(alert)) ?? ahead[0];
    if (next !== undefined) this.selected = next.alertId;
    void this.updateComplete.then(() => this.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' }));
  }
}

function item(alert: AlertView): TemplateResult {
  const held = ward.answers.of(alert.alertId);
  const answer: Answer | undefined = held?.type === 'held' ? held.answer : undefined;
  try {
    return html`${priorityMark(alert.priority)} <span class="finding">${nameOf(alert.finding)}</span> <span class="of"><bdi>${alert.bed}</bdi> <bdi class="unit">${alert.unit ?? ''}</bdi> ${simulatedMark(alert.simulated)}</span> ${unprovenMark(alert)} ${answer === undefined ? probabilityBar(alert) : html`<span class="says">${answerText(answer)}</span>`}`;
  } catch {
    return html`<span class="finding">${nameOf(alert.finding)}</span> <bdi>${alert.bed}</bdi> <span class="tag warning">${say.notWhole}</span>`;
  }
}
