import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { FindingVerdicts, StatusView } from '../../monitor/index.js';
import { ask, post } from '../link/connection.js';
import { WardElement } from '../parts/element.js';
import { ward } from '../ward/ward.js';
import { duration, fixed, nameOf, say, time } from '../words/index.js';

type Target = StatusView['targets'][number];

const LOOK_EVERY_MS = 5000;

/** What stands between the ward and its alerts, for the engineer on call: alarms, targets, verdicts. */
@customElement('status-view')
export class StatusElement extends WardElement {
  @state() private accessor status: StatusView | undefined;
  @state() private accessor isUnread = false;
  @state() private accessor says = '';
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const { status } = this;
    return html`
      <h2>${say.status}</h2>
      <p class="says" role="status">${this.isUnread ? say.statusUnreadable : this.says}</p>
      <section class="card"><h3>${say.technicalAlarms}</h3><p>${ward.alarms.length === 0 ? say.noAlarm : say.alarmsCount(ward.alarms.length)}</p><p>${say.oldestWork}: ${oldest(ward.link.beat?.oldestUnprocessedMs ?? -1)}</p></section>
      <section class="card"><h3>${say.targets}</h3>${status === undefined || status.targets.length === 0 ? html`<p class="none">${status === undefined ? '' : say.targetsNone}</p>` : this.targets(status.targets)}</section>
      <section class="card"><h3>${say.verdicts}</h3>${ward.verdicts.length === 0 ? html`<p class="none">${say.verdictsNone}</p>` : verdicts(ward.verdicts)}</section>
    `;
  }

  private targets(targets: readonly Target[]): TemplateResult {
    const mayResume = ward.session?.may.operate === true;
    return html`<div class="wide-table" tabindex="0" role="group" aria-label=${say.targets}><table>
      <thead><tr><th>${say.target}</th><th>${say.to}</th><th>${say.condition}</th><th>${say.delivered}</th><th>${say.refused}</th><th>${say.waiting}</th>${mayResume ? html`<th>${say.resume}</th>` : nothing}</tr></thead>
      <tbody>${targets.map((target) => html`<tr data-target=${target.name}>
        <td><bdi>${target.name}</bdi> <span class="note">${target.kind}</span></td><td><bdi>${target.to}</bdi></td>
        <td>${conditionOf(target)} ${target.lastFailure === undefined ? nothing : html`<span class="note">${say.lastFailure(target.lastFailure.about, time(target.lastFailure.atMs))}</span>`}</td>
        <td>${target.delivered}</td><td>${target.refused}</td><td>${target.behindMs === 0 ? '–' : duration(target.behindMs)}</td>
        ${mayResume ? html`<td>${target.parked || target.failingSinceMs !== undefined ? html`<button type="button" @click=${() => void this.resume(target.name)}>${say.resume}</button>` : nothing}</td>` : nothing}
      </tr>`)}</tbody>
    </table></div>`;
  }

  private async look(): Promise<void> {
    const status = await ask<StatusView>('/status');
    this.isUnread = !status;
    this.status = status ?? this.status;
  }

  private async resume(name: string): Promise<void> {
    this.says = (await post('/resume', { name })) ?? say.resumed;
    await this.look();
  }
}

const oldest = (ms: number): string => (ms < 0 ? say.oldestUnknown : ms === 0 ? say.oldestNone : duration(ms));

function conditionOf({ parkedSinceMs, failingSinceMs }: Target): string {
  if (parkedSinceMs !== undefined) return say.targetParked(time(parkedSinceMs));
  return failingSinceMs === undefined ? say.targetWell : say.targetFailing(time(failingSinceMs));
}

function verdicts(list: readonly FindingVerdicts[]): TemplateResult {
  const percent = (share: number) => Math.round(share * 100);
  return html`<div class="wide-table" tabindex="0" role="group" aria-label=${say.verdicts}><table>
    <thead><tr><th>${say.finding}</th><th>${say.threshold('')}</th><th>${say.right}</th><th>${say.wrong}</th><th>${say.ppv}</th></tr></thead>
    <tbody>${list.map(({ finding, threshold, right, wrong, ppv, lower95, upper95, demoted }) => html`<tr>
      <td>${nameOf(finding)} ${demoted ? html`<span class="tag warning">${say.demoted}</span>` : nothing}</td><td>${fixed(threshold, 2)}</td><td>${right}</td><td>${wrong}</td><td>${percent(ppv)}% <span class="note">${say.interval(percent(lower95), percent(upper95))}</span></td>
    </tr>`)}</tbody>
  </table></div>`;
}
