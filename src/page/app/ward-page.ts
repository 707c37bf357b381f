import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { PATHS, type View, viewAt } from '../addresses.js';
import '../alerts/alerts.js';
import '../bed/bed.js';
import '../parts/alert-sheet.js';
import '../parts/dismissal.js';
import { WardElement } from '../parts/element.js';
import '../reader/reader.js';
import '../status/status.js';
import '../wall/wall.js';
import { ward } from '../ward/ward.js';
import { called, choose, duration, isOver, language, LANGUAGES, say, time } from '../words/index.js';
import { tokenInAddress } from './sign-in.js';
import './sign-in.js';

/** The page: who is signed in, what must not be overlooked, and one view by the address. */
@customElement('ward-page')
export class WardPage extends WardElement {
  @state() private accessor view: View = viewAt(location.pathname);
  @state() private accessor says = '';

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.arrive);
    addEventListener('hashchange', this.enterByAddress);
    this.addEventListener('click', this.follow);
    if (!this.enterByAddress()) ward.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.arrive);
    removeEventListener('hashchange', this.enterByAddress);
    this.removeEventListener('click', this.follow);
  }

  protected override render(): TemplateResult {
    const { isStale } = ward.link;
    document.body.classList.toggle('stale', isStale);
    document.title = this.titled();
    return html`
      <div id="stale" role="alert" ?hidden=${!isStale}>${isStale ? html`<strong>${say.connectionLost}</strong> <span id="stale-since">${ward.link.heardMs === 0 ? say.nothingYet : say.nothingSince(time(ward.link.heardMs))}</span> <span>${say.lookAtPatients}</span>` : nothing}</div>
      <p id="announce" class="unseen" aria-live="polite">${ward.announced}</p>
      ${keyed(language, html`
        ${this.head()}
        ${ward.isSignedOut ? html`<main><sign-in></sign-in></main>` : nothing}
        ${ward.isOpen ? html`<main id="ward">${alarms()}<div class="view" tabindex="-1" data-view=${this.view.view}>${this.shown()}</div></main><footer class="session">${this.foot()}</footer><dismissal-dialog></dismissal-dialog>` : nothing}
      `)}
    `;
  }

  private head(): TemplateResult {
    const waiting = ward.worklist?.today.length ?? 0;
    const active = ward.causes().filter(({ alert }) => !isOver(alert)).length;
    const link = (view: keyof typeof PATHS, name: string, count: number) => html`<a href=${PATHS[view]} aria-current=${this.view.view === view ? 'page' : nothing}>${name}${count > 0 ? html` <span class="count">${count}</span>` : nothing}</a>`;
    return html`<header><p class="advisory">${say.advisory}</p><div class="top">
      <h1>Purkinje</h1>
      ${ward.isOpen ? html`<nav aria-label=${say.views}>${link('wall', say.wall, 0)} ${link('alerts', say.alerts, active)} ${link('reader', say.reader, waiting)} ${link('status', say.status, ward.alarms.length)}</nav>` : nothing}
      <p id="live" class="live ${this.isWell() ? 'on' : ''}">${this.live()}</p>
    </div></header>`;
  }

  private foot(): TemplateResult {
    const names = Object.entries(LANGUAGES);
    return html`
      <span class="who">${ward.session === undefined ? '' : say.signedInAs(ward.session.who)}</span>
      <label>${say.chooseLanguage} <select id="language" @change=${(event: Event) => this.speak((event.target as HTMLSelectElement).value)}>${names.map(([tag, { language: name }]) => html`<option value=${tag} lang=${tag} ?selected=${tag === language}>${name}</option>`)}</select></label>
      <button type="button" id="sign-out" class="plain" @click=${this.signOut}>${say.signOut}</button>
      <span id="sign-out-says" class="says" role="status">${this.says}</span>
    `;
  }

  private shown(): TemplateResult {
    const { view } = this;
    switch (view.view) {
      case 'wall':
        return html`<ward-wall></ward-wall>`;
      case 'alerts':
        return html`<alerts-view></alerts-view>`;
      case 'reader':
        return html`<reader-view></reader-view>`;
      case 'status':
        return html`<status-view></status-view>`;
      case 'bed':
        return html`<bed-view .device=${view.device}></bed-view>`;
      case 'alert':
        return html`<section class="sheet"><alert-sheet alone .alertId=${view.alertId}></alert-sheet></section>`;
      case 'unknown':
        return html`<p class="none" role="status">${say.notFound}</p>`;
    }
  }

  private titled(): string {
    if (ward.link.isStale) return `${say.connectionLost} · Purkinje`;
    const unanswered = ward.causes().filter(({ alert }) => !isOver(alert) && alert.state !== 'acknowledged').length;
    return unanswered > 0 && ward.isOpen ? `(${unanswered}) Purkinje` : 'Purkinje';
  }

  /** Only then is anything green. */
  private isWell(): boolean {
    return ward.isOpen && ward.isCurrent && !ward.link.isStale && ward.alarms.length === 0;
  }

  private live(): string {
    const { beat, isStale, heardMs } = ward.link;
    if (ward.isSignedOut || isStale) return '';
    if (beat === undefined) return say.connecting;
    const oldest = beat.oldestUnprocessedMs;
    return say.liveAt(time(heardMs), oldest < 0 ? say.judgedUnknown : say.judgedUpTo(duration(oldest)));
  }

  private speak(tag: string): void {
    choose(tag);
    this.requestUpdate();
  }

  private readonly signOut = async (): Promise<void> => {
    const why = await ward.signOut();
    this.says = why ?? '';
    // Nothing of a patient stays behind in the page.
    if (why === undefined) location.reload();
  };

  private readonly arrive = (): void => {
    this.view = viewAt(location.pathname);
  };

  /** Links within the page change the view, and load nothing. */
  private readonly follow = (event: MouseEvent): void => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    if (link === undefined || link.origin !== location.origin || link.target !== '' || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, '', link.pathname);
    this.arrive();
    scrollTo(0, 0);
    // Who listens is where the view begins.
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.view')?.focus({ preventScroll: true }));
  };

  /** True: the address brings a token, which is taken out of it before anything else. */
  private readonly enterByAddress = (): boolean => {
    const token = tokenInAddress();
    if (token === undefined) return false;
    void ward.enter(token);
    return true;
  };
}

/** What stands between the ward and its alerts, on top of every view. An alarm that continues is not announced again. */
function alarms(): TemplateResult {
  return html`<ul id="alarms" aria-label=${say.technicalAlarms} aria-live="assertive">${repeat(ward.alarms, ({ alarm, key }) => `${alarm} ${key}`, ({ alarm, about, sinceMs }) => html`<li><b>${say.alarmSince(called(say.alarms, alarm), time(sinceMs))}</b><span>${about}</span></li>`)}</ul>`;
}
