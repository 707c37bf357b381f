/** One alert with its evidence: numbers, strip, and the answer to it. */
import { answer, ask } from './connection.js';
import { tagElements } from './rows.js';
import { strip } from './strip.js';
import { numbers, time, words } from './words.js';

const byId = (id) => document.getElementById(id);
let shown;

export async function openDetail(alert) {
  shown = undefined;
  byId('detail-says').textContent = '';
  byId('reason').value = '';
  byId('detail-strip').replaceChildren('Reading the samples that decided …');
  fill(alert);
  byId('detail').showModal();
  const kept = await ask(`/evidence?alert=${encodeURIComponent(alert.alertId)}`);
  if (shown?.alertId !== alert.alertId) return;
  const place = byId('detail-strip');
  if (kept === undefined) return void place.replaceChildren('This alert kept no samples.');
  place.replaceChildren(...(kept.leads.length > 0 ? [strip(kept)] : []), ...(kept.missing === '' ? [] : [`Samples are missing: ${kept.missing}`]));
}

/** It has changed while it is open. */
export function updateDetail(alert) {
  if (shown?.alertId === alert.alertId && alert.sequence > shown.sequence) fill(alert);
}

function fill(alert) {
  shown = alert;
  byId('detail-title').textContent = `${words(alert.finding)}, ${alert.bed}`;
  byId('detail-tags').replaceChildren(...tagElements(alert));
  byId('detail-facts').replaceChildren(...Object.entries(facts(alert)).filter(([, value]) => value !== '').map(fact));
  const isOver = alert.state === 'resolved' || alert.state === 'dismissed';
  byId('detail-acknowledge').disabled = isOver || alert.state === 'acknowledged';
  byId('detail-dismiss').disabled = isOver;
}

function facts(alert) {
  return {
    State: `${alert.state}${alert.actor ? ` by ${alert.actor}` : ''} (${words(alert.cause)})`,
    Since: time(alert.onsetMs),
    Probability: `${alert.probability.toFixed(3)}, threshold ${alert.threshold.toFixed(3)}`,
    Priority: alert.priority,
    Signal: `${Math.round(alert.score * 100)} of 100`,
    Evidence: alert.evidence === 'rule' ? 'a rule on measurements' : alert.evidence,
    Model: alert.model === '' ? '' : `${alert.model} ${alert.modelHash.slice(0, 8)}`,
    Policy: alert.policyHash.slice(0, 8),
    Alert: alert.alertId,
    Measured: numbers(alert.measurements),
  };
}

/** A name and its value, in one cell of the grid. */
function fact([name, value]) {
  const [place, term, description] = ['div', 'dt', 'dd'].map((kind) => document.createElement(kind));
  place.className = name === 'Measured' ? 'wide' : '';
  term.textContent = name;
  description.textContent = value;
  place.append(term, description);
  return place;
}

byId('detail-close').addEventListener('click', () => byId('detail').close());
byId('detail-acknowledge').addEventListener('click', async () => {
  byId('detail-says').textContent = await answer('/acknowledge', { alertId: shown.alertId });
});
byId('detail-dismiss').addEventListener('click', async () => {
  byId('detail-says').textContent = await answer('/dismiss', { alertId: shown.alertId, reason: byId('reason').value });
});
