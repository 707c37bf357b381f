/** Why is it dismissed? One of four verdicts, or own words. */
import { dismiss } from './connection.js';
import { byId, setText } from './elements.js';
import { nameOf } from './words.js';

/** @typedef {import('./words.js').Alert} Alert */

const dialog = byId('dismissal', HTMLDialogElement);
const form = byId('dismissal-form', HTMLFormElement);
const own = byId('dismissal-own', HTMLInputElement);
const says = byId('dismissal-says', HTMLElement);

/** @type {Alert | undefined} */
let asked;
let onSent = () => {};

/**
 * @param {Alert} alert
 * @param {() => void} sent called once it is kept
 */
export function openDismissal(alert, sent) {
  [asked, onSent] = [alert, sent];
  form.reset();
  setText(says, '');
  setText(byId('dismissal-what', HTMLElement), nameOf(alert.finding));
  setText(byId('dismissal-bed', HTMLElement), alert.bed);
  dialog.showModal();
}

// Own words are meant as soon as they are written.
own.addEventListener('input', () => {
  byId('dismissal-is-own', HTMLInputElement).checked = true;
});
byId('dismissal-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const chosen = new FormData(form).get('reason');
  const reason = chosen === 'own' ? own.value.trim() : String(chosen ?? '');
  if (asked === undefined || reason === '') return setText(says, 'Say why: choose one, or write it.');
  const why = await dismiss(asked.alertId, reason);
  if (why !== undefined) return setText(says, why);
  dialog.close();
  onSent();
});
