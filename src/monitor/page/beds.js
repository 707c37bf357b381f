/** Which beds are watched, for what, and why not for the rest. */
import { burdenBars, burdenText } from './burden.js';
import { arrange, byId, make, setText } from './elements.js';
import { nameOf, NOT_WATCHED, time, WATCH, words } from './words.js';

/** @typedef {ReturnType<typeof import('../../deliver/beds.js').bedsAt>[number]} Bed */
/** @typedef {import('../surveillance.js').BedSurveillance} Surveillance */
/** @typedef {import('./burden.js').Burden} Burden */

/** What was read longer ago is marked as old. */
const OLD_AFTER_MS = 20_000;

/** @type {Map<string, BedCard>} */
const cards = new Map();
let readMs = Date.now();

/** @param {readonly Bed[] | undefined} beds undefined: they could not be read */
export function showBeds(beds) {
  const isOld = beds === undefined && Date.now() - readMs > OLD_AFTER_MS;
  byId('beds', HTMLElement).classList.toggle('old', isOld);
  setText(byId('beds-says', HTMLElement), isOld ? `The beds cannot be read: this was so at ${time(readMs)}.` : '');
  if (beds === undefined) return;
  readMs = Date.now();
  const devices = new Set(beds.map(({ device }) => device));
  for (const device of cards.keys()) if (!devices.has(device)) cards.delete(device);
  for (const bed of beds) {
    const card = cards.get(bed.device) ?? new BedCard();
    cards.set(bed.device, card);
    card.show(bed);
  }
  // What nobody watches comes first; what has ended, last.
  const rank = (/** @type {Bed} */ { watch }) => (watch === 'ended' ? 2 : watch === 'watched' ? 1 : 0);
  const order = [...beds].sort((a, b) => rank(a) - rank(b) || a.bed.localeCompare(b.bed, undefined, { numeric: true }));
  arrange(byId('beds', HTMLElement), order.flatMap(({ device }) => cards.get(device)?.element ?? []));
  setText(byId('beds-count', HTMLElement), countText(beds));
  byId('beds-none', HTMLElement).hidden = beds.length > 0;
}

/** @param {readonly Bed[]} beds */
function countText(beds) {
  const count = (/** @type {Bed['watch']} */ watch) => beds.filter((bed) => bed.watch === watch).length;
  const [watched, ended] = [count('watched'), count('ended')];
  const running = beds.length - ended;
  return [...(running > 0 ? [`${watched} of ${running} watched`] : []), ...(ended > 0 ? [`${ended} ended`] : [])].join(', ');
}

/** @param {readonly Surveillance[]} list */
export function showSurveillance(list) {
  for (const one of list) cards.get(one.device)?.survey(one.findings);
}

/** @param {readonly Burden[] | undefined} list undefined: they could not be read, and what was so is not shown as if it were now */
export function showBurdens(list) {
  const known = new Map(list?.map((one) => [one.device, one]));
  for (const [device, card] of cards) card.showBurden(known.get(device));
}

/** @param {ReadonlyMap<string, number>} counts of active alerts, by bed */
export function showAlerting(counts) {
  for (const card of cards.values()) card.alerting(counts);
}

class BedCard {
  element = make('details', '');
  #name = make('bdi', 'name');
  #unit = make('bdi', 'unit');
  #watch = make('span', 'watch');
  #share = make('span', 'share');
  #alerts = make('span', 'alerts');
  #burden = make('span', 'minutes');
  #findings = make('div', 'findings', make('p', 'note', 'Nothing is known of single findings yet.'));
  #shown = '';

  constructor() {
    this.element.append(make('summary', '', this.#name, this.#unit, this.#watch, this.#share, this.#burden, this.#alerts), this.#findings);
  }

  /** @param {Bed} bed */
  show({ bed, unit, watch }) {
    this.element.dataset.watch = watch;
    setText(this.#name, bed);
    setText(this.#unit, unit ?? '');
    setText(this.#watch, WATCH[watch] ?? watch);
  }

  /** @param {ReadonlyMap<string, number>} counts */
  alerting(counts) {
    const count = counts.get(this.#name.textContent ?? '') ?? 0;
    setText(this.#alerts, count === 0 ? '' : count === 1 ? '1 alert' : `${count} alerts`);
  }

  /** @param {Burden | undefined} burden */
  showBurden(burden) {
    const text = burden === undefined ? '' : burdenText(burden);
    this.#burden.replaceChildren(...(burden === undefined || text === '' ? [] : [burdenBars(burden), text]));
  }

  /** @param {Surveillance['findings']} findings */
  survey(findings) {
    const watched = findings.filter((finding) => finding.watched);
    setText(this.#share, `${watched.length} of ${findings.length} findings`);
    // Shares move all the time; where nothing else does, what is being read stays.
    const shown = JSON.stringify(findings.map(({ id, why, share24h }) => [id, why, percent(share24h)]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    const why = Map.groupBy(findings, (finding) => (finding.watched ? '' : (finding.why ?? '')));
    const groups = [...why].sort(([a], [b]) => Number(a === '') - Number(b === ''));
    this.#findings.replaceChildren(...groups.flatMap(([code, some]) => group(code, some)), make('p', 'note', 'Percent: how much of the last 24 hours it was watched.'));
  }
}

/** @param {string} why empty: they are watched @param {Surveillance['findings']} findings */
function group(why, findings) {
  const title = why === '' ? 'Watched' : `Not watched: ${NOT_WATCHED[why] ?? words(why)}`;
  return [make('h3', '', title), make('ul', '', ...findings.map(({ id, share24h }) => make('li', '', nameOf(id), make('span', 'note', ` ${percent(share24h)}`))))];
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)}%`;
