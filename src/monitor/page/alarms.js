/** What stands between the ward and its alerts. An alarm that continues is not announced again. */
import { arrange, byId, make, setText } from './elements.js';
import { ALARMS, time } from './words.js';

/** @typedef {import('../health.js').TechnicalAlarm} Alarm */

/** @type {Map<string, ReturnType<typeof newItem>>} */
const items = new Map();

/** @param {readonly Alarm[]} alarms */
export function showAlarms(alarms) {
  const kept = alarms.map(({ alarm, key, about, sinceMs }) => {
    // How far behind an engine is changes with each heartbeat; the alarm is the same.
    const identity = `${alarm} ${key}`;
    const one = items.get(identity) ?? newItem();
    items.set(identity, one);
    setText(one.title, `${ALARMS[alarm] ?? alarm}, since ${time(sinceMs)}`);
    setText(one.about, about);
    return one.item;
  });
  for (const [identity, { item }] of items) if (!kept.includes(item)) items.delete(identity);
  arrange(byId('alarms', HTMLElement), kept);
}

function newItem() {
  const [title, about] = [make('b', ''), make('span', '')];
  return { item: make('li', '', title, about), title, about };
}
