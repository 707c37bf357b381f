import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AlertView, Strip } from '../../monitor/index.js';
import { alertPath } from '../addresses.js';
import { ask } from '../link/connection.js';
import { ward } from '../ward/ward.js';
import { called, causeOf, doubts, fixed, isOver, nameOf, numbers, say, stateOf, time, triggerOf } from '../words/index.js';
import { explains } from './alert-row.js';
import './answer-buttons.js';
import './ecg-strip.js';
import { WardElement } from './element.js';
import { bedLink, priorityMark, simulatedMark, tags } from './marks.js';

/** Hexadecimal digits of a hash that people compare. */
const SHORT = 8;
/** A text that is longer has a line of its own. */
const WIDE_FROM = 40;

type Fact = readonly [name: string, value: string];

/** One alert with its evidence: strip, numbers, course, and the answer to it. One that is over is read from the log. */
@customElement('alert-sheet')
export class AlertSheet extends WardElement {
  @property() accessor alertId = '';
  /** On a page of its own it has no link to that page. */
  @property({ type: Boolean }) accessor alone = false;
  /** Undefined: being read; null: it kept none; 'unread': they cannot be had now. */
  @state() private accessor strip: Strip | null | undefined | 'unread';
  @state() private accessor events: readonly AlertView[] | null | undefined | 'unread';
  private eventsOf = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('alertId')) {
      [this.strip, this.events, this.eventsOf] = [undefined, undefined, ''];
      void this.readStrip();
    }
    const sequence = `${this.alertId} ${ward.find(this.alertId)?.sequence ?? ''}`;
    if (sequence !== this.eventsOf) void this.readEvents((this.eventsOf = sequence));
  }

  protected override render(): TemplateResult {
    const events = Array.isArray(this.events) ? this.events : [];
    const alert = ward.find(this.alertId) ?? events.at(-1);
    if (alert === undefined) return html`<p class="none" role="status">${this.events === null ? say.alertUnknown : this.events === 'unread' ? say.alertUnreadable : ''}</p>`;
    try {
      return this.whole(alert, events);
    } catch {
      return html`<h2 class="detail-finding">${nameOf(alert.finding)}</h2><p class="of">${bedLink(alert)} ${simulatedMark(alert.simulated)} <span class="tag warning">${say.notWhole}</span></p><answer-buttons .alert=${alert}></answer-buttons>`;
    }
  }

  private whole(alert: AlertView, events: readonly AlertView[]): TemplateResult {
    const cause = ward.find(alert.explainedBy ?? '');
    const explained = [...ward.causes().find((one) => one.alert.alertId === alert.alertId)?.explained ?? [], ...(alert.channel === 'worklist' ? (ward.worklist?.folded.filter(({ row }) => row === alert.alertId) ?? []) : [])];
    return html`
      <header>
        <h2 class="detail-finding">${nameOf(alert.finding)}</h2>
        <p class="of">${bedLink(alert)} ${simulatedMark(alert.simulated)} ${alert.accelerated ? html`<span class="tag">${say.accelerated(alert.accelerated)}</span>` : nothing}</p>
        <p>${priorityMark(alert.priority)} <span class="state">${stateOf(alert)}</span> ${tags(alert)}</p>
      </header>
      <div class="answers"><answer-buttons .alert=${alert}></answer-buttons> ${this.alone ? nothing : html`<a class="own-address" href=${alertPath(alert.alertId)}>${say.openAlert}</a>`}</div>
      ${cause === undefined ? nothing : html`<p class="note">${say.explainedBy} <a href=${alertPath(cause.alertId)}>${nameOf(cause.finding)}</a></p>`}
      ${explained.length === 0 ? nothing : explains(explained)}
      ${this.evidence()}
      <dl class="facts">${facts(alert).map(fact)}</dl>
      ${events.length === 0 ? nothing : html`<details class="course" open><summary>${say.course}</summary><ol>${events.map((event) => html`<li><span class="since">${time(event.atMs)}</span> ${stateOf(event)} <span class="note">${event.state === 'dismissed' ? '' : causeOf(event)}</span></li>`)}</ol></details>`}
      <details class="technical"><summary>${say.technical}</summary><dl class="facts">${technicalFacts(alert).map(fact)}</dl></details>
    `;
  }

  private evidence(): TemplateResult {
    const { strip } = this;
    const kept = strip === undefined || strip === null || strip === 'unread' ? undefined : strip;
    const about = kept !== undefined ? aboutOf(kept) : strip === null ? say.stripNone : strip === 'unread' ? say.stripUnreadable : say.stripReading;
    return html`
      <div class="evidence">
        <p class="note about" role="status">${about}</p>
        ${kept === undefined || kept.segments.length < 2 ? nothing : html`<select class="segments" aria-label=${say.segment} @change=${(event: Event) => void this.readStrip((event.target as HTMLSelectElement).value)}>
          ${kept.segments.map((id, n) => html`<option value=${id} ?selected=${id === kept.segment}>${say.segmentOf(n + 1, kept.segments.length)}</option>`)}
        </select>`}
      </div>
      ${kept === undefined || kept.leads.length === 0 ? nothing : html`<div class="paper" tabindex="0" role="group" aria-label=${say.stripLabel}><ecg-strip .strip=${kept}></ecg-strip></div>`}
    `;
  }

  private async readStrip(segment = ''): Promise<void> {
    const { alertId } = this;
    const strip = await ask<Strip>(`/evidence?alert=${encodeURIComponent(alertId)}${segment === '' ? '' : `&segment=${encodeURIComponent(segment)}`}`);
    if (this.alertId === alertId) this.strip = strip === undefined ? 'unread' : strip;
  }

  private async readEvents(sequence: string): Promise<void> {
    const events = await ask<AlertView[]>(`/events?alert=${encodeURIComponent(this.alertId)}`);
    if (this.eventsOf === sequence) this.events = events === undefined ? 'unread' : events;
  }
}

