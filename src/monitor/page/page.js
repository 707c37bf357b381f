/** The page of a ward: who signs in, what comes, what is shown. */
import { showAlarms } from './alarms.js';
import { showAlerting, showBeds, showBurdens, showSurveillance } from './beds.js';
import { MINUTES } from './burden.js';
import { ask, listen, signIn, signOut } from './connection.js';
import { openDetail, updateDetail } from './detail.js';
import { announce, byId, setText } from './elements.js';
import { broke, heard, showLink, showUnanswered, signedIn } from './link.js';
import { Rows } from './rows.js';
import { isOver, nameOf } from './words.js';

/** @typedef {import('./words.js').Alert} Alert */
/** @typedef {ReturnType<import('../readers.js').Readers['worklist']>} Worklist */

/** What is over stays to be read for a moment. */
const OVER_SHOWN_MS = 30_000;
const BEDS_EVERY_MS = 5000;
const SURVEILLANCE_EVERY_MS = 20_000;
/** What comes at once is counted, announced and asked for once. */
const TOGETHER_MS = 100;
/** Rows beyond it are there, but not drawn: see page.css. */
const ROWS_DRAWN = 300;
const URGENCY = ['high', 'medium', 'low', 'none'];

/** @type {Map<string, Alert>} */
const alerts = new Map();
/** In whose row each is shown. @type {Map<string, string>} */
const rowOf = new Map();
/** Of the readers' worklists, what is shown in the row of another alert. @type {Worklist['folded']} */
let folded = [];
/** Of those whose news came since the last count. @type {Alert[]} */
let news = [];
let isCaughtUp = false;
let end = () => {};
const bedside = new Rows(byId('alerts', HTMLElement), openDetail);
const worklist = new Rows(byId('worklist', HTMLElement), openDetail);
const deferred = new Rows(byId('deferred', HTMLElement), openDetail);
const signInBox = byId('sign-in', HTMLFormElement);
const token = byId('token', HTMLInputElement);
const signOutButton = byId('sign-out', HTMLButtonElement);

/** What is not answered comes first, then by priority; the latest on top. @param {Alert} a @param {Alert} b */
function byUrgency(a, b) {
  const rest = (/** @type {Alert} */ alert) => (isOver(alert) ? 2 : alert.state === 'acknowledged' ? 1 : 0);
  return rest(a) - rest(b) || URGENCY.indexOf(a.priority) - URGENCY.indexOf(b.priority) || b.onsetMs - a.onsetMs || (a.alertId < b.alertId ? -1 : 1);
}

/** @param {Alert} alert */
function take(alert) {
  updateDetail(alert);
  if (alert.channel === 'worklist') return readersSoon();
  if (isCaughtUp && !alerts.has(alert.alertId) && alert.explainedBy === undefined) news.push(alert);
  alerts.set(alert.alertId, alert);
  place(alert);
  placeAgain(alert.alertId);
  if (isOver(alert)) setTimeout(() => alerts.get(alert.alertId) === alert && forget(alert.alertId), OVER_SHOWN_MS);
  countSoon();
}

/** Its own row, or in that of the alert that explains it. @param {Alert} alert */
function place(alert) {
  const before = rowOf.get(alert.alertId);
  const at = explainer(alert).alertId;
  rowOf.set(alert.alertId, at);
  if (at === alert.alertId) bedside.put(alert, byUrgency);
  else bedside.remove(alert.alertId);
  for (const row of new Set([before, at])) if (row !== undefined) bedside.explains(row, explainedIn(row));
}

/** The alert in whose row it is shown: the last one, cause by cause, that is here and not over. @param {Alert} alert */
function explainer(alert) {
  const passed = new Set([alert]);
  for (let at = alert; ; ) {
    const cause = at.explainedBy === undefined ? undefined : alerts.get(at.explainedBy);
    if (cause === undefined || isOver(cause)) return at;
    if (passed.has(cause)) return alert;
    passed.add((at = cause));
  }
}

/** @param {string} row */
function explainedIn(row) {
  return [...[...alerts.values()].filter((alert) => alert.alertId !== row && rowOf.get(alert.alertId) === row && !isOver(alert)), ...folded.filter((alert) => alert.row === row)];
}

/** Those that were shown in its row. @param {string} alertId */
function placeAgain(alertId) {
  for (const alert of alerts.values()) if (alert.alertId !== alertId && (rowOf.get(alert.alertId) === alertId || alert.explainedBy === alertId)) place(alert);
}

/** @param {string} alertId */
function forget(alertId) {
  alerts.delete(alertId);
  rowOf.delete(alertId);
  bedside.remove(alertId);
  placeAgain(alertId);
  countSoon();
}

