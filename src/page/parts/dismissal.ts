import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { AlertView } from '../../monitor/index.js';
import { ward } from '../ward/ward.js';
import { nameOf, say } from '../words/index.js';
import { WardElement } from './element.js';

/** As a verdict counts them (docs/alerts.md); the fifth is a reason in own words. */
const REASONS = ['confirmed', 'known', 'artefact', 'not-present'];
const REASON_MAX = 500;

/** Asks why an alert is dismissed; `done` is called once a reason was given. */
export function askWhy(alert: AlertView, done: () => void = () => {}): void {
  document.querySelector<Dismissal>('dismissal-dialog')?.open(alert, done);
}

/** Why is it dismissed? One of four verdicts, or own words; by the keys 1 to 5 as well. */
@customElement('dismissal-dialog')
export class Dismissal extends WardElement {
  @state() private accessor alert: AlertView | undefined;
  @state() private accessor says = '';
  @query('dialog') private accessor dialog!: HTMLDialogElement;
  @query('form') private accessor form!: HTMLFormElement;
  @query('#dismissal-own') private accessor own!: HTMLInputElement;
  private done = () => {};

  open(alert: AlertView, done: () => void): void {
    [this.alert, this.done, this.says] = [alert, done, ''];
    this.form.reset();
    this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { alert } = this;
    return html`<dialog id="dismissal" aria-labelledby="dismissal-title" @keydown=${this.press}>
      <form id="dismissal-form" @submit=${this.submit}>
        ${ward.link.isStale ? html`<p class="lost">${say.connectionLost}. ${say.lookAtPatients}</p>` : nothing}
        <h2 id="dismissal-title">${alert === undefined ? nothing : say.dismissQuestion(nameOf(alert.finding), alert.bed)}</h2>
        <fieldset>
          <legend>${say.why}</legend>
          ${REASONS.map((reason, n) => html`<label><kbd aria-hidden="true">${n + 1}</kbd><input type="radio" name="reason" value=${reason} /> <span>${say.reasons[reason]} <small>${say.reasonNotes[reason]}</small></span></label>`)}
          <label><kbd aria-hidden="true">5</kbd><input type="radio" name="reason" value="own" /> <span>${say.ownWords}</span></label>
          <input id="dismissal-own" maxlength=${REASON_MAX} autocomplete="off" aria-label=${say.ownWords} @input=${() => this.choose('own')} />
        </fieldset>
        <p id="dismissal-says" class="says" role="alert">${this.says}</p>
        <footer><button class="main">${say.dismissNow}</button> <button type="button" class="plain" @click=${() => this.dialog.close()}>${say.cancel}</button></footer>
      </form>
    </dialog>`;
  }

  private choose(reason: string): void {
    for (const radio of this.form.querySelectorAll<HTMLInputElement>('[name=reason]')) radio.checked = radio.value === reason;
  }

  private readonly press = (event: KeyboardEvent): void => {
    const n = event.target === this.own || event.ctrlKey || event.altKey || event.metaKey ? 0 : Number(event.key);
    if (!(n >= 1 && n <= REASONS.length + 1)) return;
    event.preventDefault();
    this.choose(REASONS[n - 1] ?? 'own');
    if (n > REASONS.length) this.own.focus();
    else this.form.requestSubmit();
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    const chosen = new FormData(this.form).get('reason');
    const reason = chosen === 'own' ? this.own.value.trim() : chosen;
    if (this.alert === undefined || typeof reason !== 'string' || reason === '') return void (this.says = say.sayWhy);
    ward.answers.hold(this.alert, { kind: 'dismiss', reason });
    this.dialog.close();
    this.done();
  };
}
