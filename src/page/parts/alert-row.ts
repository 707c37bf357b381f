import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { alertPath } from '../addresses.js';
import type { Cause } from '../ward/alerts.js';
import { called, nameOf, numbers, say, stateOf, time, triggerOf } from '../words/index.js';
import './answer-buttons.js';
import { PageElement } from './element.js';
import { priorityMark, probabilityBar, tags, unprovenMark } from './marks.js';

/** Causes are put together again at every event: where none of their alerts has changed, nothing is drawn. */
function isOther(now: Cause | undefined, before: Cause | undefined): boolean {
  const [a, b] = [now, before].map((cause) => (cause === undefined ? [] : [cause.alert, ...cause.explained]));
  return a.length !== b.length || a.some((alert, n) => alert !== b[n]);
}

/** One alert at the bedside: what, how sure, since when, what set it off; beneath it what it explains. */
@customElement('alert-row')
export class AlertRow extends PageElement {
  @property({ attribute: false, hasChanged: isOther }) accessor cause: Cause | undefined;

  protected override render(): TemplateResult | typeof nothing {
    if (this.cause === undefined) return nothing;
    const { alert } = this.cause;
    for (const [name, value] of [['alert', alert.alertId], ['state', alert.state], ['priority', alert.priority]]) this.mark(name, value);
    // One alert that cannot be shown must not take the others with it.
    try {
      return this.whole(this.cause);
    } catch {
      return html`<div class="what"><a class="finding" href=${alertPath(alert.alertId)}>${nameOf(alert.finding)}</a> <span class="tag warning">${say.notWhole}</span></div><answer-buttons .alert=${alert}></answer-buttons>`;
    }
  }

  private whole({ alert, explained }: Cause): TemplateResult {
    const facts = [triggerOf(alert), numbers(alert.measurements)].filter((part) => part !== '').join(' · ');
    return html`
      <div class="urgency">${priorityMark(alert.priority)} <span class="state">${stateOf(alert)}</span></div>
      <div class="what">
        <a class="finding" href=${alertPath(alert.alertId)}>${nameOf(alert.finding)}</a> ${tags(alert)}
        ${facts === '' ? nothing : html`<p class="note">${facts}</p>`}
        ${explained.length === 0 ? nothing : explains(explained)}
      </div>
      <div class="when"><span class="since">${time(alert.onsetMs)}</span> ${probabilityBar(alert)}</div>
      <answer-buttons .alert=${alert}></answer-buttons>
    `;
  }
}

export function explains(explained: Cause['explained']): TemplateResult {
  return html`<details class="explained">
    <summary>${say.explains(explained.length)}</summary>
    <ul aria-label=${say.explains(explained.length)}>
      ${repeat(explained, ({ alertId }) => alertId, (alert) => html`<li><a class="finding" href=${alertPath(alert.alertId)}>${nameOf(alert.finding)}</a> ${unprovenMark(alert)} <span class="note">${called(say.priorities, alert.priority)}, ${stateOf(alert)}</span></li>`)}
    </ul>
  </details>`;
}