const countSoon = together(() => {
  const active = topLevel();
  setText(byId('alerts-count', HTMLElement), active.length > 0 ? String(active.length) : '');
  byId('alerts-none', HTMLElement).hidden = alerts.size > 0;
  setText(byId('alerts-more', HTMLElement), alerts.size > ROWS_DRAWN ? `${alerts.size - ROWS_DRAWN} more, less urgent than these, are not shown.` : '');
  showUnanswered(active.filter(({ state }) => state !== 'acknowledged').length);
  if (news.length > 0) announce(`${news.length === 1 ? 'New alert' : `${news.length} new alerts`}: ${news.map(({ finding, bed, priority }) => `${nameOf(finding)}, ${bed}, ${priority} priority`).join('; ')}`);
  news = [];
  alerting(active);
});

/** Those with a row of their own. */
function topLevel() {
  return [...alerts.values()].filter((alert) => !isOver(alert) && rowOf.get(alert.alertId) === alert.alertId);
}

/** @param {readonly Alert[]} active */
function alerting(active) {
  showAlerting(new Map([...Map.groupBy(active, ({ bed }) => bed)].map(([bed, own]) => [bed, own.length])));
}

/** @param {Worklist} worklist */
function showReaders({ today, deferred: later, folded: within, perReaderDay }) {
  const rows = new Set([...folded, ...within].map(({ row }) => row));
  folded = within;
  for (const row of rows) if (alerts.has(row)) bedside.explains(row, explainedIn(row));
  const listed = new Set([...today, ...later].map(({ alertId }) => alertId));
  // Its row is not here, or not yet: better twice than nowhere.
  const own = within.filter(({ row }) => !alerts.has(row) && !listed.has(row));
  worklist.only([...today, ...own]);
  deferred.only(later);
  for (const { alertId } of today) worklist.explains(alertId, explainedIn(alertId));
  for (const { alertId } of later) deferred.explains(alertId, explainedIn(alertId));
  const rowsShown = today.length + own.length;
  setText(byId('worklist-count', HTMLElement), rowsShown > 0 ? String(rowsShown) : '');
  byId('worklist-none', HTMLElement).hidden = rowsShown > 0;
  byId('later', HTMLElement).hidden = later.length === 0;
  setText(byId('deferred-count', HTMLElement), `${later.length} of low priority ${later.length === 1 ? 'waits' : 'wait'} for another day: a reader's day has room for ${perReaderDay} of a unit`);
  [...today, ...later, ...within].forEach(updateDetail);
}

async function lookAtReaders() {
  const listed = await ask('/worklist');
  if (listed) showReaders(listed);
}
const readersSoon = together(lookAtReaders);

async function lookAtBeds() {
  showBeds((await ask('/beds')) ?? undefined);
  alerting(topLevel());
}

async function lookAtSurveillance() {
  showSurveillance((await ask('/surveillance')) ?? []);
  showBurdens((await ask(`/burdens?minutes=${MINUTES}`)) ?? undefined);
}

/** However often it is called, it is done once, a moment later. @param {() => unknown} what */
function together(what) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      what();
    }, TOGETHER_MS);
  };
}

async function start() {
  signInBox.hidden = true;
  signedIn(true);
  end();
  end = listen({
    begin() {
      isCaughtUp = false;
      for (const alertId of [...alerts.keys()]) forget(alertId);
    },
    complete: () => (isCaughtUp = true),
    alert: take,
    gone: ({ alertId }) => forget(alertId),
    heartbeat(beat) {
      byId('ward', HTMLElement).hidden = false;
      signOutButton.hidden = false;
      heard(beat);
      showAlarms(beat.alarms);
    },
    down: broke,
    signedOut,
  });
  await Promise.all([lookAtBeds(), lookAtReaders()]);
  await lookAtSurveillance();
}

function signedOut() {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  signInBox.hidden = false;
  byId('ward', HTMLElement).hidden = true;
  signOutButton.hidden = true;
  signedIn(false);
  token.focus();
}

/** @param {string} given */
async function enter(given) {
  const why = await signIn(given);
  setText(byId('sign-in-says', HTMLElement), why ?? '');
  if (why === undefined) void start();
  else signedOut();
}

/** A link with a token: taken out of the address bar, and so out of the history, before anything else. */
function enterByAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return false;
  history.replaceState(null, '', location.pathname);
  void enter(given);
  return true;
}

signInBox.addEventListener('submit', (event) => {
  event.preventDefault();
  const given = token.value;
  token.value = '';
  void enter(given);
});
signOutButton.addEventListener('click', async () => {
  const why = await signOut();
  setText(byId('sign-out-says', HTMLElement), why ?? '');
  // Nothing of a patient stays behind in the page.
  if (why === undefined) location.reload();
});
addEventListener('hashchange', enterByAddress);
addEventListener('visibilitychange', showLink);
setInterval(showLink, 1000);
setInterval(() => signInBox.hidden && void lookAtBeds(), BEDS_EVERY_MS);
setInterval(() => signInBox.hidden && (void lookAtSurveillance(), readersSoon()), SURVEILLANCE_EVERY_MS);

if (!enterByAddress()) void start();
