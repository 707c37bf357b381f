/** The page of a ward: who signs in, what comes, what is shown. */
import { ask, listen, signIn } from './connection.js';
import { openDetail, updateDetail } from './detail.js';
import { Rows } from './rows.js';
import { ALARMS, NOT_WATCHED, time, WATCH, words } from './words.js';

const byId = (id) => document.getElementById(id);
const OVER = new Set(['resolved', 'dismissed']);
/** What is over stays to be read for a moment. */
const OVER_SHOWN_MS = 30_000;
const LOOK_EVERY_MS = 5000;
const STALE_AFTER_MS = 20_000;

const alerts = new Map();
const bedside = new Rows(byId('alerts'), openDetail);
const worklist = new Rows(byId('worklist'), openDetail);
let heardMs = 0;

function show(alert) {
  if (alert.channel === 'worklist') return void look();
  const isNew = !alerts.has(alert.alertId);
  alerts.set(alert.alertId, alert);
  bedside.put(alert);
  if (isNew && heardMs > 0) byId('announce').textContent = `${words(alert.finding)}, ${alert.bed}, ${alert.priority} priority`;
  if (OVER.has(alert.state)) setTimeout(() => alerts.get(alert.alertId) === alert && forget(alert.alertId), OVER_SHOWN_MS);
  updateDetail(alert);
  count();
}

function forget(alertId) {
  alerts.delete(alertId);
  bedside.remove(alertId);
  count();
}

function count() {
  const active = [...alerts.values()].filter(({ state }) => !OVER.has(state));
  byId('alerts-count').textContent = active.length > 0 ? String(active.length) : '';
  byId('alerts-none').hidden = alerts.size > 0;
  const alerting = new Set(active.map(({ bed }) => bed));
  for (const bed of byId('beds').children) bed.classList.toggle('alerting', alerting.has(bed.dataset.bed));
}

function alarms(list) {
  byId('alarms').replaceChildren(...list.map(({ alarm, about, sinceMs }) => {
    const item = document.createElement('li');
    const name = document.createElement('b');
    name.textContent = `${ALARMS[alarm] ?? alarm}, since ${time(sinceMs)}`;
    item.append(name, about);
    return item;
  }));
}

/** Beds are kept from look to look, so that one that is open stays open. */
function beds(list) {
  const kept = new Map([...byId('beds').children].map((bed) => [bed.dataset.device, bed]));
  byId('beds').replaceChildren(...list.map(({ device, bed, unit, watch }) => {
    const details = kept.get(device) ?? newBed(device);
    details.dataset.bed = bed;
    details.classList.toggle('unwatched', watch !== 'watched' && watch !== 'rules-only');
    const [name, state] = details.querySelectorAll('summary > span');
    name.textContent = unit === undefined ? bed : `${bed} · ${unit}`;
    state.textContent = WATCH[watch];
    return details;
  }));
  byId('beds-count').textContent = `${list.filter(({ watch }) => watch === 'watched').length} of ${list.length} watched`;
  count();
}

function newBed(device) {
  const details = document.createElement('details');
  details.dataset.device = device;
  const summary = document.createElement('summary');
  const state = document.createElement('span');
  state.className = 'watch';
  summary.append(document.createElement('span'), state);
  details.append(summary, document.createElement('div'));
  details.addEventListener('toggle', () => details.open && void surveillance(details));
  return details;
}

/** What is watched at one bed, and why the rest is not. */
async function surveillance(details) {
  const bed = (await ask('/surveillance'))?.find(({ device }) => device === details.dataset.device);
  const place = details.querySelector('div');
  if (bed === undefined) return void (place.textContent = 'Nothing is known of single findings yet.');
  const watched = bed.findings.filter((finding) => finding.watched);
  const head = document.createElement('p');
  head.className = 'note';
  const share = bed.findings.reduce((sum, { share24h }) => sum + share24h, 0) / Math.max(bed.findings.length, 1);
  head.textContent = `${watched.length} of ${bed.findings.length} findings watched; over the last day ${Math.round(share * 100)} of 100`;
  const list = document.createElement('ul');
  for (const [why, ids] of byWhy(bed.findings)) {
    const item = document.createElement('li');
    item.textContent = `${NOT_WATCHED[why] ?? words(why)}: ${ids.map(words).join(', ')}`;
    list.append(item);
  }
  place.replaceChildren(head, list);
}

function byWhy(findings) {
  const groups = new Map();
  for (const { id, watched, why } of findings) if (!watched) groups.set(why, [...(groups.get(why) ?? []), id]);
  return groups;
}

function readers({ today, deferred, perReaderDay }) {
  worklist.only(today);
  byId('worklist-count').textContent = today.length > 0 ? String(today.length) : '';
  byId('worklist-none').hidden = today.length > 0;
  byId('deferred').textContent = deferred.length > 0 ? `${deferred.length} of low priority wait for another day: a reader's day has room for ${perReaderDay}.` : '';
  today.forEach(updateDetail);
}

async function look() {
  const [list, waiting] = await Promise.all([ask('/beds'), ask('/worklist')]);
  if (list !== undefined) beds(list);
  if (waiting !== undefined) readers(waiting);
  for (const open of document.querySelectorAll('#beds details[open]')) void surveillance(open);
}

function current() {
  const isStale = Date.now() - heardMs > STALE_AFTER_MS;
  document.body.classList.toggle('stale', isStale && byId('sign-in').hidden);
  byId('stale').hidden = !isStale || !byId('sign-in').hidden;
  byId('stale').textContent = heardMs === 0 ? 'Not connected: nothing here is current.' : `Connection lost: nothing since ${time(heardMs)} is shown here.`;
}

function start() {
  byId('sign-in').hidden = true;
  byId('ward').hidden = false;
  listen({
    alert: show,
    gone: ({ alertId }) => forget(alertId),
    // What follows is all that is active.
    begin() {
      for (const alertId of [...alerts.keys()]) forget(alertId);
    },
    heartbeat(beat) {
      heardMs = Date.now();
      alarms(beat.alarms);
      current();
    },
    signedOut,
  });
  void look();
}

function signedOut() {
  byId('sign-in').hidden = false;
  byId('ward').hidden = true;
  current();
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const isIn = await signIn(byId('token').value);
  byId('sign-in-says').textContent = isIn ? '' : 'That token is not accepted here.';
  byId('token').value = '';
  if (isIn) start();
});

setInterval(current, 1000);
setInterval(() => byId('sign-in').hidden && void look(), LOOK_EVERY_MS);

const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given !== null) {
  // Out of the address bar, and so out of the history.
  history.replaceState(null, '', location.pathname);
  await signIn(given);
}
start();
