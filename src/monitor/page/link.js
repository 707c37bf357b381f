/** Is what the page shows current? If not it says so, and since when. */
import { byId, setText } from './elements.js';
import { ago, time } from './words.js';

/** @typedef {import('./connection.js').Heartbeat} Heartbeat */

/** Heartbeats come at most 10 s apart. */
const STALE_AFTER_MS = 20_000;
/** A line that broke may be back at once. */
const DOWN_AFTER_MS = 5000;

/** @type {Heartbeat | undefined} */
let beat;
let heardMs = 0;
/** Since when the line is broken; 0: it is not. */
let downMs = 0;
let isSignedIn = false;
let unanswered = 0;
const openedMs = Date.now();

/** @param {Heartbeat} heartbeat */
export function heard(heartbeat) {
  [beat, heardMs, downMs, isSignedIn] = [heartbeat, Date.now(), 0, true];
  showLink();
}

export function broke() {
  downMs = downMs || Date.now();
  showLink();
}

/** @param {boolean} isIn */
export function signedIn(isIn) {
  isSignedIn = isIn;
  showLink();
}

/** How many alerts the title shows, for a user who looks at another page. @param {number} count */
export function showUnanswered(count) {
  unanswered = count;
  showLink();
}

export function showLink() {
  const nowMs = Date.now();
  const isStale = isSignedIn && (nowMs - (heardMs || openedMs) > STALE_AFTER_MS || (downMs > 0 && nowMs - downMs > DOWN_AFTER_MS));
  document.body.classList.toggle('stale', isStale);
  byId('stale', HTMLElement).hidden = !isStale;
  if (isStale) setText(byId('stale-since', HTMLElement), heardMs === 0 ? 'Nothing has come yet.' : `Nothing since ${time(heardMs)} is shown here.`);
  document.title = isStale ? 'Connection lost · Purkinje' : unanswered > 0 && isSignedIn ? `(${unanswered}) Purkinje` : 'Purkinje';
  const isLive = isSignedIn && !isStale && downMs === 0 && beat !== undefined;
  byId('live', HTMLElement).classList.toggle('on', isLive);
  setText(byId('live', HTMLElement), isLive ? liveText() : isSignedIn && !isStale ? 'Connecting …' : '');
}

function liveText() {
  const oldest = beat?.oldestUnprocessedMs ?? -1;
  return `Live at ${time(heardMs)}, ${oldest < 0 ? 'how far the engine is, is not known' : `judged up to ${ago(oldest)} ago`}`;
}
