import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AlertView } from '../../monitor/index.js';
import { answerText } from '../ward/answers.js';
import { ward } from '../ward/ward.js';
import { isOver, nameOf, say } from '../words/index.js';
import { askWhy } from './dismissal.js';
import { WardElement } from './element.js';

/** What can be answered to an alert, and what became of the answer. */
@customElement('answer-buttons')
export class AnswerButtons extends WardElement {
  @property({ attribute: false }) accessor alert: AlertView | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { alert } = this;
    if (alert === undefined) return nothing;
    const given = ward.answers.of(alert.alertId);
    if (given?.type === 'held') {
      const text = say.goesOut(answerText(given.answer), Math.max(0, Math.ceil((given.dueMs - Date.now()) / 1000)));
      return html`<span class="says">${text}</span> <button type="button" class="answer" @click=${() => ward.answers.undo(alert.alertId)}>${say.undo}</button>`;
    }
    if (isOver(alert)) return nothing;
    const about = `${nameOf(alert.finding)}, ${alert.bed}`;
    const isClosed = !ward.answers.isOpen(alert);
    return html`
      ${alert.state === 'acknowledged' ? nothing : html`<button type="button" class="answer" ?disabled=${isClosed} aria-label="${say.acknowledge} ${about}" @click=${() => ward.answers.hold(alert, { kind: 'acknowledge' })}>${say.acknowledge}</button>`}
      <button type="button" class="answer plain" ?disabled=${isClosed} aria-label="${say.dismiss} ${about}" @click=${() => askWhy(alert)}>${say.dismiss}</button>
      ${given === undefined ? nothing : html`<p class="says">${given.type === 'sent' ? say.sent : given.why}</p>`}
    `;
  }
}
