import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BedSurveillance } from '../../monitor/index.js';
import '../parts/bed-alerts.js';
import { burdenLine } from '../parts/burden.js';
import { WardElement } from '../parts/element.js';
import '../parts/ecg-sweep.js';
import '../parts/segment-questions.js';
import { currencyText, simulatedMark } from '../parts/marks.js';
import { byBed } from '../ward/alerts.js';
import { grouped } from '../ward/grouped.js';
import { hasTrace } from '../ward/beds.js';
import { ward } from '../ward/ward.js';
import { called, duration, nameOf, say } from '../words/index.js';

type Watch = BedSurveillance['findings'][number];

/** One bed: its numbers, its alerts, what its last minutes held, and what it is watched for. */
@customElement('bed-view')
export class BedElement extends WardElement {
  @property() accessor device = '';

  protected override render(): TemplateResult | typeof nothing {
    const bed = ward.beds.list.find(({ device }) => device === this.device);
    const says = currencyText(ward.reading.beds, say.bedsUnreadable, say.bedsOld);
    if (bed === undefined) return html`<p class="none" role="status">${ward.reading.beds.readMs === 0 ? says : say.bedUnknown}</p>`;
    const alerts = byBed(ward.causes().filter(({ alert }) => alert.device === this.device)).at(0);
    const burden = ward.beds.burdens.get(this.device);
    const line = burdenLine(burden);
    const findings = ward.beds.surveillance.get(this.device)?.findings;
    const isWatched = bed.watch === 'watched';
    return html`
      <p class="says" role="status">${says}</p>
      <header class="bed-head ${ward.reading.beds.currency === 'old' ? 'old' : ''}" data-watch=${bed.watch}>
        <h2><bdi>${bed.bed}</bdi> <bdi class="unit">${bed.unit ?? ''}</bdi> ${simulatedMark(bed.simulated)}</h2>
        <p class="rate"><span class="unseen">${say.heartRate}</span> ${bed.heartRateBpm === undefined ? html`<b>–</b> <span class="note">${say.noRate}</span>` : html`<b>${Math.round(bed.heartRateBpm)}</b> <span class="note">${say.perMinute}</span>`}</p>
        <p class="watch">${called(say.watch, bed.watch)} ${isWatched || bed.sinceMs === undefined ? nothing : say.forDuration(duration(Date.now() - bed.sinceMs))}</p>
        <p class="note">${bed.signalQuality === undefined ? '' : `${say.quality} ${say.qualityOf100(Math.round(bed.signalQuality * 100))}`}</p>
      </header>
      ${hasTrace(bed) ? html`<section class="card"><ecg-sweep .device=${bed.device}></ecg-sweep></section>` : nothing}
      <section class="card"><h3>${say.alerts}</h3>${alerts === undefined ? html`<p class="none">${say.alertsNone}</p>` : html`<bed-alerts headless .alerts=${alerts}></bed-alerts>`}</section>
      <section class="card"><h3>${say.reportAndQuestions}</h3><segment-questions .bed=${bed.bed}></segment-questions></section>
      <section class="card"><h3>${say.lastMinutes}</h3>${line === nothing ? html`<p class="none">${say.minutesNone}</p>` : line}</section>
      <section class="card findings"><h3>${say.findings} <span class="count">${findings === undefined ? '' : say.findingsWatched(findings.filter(({ watched }) => watched).length, findings.length)}</span></h3>${findings === undefined ? html`<p class="none">${say.findingsUnknown}</p>` : surveyed(findings)}</section>
    `;
  }
}

/** Findings, unwatched ones first and by reason, each with the share of the last day in which it was watched. */
function surveyed(findings: readonly Watch[]): TemplateResult {
  const groups = [...grouped(findings, ({ watched, why = '' }) => (watched ? '' : why))].sort(([a], [b]) => Number(a === '') - Number(b === ''));
  return html`${groups.map(([why, some]) => html`
      <h4>${why === '' ? say.watchedTitle : say.notWatchedTitle(called(say.notWatched, why))}</h4>
      <ul class="shares">${some.map(({ id, share24h }) => html`<li>${nameOf(id)} <span class="note">${Math.round(share24h * 100)}%</span></li>`)}</ul>
    `)}
    <p class="note">${say.shareNote}</p>`;
}
