/** Rows of alerts in a table: each is changed in place, and moves only when its order does. */
import { answer } from './connection.js';
import { numbers, tags, time, words } from './words.js';

const ROWS_MAX = 500;

export class Rows {
  #body;
  #open;
  #rows = new Map();

  constructor(body, open) {
    this.#body = body;
    this.#open = open;
  }

  /** A new alert goes on top. */
  put(alert) {
    const known = this.#rows.get(alert.alertId);
    const row = known ?? document.createElement('tr');
    row.dataset.alert = alert.alertId;
    row.className = `${known === undefined ? 'new ' : ''}${alert.state === 'resolved' || alert.state === 'dismissed' ? 'over' : ''}`;
    row.replaceChildren(...this.#cells(alert));
    if (known === undefined) {
      this.#body.prepend(row);
      this.#rows.set(alert.alertId, row);
      if (this.#rows.size > ROWS_MAX) this.remove(this.#rows.keys().next().value);
    }
  }

  remove(alertId) {
    this.#rows.get(alertId)?.remove();
    this.#rows.delete(alertId);
  }

  /** These, in their order, and no others. */
  only(alerts) {
    const ids = new Set(alerts.map(({ alertId }) => alertId));
    for (const alertId of [...this.#rows.keys()]) if (!ids.has(alertId)) this.remove(alertId);
    alerts.forEach((alert, place) => {
      this.put(alert);
      const row = this.#rows.get(alert.alertId);
      if (this.#body.children[place] !== row) this.#body.insertBefore(row, this.#body.children[place]);
    });
  }

  #cells(alert) {
    const isOpen = alert.state !== 'resolved' && alert.state !== 'dismissed';
    const finding = cell('');
    const name = button(words(alert.finding), () => this.#open(alert));
    name.className = 'finding';
    finding.append(name, ...tagElements(alert), note(numbers(alert.measurements)));
    const priority = cell(alert.priority);
    priority.className = `priority-${alert.priority}`;
    const answers = cell('');
    if (isOpen && alert.state !== 'acknowledged') answers.append(button('Acknowledge', async (event) => {
      event.target.disabled = true;
      const says = await answer('/acknowledge', { alertId: alert.alertId });
      if (says !== 'Sent.') answers.append(note(says));
    }));
    return [cell(time(alert.onsetMs), 'since'), cell(alert.bed, 'bed'), finding, cell(alert.probability.toFixed(2), 'number'), priority, cell(alert.state), answers];
  }
}

function cell(text, kind = '') {
  const td = document.createElement('td');
  td.textContent = text;
  td.className = kind;
  return td;
}

function note(text) {
  const p = document.createElement('p');
  p.className = 'note';
  p.textContent = text;
  return p;
}

function button(text, press) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', press);
  return made;
}

export function tagElements(alert) {
  const { warning, plain } = tags(alert);
  return [...warning.map((text) => [text, 'tag warning']), ...plain.map((text) => [text, 'tag'])].map(([text, kind]) => {
    const span = document.createElement('span');
    span.className = kind;
    span.textContent = text;
    return span;
  });
}
