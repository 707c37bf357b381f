import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import '../parts/bed-alerts.js';
import { WardElement } from '../parts/element.js';
import { byBed } from '../ward/alerts.js';
import { ward } from '../ward/ward.js';
import { isOver, say } from '../words/index.js';

/** Rows beyond it are counted, not drawn: nobody reads more. */
const ROWS_DRAWN = 300;

/** What is active at the bedside: by bed and episode, the most urgent first, each cause with what it explains beneath it. */
@customElement('alerts-view')
export class AlertsView extends WardElement {
  protected override render(): TemplateResult {
    const causes = ward.causes();
    const active = causes.filter(({ alert }) => !isOver(alert)).length;
    return html`
      <h2>${say.alerts} <span class="count" id="alerts-count">${active > 0 ? active : ''}</span></h2>
      <div id="alerts" class="cards">${repeat(byBed(causes.slice(0, ROWS_DRAWN)), ({ device }) => device, (alerts) => html`<section class="card" data-device=${alerts.device}><bed-alerts .alerts=${alerts}></bed-alerts></section>`)}</div>
      ${causes.length > 0 ? nothing : html`<p class="none">${say.alertsNone}</p>`}
      ${causes.length <= ROWS_DRAWN ? nothing : html`<p class="note" id="alerts-more">${say.alertsMore(causes.length - ROWS_DRAWN)}</p>`}
    `;
  }
}
