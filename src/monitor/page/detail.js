/** One alert with its evidence: strip, numbers, and the answer to it. */
import { acknowledge, ask } from './connection.js';
import { openDismissal } from './dismissal.js';
import { byId, make, setText } from './elements.js';
import { tagElements } from './rows.js';
import { strip } from './strip.js';
import { doubts, EVIDENCE, isOver, nameOf, numbers, stateOf, time, triggerOf, words } from './words.js';

/** @typedef {import('./words.js').Alert} Alert */
/** @typedef {import('../evidence.js').Strip} Strip */

const dialog = byId('detail', HTMLDialogElement);
const place = byId('detail-strip', HTMLElement);
const about = byId('detail-about', HTMLElement);
const segments = byId('detail-segments', HTMLSelectElement);
const answers = { acknowledge: byId('detail-acknowledge', HTMLButtonElement), dismiss: byId('detail-dismiss', HTMLButtonElement) };
const says = byId('detail-says', HTMLElement);
/** Hexadecimal digits of a hash that people compare. */
const SHORT = 8;
/** A text that is longer has a line of its own. */
const WIDE_FROM = 40;

/** @type {Alert | undefined} */
let shown;

/** @param {Alert} alert */
export function openDetail(alert) {
  setText(says, '');
  segments.replaceChildren();
  fill(alert);
  dialog.showModal();
  dialog.scrollTop = 0;
  void showStrip(alert.alertId);
}

/** It has changed while it is open. @param {Alert} alert */
export function updateDetail(alert) {
  if (shown?.alertId !== alert.alertId || alert.sequence <= shown.sequence) return;
  setText(says, '');
  fill(alert);
}

/** @param {string} alertId @param {string} segment by default the last that decided */
async function showStrip(alertId, segment = '') {
  place.replaceChildren();
  setText(about, 'Reading the samples that decided …');
  /** @type {Strip | null | undefined} */
  const kept = await ask(`/evidence?alert=${encodeURIComponent(alertId)}${segment === '' ? '' : `&segment=${encodeURIComponent(segment)}`}`);
  if (shown?.alertId !== alertId) return;
  if (kept === undefined) return setText(about, 'The samples cannot be read now. Open the alert again.');
  if (kept === null) return setText(about, 'This alert kept no samples.');
  if (kept.leads.length > 0) place.replaceChildren(strip(kept));
  setText(about, aboutOf(kept));
  segments.replaceChildren(...kept.segments.map((id, i) => {
    const option = make('option', '', `Segment ${i + 1} of ${kept.segments.length}`);
    option.value = id;
    option.selected = id === kept.segment;
    return option;
  }));
  segments.hidden = kept.segments.length < 2;
}

/** @param {Strip} strip */
function aboutOf({ leads, startMs, focus, missing }) {
  return [
    ...(leads.length > 0 ? [`From ${time(startMs)}.`] : []),
    ...(leads.length > 0 && focus.length > 0 ? ['Shaded: where the model looked.'] : []),
    ...(missing === '' ? [] : [`Samples are missing: ${missing}.`]),
  ].join(' ');
}

/** @param {Alert} alert */
function fill(alert) {
  shown = alert;
  setText(byId('detail-finding', HTMLElement), nameOf(alert.finding));
  setText(byId('detail-bed', HTMLElement), alert.bed);
  byId('detail-tags', HTMLElement).replaceChildren(...tagElements(alert));
  byId('detail-facts', HTMLElement).replaceChildren(...facts(alert).flatMap(([name, value]) => (value === '' ? [] : [make('div', value.length > WIDE_FROM ? 'wide' : '', make('dt', '', name), make('dd', '', value))])));
  answers.acknowledge.disabled = isOver(alert) || alert.state === 'acknowledged';
  answers.dismiss.disabled = isOver(alert);
}

/** @param {Alert} alert @returns {readonly (readonly [string, string])[]} */
function facts(alert) {
  const isRule = alert.evidence === 'rule';
  return [
    ['Since', time(alert.onsetMs)],
    ['Priority', alert.priority],
    ['State', stateOf(alert)],
    ['Last news', `${words(alert.cause)}, ${time(alert.atMs)}`],
    ['Probability', isRule ? '' : `${alert.probability.toFixed(3)}, threshold ${alert.threshold.toFixed(3)}`],
    ['Set off by', triggerOf(alert)],
    ['Evidence', EVIDENCE[alert.evidence] ?? alert.evidence],
    ['Signal', [`${Math.round(alert.signalQuality * 100)} of 100`, ...doubts(alert)].join(', ')],
    ['Model', alert.model === '' || isRule ? '' : `${alert.model}, ${alert.modelHash.slice(0, SHORT)}`],
    ['Policy', alert.policyHash.slice(0, SHORT)],
    ['Alert', alert.alertId],
    ['Measured', numbers(alert.measurements)],
  ];
}

byId('detail-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
dialog.addEventListener('close', () => (shown = undefined));
segments.addEventListener('change', () => shown && void showStrip(shown.alertId, segments.value));
answers.acknowledge.addEventListener('click', async () => {
  if (shown !== undefined) setText(says, (await acknowledge(shown.alertId)) ?? 'Sent');
});
answers.dismiss.addEventListener('click', () => shown && openDismissal(shown, () => setText(says, 'Sent')));
