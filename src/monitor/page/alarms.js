/** What stands between the ward and its alerts. An alarm that goes on is not told again. */
import { arrange, byId, make, say } from './elements.js';
import { ALARMS, time } from './words.js';

/** @typedef {import('../health.js').TechnicalAlarm} Alarm */

/** @type {Map<string, ReturnType<typeof newItem>>} */
const items = new Map();

/** @param {readonly Alarm[]} alarms */
export function showAlarms(alarms) {
  const kept = alarms.map(({ alarm, about, sinceMs }) => {
    // How far behind the engine is changes with each heartbeat; the alarm is the same.
    const key = alarm === 'engine-behind' ? alarm : `${alarm} ${about}`;
    const one = items.get(key) ?? newItem();
    items.set(key, one);
    say(one.title, `${ALARMS[alarm] ?? alarm}, since ${time(sinceMs)}`);
    say(one.about, about);
    return one.item;
  });
  for (const [key, { item }] of items) if (!kept.includes(item)) items.delete(key);
  arrange(byId('alarms', HTMLElement), kept);
}

function newItem() {
  const [title, about] = [make('b', ''), make('span', '')];
  return { item: make('li', '', title, about), title, about };
}
