/** Rows of alerts in a table. A row is changed in place, and moves only when its rank does. */
import { acknowledge } from './connection.js';
import { openDismissal } from './dismissal.js';
import { announce, button, draw, make, setText } from './elements.js';
import { isOver, nameOf, numbers, stateOf, tags, time, triggerOf } from './words.js';

/** @typedef {import('./words.js').Alert} Alert */
/** @typedef {(a: Alert, b: Alert) => number} Order */

/** An answer that is kept in the log, and of which the engine says nothing for so long, may be given again. */
const UNANSWERED_MS = 15_000;
const BAR_PX = 64;

export class Rows {
  #body;
  #open;
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} body of a table
   * @param {(alert: Alert) => void} open shows all of an alert
   */
  constructor(body, open) {
    this.#body = body;
    this.#open = open;
  }

  /**
   * The row of one alert, at its place.
   * @param {Alert} alert
   * @param {Order} order
   */
  put(alert, order) {
    const known = this.#rows.get(alert.alertId);
    const row = known ?? new Row(alert, this.#open);
    if (known !== undefined) known.show(alert);
    this.#rows.set(alert.alertId, row);
    const next = this.#before(row, order);
    if (row.element.parentNode !== null && row.element.nextElementSibling === (next?.element ?? null)) return;
    const focused = row.element.contains(document.activeElement) ? document.activeElement : null;
    this.#body.insertBefore(row.element, next?.element ?? null);
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /**
   * Alerts that this one explains, shown in its row.
   * @param {string} alertId
   * @param {readonly Alert[]} explained
   */
  explains(alertId, explained) {
    this.#rows.get(alertId)?.showExplained(explained);
  }

  /** @param {string} alertId */
  remove(alertId) {
    this.#rows.get(alertId)?.element.remove();
    this.#rows.delete(alertId);
  }

  /**
   * These, in their order, and no others.
   * @param {readonly Alert[]} alerts
   */
  only(alerts) {
    const rank = new Map(alerts.map(({ alertId }, place) => [alertId, place]));
    for (const alertId of [...this.#rows.keys()]) if (!rank.has(alertId)) this.remove(alertId);
    // The last first: each is put right before the one that is in its place already.
    for (const alert of alerts.toReversed()) this.put(alert, (a, b) => (rank.get(a.alertId) ?? 0) - (rank.get(b.alertId) ?? 0));
  }

  /**
   * The first of the other rows that comes after it; undefined: none does.
   * @param {Row} row
   * @param {Order} order
   */
  #before(row, order) {
    let first;
    for (const other of this.#rows.values()) {
      if (other === row || other.element.parentNode === null || order(other.alert, row.alert) < 0) continue;
      if (first === undefined || order(other.alert, first.alert) < 0) first = other;
    }
    return first;
  }
}

class Row {
  element = make('tr', 'new');
  #since = make('span', 'since');
  #bed = make('bdi', 'name');
  #unit = make('bdi', 'unit');
  #name;
  #tags = make('span', 'tags');
  #numbers = make('p', 'note');
  #explained = make('p', 'explained');
  #probability = make('td', 'probability');
  #priority = make('span', '');
  #state = make('span', 'state');
  #acknowledge;
  #dismiss;
  #says = make('p', 'says');
  #shown = '';
  #explainedShown = '';
  #open;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #unanswered;

  /**
   * @param {Alert} alert
   * @param {(alert: Alert) => void} open
   */
  constructor(alert, open) {
    this.alert = alert;
    this.#open = open;
    this.#name = button('', 'finding', () => open(this.alert));
    this.#acknowledge = button('Acknowledge', 'answer', async () => {
      this.#sent();
      this.#refused(await acknowledge(this.alert.alertId));
    });
    this.#dismiss = button('Dismiss …', 'answer plain', () => openDismissal(this.alert, () => this.#sent()));
    this.element.append(
      make('td', 'bed', this.#since, this.#bed, this.#unit),
      make('td', 'what', this.#name, ' ', this.#tags, this.#numbers, this.#explained),
      this.#probability,
      make('td', 'urgency', this.#priority, this.#state),
      make('td', 'answers', this.#acknowledge, this.#dismiss, this.#says),
    );
    this.show(alert);
  }

  /** @param {Alert} alert */
  show(alert) {
    if (alert.sequence !== this.alert.sequence) this.#answered();
    this.alert = alert;
    // What is the same as before is left alone.
    const shown = JSON.stringify(alert);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.dataset.alert = alert.alertId;
    // One alert that cannot be shown must not take the others with it.
    try {
      this.#fill(alert);
    } catch {
      this.#tags.replaceChildren(make('span', 'tag warning', 'CANNOT BE SHOWN WHOLE'));
    }
  }

  /** @param {Alert} alert */
  #fill(alert) {
    this.element.dataset.priority = alert.priority;
    this.element.dataset.state = alert.state;
    setText(this.#since, time(alert.onsetMs));
    setText(this.#bed, alert.bed);
    setText(this.#unit, alert.unit ?? '');
    setText(this.#name, nameOf(alert.finding));
    this.#tags.replaceChildren(...tagElements(alert));
    setText(this.#numbers, [triggerOf(alert), numbers(alert.measurements)].filter((part) => part !== '').join(' · '));
    this.#probability.replaceChildren(...probability(alert));
    this.#priority.className = `priority ${alert.priority}`;
    setText(this.#priority, alert.priority);
    setText(this.#state, stateOf(alert));
    this.#acknowledge.hidden = isOver(alert) || alert.state === 'acknowledged';
    this.#dismiss.hidden = isOver(alert);
    for (const answer of [this.#acknowledge, this.#dismiss]) answer.setAttribute('aria-label', `${answer.textContent} ${nameOf(alert.finding)}, ${alert.bed}`);
  }

  /** @param {readonly Alert[]} explained */
  showExplained(explained) {
    const shown = explained.map(({ alertId, sequence }) => `${alertId} ${sequence}`).join();
    if (shown === this.#explainedShown) return;
    this.#explainedShown = shown;
    const names = explained.map((alert) => button(nameOf(alert.finding), 'finding', () => this.#open(alert)));
    this.#explained.replaceChildren(...(names.length === 0 ? [] : ['Explains ', ...names.flatMap((name, i) => (i === 0 ? [name] : [', ', name]))]));
  }

  #sent() {
    this.#disable(true);
    this.#report('Sent');
    this.#unanswered = setTimeout(() => this.#refused('No answer of the engine yet'), UNANSWERED_MS);
  }

  /** @param {string | undefined} why undefined: it was not */
  #refused(why) {
    if (why === undefined) return;
    this.#answered();
    this.#report(why);
  }

  /** @param {string} text */
  #report(text) {
    setText(this.#says, text);
    announce(text);
  }

  #answered() {
    clearTimeout(this.#unanswered);
    this.#disable(false);
    setText(this.#says, '');
  }

  /** @param {boolean} isDisabled */
  #disable(isDisabled) {
    for (const answer of [this.#acknowledge, this.#dismiss]) answer.disabled = isDisabled;
  }
}

/** Against its threshold, as a bar and as numbers; a rule has none. @param {Alert} alert */
function probability({ probability, threshold, evidence }) {
  if (evidence === 'rule') return ['by rule'];
  const bar = draw('svg', { class: 'bar', width: BAR_PX, height: 8, 'aria-hidden': 'true' });
  bar.append(
    draw('rect', { class: 'whole', y: 2, width: BAR_PX, height: 4, rx: 2 }),
    draw('rect', { class: 'part', y: 2, width: probability * BAR_PX, height: 4, rx: 2 }),
    draw('path', { class: 'threshold', d: `M${threshold * BAR_PX} 0v8` }),
  );
  return [probability.toFixed(2), bar, make('span', 'note', `threshold ${threshold.toFixed(2)}`)];
}

/** @param {Alert} alert */
export function tagElements(alert) {
  const { warning, plain } = tags(alert);
  return [...warning.map((text) => make('span', 'tag warning', text)), ...plain.map((text) => make('span', 'tag', text))].flatMap((tag) => [tag, ' ']);
}
