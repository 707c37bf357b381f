/** What the page says of codes and numbers. Pure. */

/** @typedef {ReturnType<typeof import('../sse.js').alertView>} Alert */

/** @type {Readonly<Record<string, string>>} */
const DOUBTS = {
  'priority-unknown': 'priority not known here: shown as the highest',
  'swapped-LA-RA': 'arm electrodes exchanged?',
  'swapped-LA-LL': 'left arm and leg exchanged?',
  'swapped-RA-LL': 'right arm and leg exchanged?',
  copied: 'leads that are copies of each other',
  'limb-leads-contradict': 'limb leads contradict each other',
  'gain-doubtful': 'amplitude doubtful',
  'detectors-disagree': 'beats disputed',
  'leads-missing': 'not all twelve leads',
  'lead-off': 'an electrode was off',
  'low-score': 'poor signal',
  partial: 'shorter than ten seconds',
  'sends-no-segment': 'it sends, but nothing usable: look at the rejects and at docs/ingest.md',
};

/** @type {Readonly<Record<string, string>>} */
export const WATCH = {
  watched: 'watched',
  ended: 'not watched: the stream ended',
  silent: 'not watched: silent',
  'no-signal': 'not watched: no signal',
  'poor-signal': 'not watched: poor signal',
  'rules-only': 'rules only: no encoder',
};

/** @type {Readonly<Record<string, string>>} */
export const NOT_WATCHED = {
  leads: 'leads that it needs are not there',
  band: "the device's filters take away what it needs",
  placement: 'electrodes are not where it needs them',
  paced: 'paced',
  unusable: 'signal too poor',
  'not-scored': 'no encoder',
  'known-condition': 'known in this patient',
  identity: 'unclear whose signal it is',
  off: 'turned off in this unit',
  shadow: 'recorded only, in this unit',
  demoted: 'too often wrong: recorded only',
  'no-evidence': 'no evidence from real recordings: recorded only',
  silent: 'nothing heard of the device',
  ended: 'the device ended its stream',
};

/** @type {Readonly<Record<string, string>>} */
export const ALARMS = {
  'engine-silent': 'The engine is silent',
  'engine-behind': 'The engine is behind',
  'signal-lost': 'Signal was lost',
  'partitions-changed': 'Partitions were added',
  'clock-differs': 'The clocks differ',
  'log-away': 'The log does not answer',
  'log-refuses': 'The log takes nothing',
  'disk-full': 'The disk is nearly full',
  'alert-unreadable': 'An alert cannot be shown',
  'target-failing': 'A receiver of alerts cannot be reached',
  'target-parked': 'A receiver of alerts is parked',
  'target-refuses': 'A receiver refuses an alert',
  'subscriber-lost': 'A subscriber was lost',
  'nobody-receives': 'Nobody receives alerts',
};

/** @type {Readonly<Record<Alert['evidence'], string>>} */
export const EVIDENCE = {
  external: 'recordings of others',
  internal: 'held-out recordings',
  simulated: 'simulated recordings only',
  none: 'none',
  rule: 'a rule on measurements',
};

/** @type {Readonly<Record<Alert['state'], string>>} */
const STATES = { raised: 'new', updated: 'updated', acknowledged: 'acknowledged', escalated: 'escalated', resolved: 'over', dismissed: 'dismissed' };

/** How technical findings, whose ids say little, are called. @type {Readonly<Record<string, string>>} */
const TECHNICAL = {
  'technical-device-silent': 'Nothing is heard of the device',
  'technical-poor-signal': 'The signal says nothing',
  'technical-encoder-away': 'The encoder does not answer: rules only',
  'technical-leads-off': 'An electrode is off',
  'technical-not-watched': 'Something is not watched any more',
  'technical-identity-disputed': 'Two patients are said to be on the device',
};

/** Words of ids that are not written as they sound. @type {Readonly<Record<string, string>>} */
const SPELLED = { ecg: 'ECG', st: 'ST', qrs: 'QRS', qt: 'QT', qtc: 'QTc', av: 'AV', sa: 'SA', lv: 'LV', rv: 'RV', lvef: 'LVEF', stemi: 'STEMI', i: 'I', ii: 'II', t: 'T' };

/** @type {readonly (readonly [keyof Alert['measurements'], string, string])[]} */
const NUMBERS = [['heartRateBpm', '', '/min'], ['atrialRateBpm', 'atria ', '/min'], ['prMs', 'PR ', ' ms'], ['qrsMs', 'QRS ', ' ms'], ['qtMs', 'QT ', ' ms'], ['qtcMs', 'QTc ', ' ms'], ['axisDeg', 'axis ', '°']];
const ST_SHOWN_MV = 0.1;

/** @param {string} id */
export const words = (id) => id.replaceAll('-', ' ');

/** A finding by its id: `rule-wide-qrs` is Wide QRS (rule). @param {string} id */
export function nameOf(id) {
  const name = TECHNICAL[id] ?? id.replace(/^rule-(.*)$/, '$1-(rule)').split('-').map((word) => SPELLED[word] ?? word).join(' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** @param {Pick<Alert, 'state'>} alert */
export const isOver = ({ state }) => state === 'resolved' || state === 'dismissed';

/** A state, and who brought it about. @param {Alert} alert */
export function stateOf({ state, actor, cause }) {
  const who = actor === undefined || actor === '' ? '' : ` by ${actor}`;
  return `${STATES[state] ?? state}${who}${state === 'dismissed' ? `: ${words(cause)}` : ''}`;
}

/** Measurements in one line. @param {Alert['measurements']} measurements */
export function numbers(measurements) {
  const measured = NUMBERS.flatMap(([key, name, unit]) => (measurements[key] === undefined ? [] : [name + Math.round(Number(measurements[key])) + unit]));
  const st = measurements.st.filter(({ mv }) => Math.abs(mv) >= ST_SHOWN_MV).map(({ lead, mv }) => `${lead} ${mv > 0 ? '+' : '−'}${Math.abs(mv).toFixed(1)}`);
  return [...measured, ...(st.length > 0 ? [`ST ${st.join(', ')} mV`] : [])].join(' · ');
}

/** What set off an alert by rule: beats, their rate and when. @param {Pick<Alert, 'trigger'>} alert */
export const triggerOf = ({ trigger }) => (trigger === undefined ? '' : `${trigger.text} from ${time(trigger.fromMs)}`);

/** Tags of an alert; those that warn come first. @param {Alert} alert */
export function tags(alert) {
  const warning = [...(alert.simulated ? ['SIMULATED'] : []), ...(alert.unproven ? ['UNPROVEN'] : [])];
  const plain = [
    ...(alert.expectedPpv === undefined ? [] : [`right in ${Math.round(alert.expectedPpv * 100)} of 100`]),
    ...(alert.accelerated ? [`history played ${alert.accelerated} times faster`] : []),
    ...doubts(alert),
  ];
  return { warning, plain };
}

/** What speaks against its signal. @param {Pick<Alert, 'reasons'>} alert */
export const doubts = ({ reasons }) => reasons.map((reason) => DOUBTS[reason] ?? words(reason));

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Beyond it no calendar has a time, and formatters throw. */
const TIME_MAX_MS = 8.64e15;

/** Time of day; of another day, the day as well. @param {number} ms */
export function time(ms) {
  if (!(Math.abs(ms) <= TIME_MAX_MS)) return 'at an unknown time';
  const day = DAY.format(ms);
  return day === DAY.format(Date.now()) ? CLOCK.format(ms) : `${day}, ${CLOCK.format(ms)}`;
}

/** @param {number} ms */
export function ago(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}
