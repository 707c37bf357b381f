import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { BedAlerts } from '../ward/alerts.js';
import { say, time } from '../words/index.js';
import './alert-row.js';
import { PageElement } from './element.js';
import { bedLink, simulatedMark } from './marks.js';

/** The alerts of one bed, by episode. */
@customElement('bed-alerts')
export class BedAlertsElement extends PageElement {
  @property({ attribute: false }) accessor alerts: BedAlerts | undefined;
  /** Under the bed's own heading. */
  @property({ type: Boolean }) accessor headless = false;

  protected override render(): TemplateResult | typeof nothing {
    if (this.alerts === undefined) return nothing;
    const { simulated, accelerated, episodes } = this.alerts;
    return html`
      ${this.headless ? nothing : html`<h3>${bedLink(this.alerts)} ${simulatedMark(simulated)} ${accelerated ? html`<span class="tag">${say.accelerated(accelerated)}</span>` : nothing}</h3>`}
      ${repeat(episodes, ({ id }) => id, ({ sinceMs, causes }) => html`
        ${episodes.length === 1 ? nothing : html`<p class="episode">${say.episodeSince(time(sinceMs))}</p>`}
        <ol class="rows">${repeat(causes, ({ alert }) => alert.alertId, (cause) => html`<li><alert-row .cause=${cause}></alert-row></li>`)}</ol>
      `)}
    `;
  }
}
