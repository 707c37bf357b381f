import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { bedPath } from '../addresses.js';
import { burdenLine } from '../parts/burden.js';
import { WardElement } from '../parts/element.js';
import '../parts/ecg-sweep.js';
import { priorityMark, simulatedMark, unprovenMark } from '../parts/marks.js';
import { hasTrace } from '../ward/beds.js';
import { called, duration, nameOf, say } from '../words/index.js';
import type { Tile } from './tiles.js';

/** One bed on the wall. One that is not watched is hatched, and says why and for how long. */
@customElement('bed-tile')
export class BedTile extends WardElement {
  @property({ attribute: false }) accessor tile: Tile | undefined;

  protected override render(): TemplateResult | typeof nothing {
    if (this.tile === undefined) return nothing;
    const { bed, alerts, rhythm, burden, watchedFindings } = this.tile;
    const worst = alerts.find(({ state }) => state !== 'acknowledged') ?? alerts.at(0);
    for (const [name, value] of [['device', bed.device], ['watch', bed.watch], ['priority', worst !== undefined && worst.state !== 'acknowledged' ? worst.priority : '']]) this.mark(name, value);
    const isWatched = bed.watch === 'watched';
    return html`
      <a class="whole" href=${bedPath(bed.device)} aria-label=${say.bedOf(bed.bed)}></a>
      <header><bdi class="name">${bed.bed}</bdi> <bdi class="unit">${bed.unit ?? ''}</bdi> ${simulatedMark(bed.simulated)}</header>
      <p class="rate"><span class="unseen">${say.heartRate}</span> ${bed.heartRateBpm === undefined ? html`<b>–</b> <span class="note">${say.noRate}</span>` : html`<b>${Math.round(bed.heartRateBpm)}</b> <span class="note">${say.perMinute}</span>`}</p>
      <p class="rhythm">${rhythm === undefined ? (isWatched ? say.rhythmQuiet : '') : html`${nameOf(rhythm.finding)} ${unprovenMark(rhythm)}`}</p>
      ${hasTrace(bed) ? html`<ecg-sweep .device=${bed.device}></ecg-sweep>` : nothing}
      ${isWatched ? nothing : html`<p class="watch">${called(say.watch, bed.watch)} ${bed.sinceMs === undefined ? nothing : html`<span class="for">${say.forDuration(duration(Date.now() - bed.sinceMs))}</span>`}</p>`}
      <p class="worst">${worst === undefined ? html`<span class="note">${say.noAlert}</span>` : html`${priorityMark(worst.priority)} <span class="finding">${nameOf(worst.finding)}</span> ${unprovenMark(worst)}${worst.state === 'acknowledged' ? html` <span class="note">${say.answered}</span>` : nothing}`}</p>
      ${alerts.length < 2 ? nothing : html`<p class="note alerts">${say.alertsCount(alerts.length)}</p>`}
      ${burdenLine(burden)}
      <p class="note surveyed">${[
        ...(isWatched ? [say.watch.watched] : []),
        ...(watchedFindings === undefined ? [] : [say.findingsWatched(watchedFindings.watched, watchedFindings.all)]),
        ...(bed.signalQuality === undefined ? [] : [`${say.quality} ${say.qualityOf100(Math.round(bed.signalQuality * 100))}`]),
      ].join(' · ')}</p>
    `;
  }
}