function aboutOf({ leads, startMs, focus, missing }: Strip): string {
  return [
    ...(leads.length > 0 ? [say.stripFrom(time(startMs))] : []),
    ...(leads.length > 0 && focus.length > 0 ? [say.stripFocus] : []),
    ...(missing === '' ? [] : [say.stripMissing(missing)]),
  ].join(' ');
}

function facts(alert: AlertView): Fact[] {
  const isRule = alert.evidence === 'rule';
  return [
    [say.since, time(alert.onsetMs)],
    [say.lastNews, `${isOver(alert) ? stateOf(alert) : causeOf(alert)}, ${time(alert.atMs)}`],
    [say.probability, isRule ? '' : `${fixed(alert.probability, 3)}, ${say.threshold(fixed(alert.threshold, 3))}`],
    [say.setOffBy, triggerOf(alert)],
    [say.evidenceIs, [called(say.evidence, alert.evidence), ...shareHere(alert)].join('. ')],
    [say.signal, [say.qualityOf100(Math.round(alert.signalQuality * 100)), ...doubts(alert)].join(', ')],
    [say.measured, numbers(alert.measurements)],
  ];
}

/** Of the finding at this model and threshold, what people here found of it. */
function shareHere({ finding, modelHash, threshold }: AlertView): string[] {
  const verdicts = ward.verdicts.find((one) => one.finding === finding && one.modelHash === modelHash && one.threshold === threshold);
  return verdicts === undefined ? [] : [say.confirmedHere(verdicts.right, verdicts.right + verdicts.wrong)];
}

function technicalFacts({ alertId, model, modelHash, policyHash, segments }: AlertView): Fact[] {
  return [[say.alertId, alertId], [say.model, model === '' ? '' : `${model}, ${modelHash.slice(0, SHORT)}`], [say.policy, policyHash.slice(0, SHORT)], [say.segment, segments.at(-1) ?? '']];
}

const fact = ([name, value]: Fact): TemplateResult | typeof nothing => (value === '' ? nothing : html`<div class=${value.length > WIDE_FROM ? 'wide' : ''}><dt>${name}</dt><dd>${value}</dd></div>`);
