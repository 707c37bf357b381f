import { html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { WardElement } from '../parts/element.js';
import { ward } from '../ward/ward.js';
import { say } from '../words/index.js';

/** A link with a token: taken out of the address bar, and so out of the history. Undefined: there is none. */
export function tokenInAddress(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return undefined;
  history.replaceState(null, '', location.pathname);
  return given;
}

/** Asks for a token. */
@customElement('sign-in')
export class SignIn extends WardElement {
  @query('#token') private accessor token!: HTMLInputElement;

  protected override firstUpdated(): void {
    this.token.focus();
  }

  protected override render(): TemplateResult {
    return html`<form id="sign-in" @submit=${this.submit}>
      <label for="token">${say.token}</label>
      <div class="entry"><input id="token" type="password" autocomplete="off" required /><button class="main">${say.signIn}</button></div>
      <p id="sign-in-says" role="alert">${ward.refusal}</p>
    </form>`;
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    const given = this.token.value;
    this.token.value = '';
    void ward.enter(given);
  };
}
