/** What a page says of codes and numbers. Pure. */

const DOUBTS = {
  'swapped-LA-RA': 'arm electrodes exchanged?',
  'swapped-LA-LL': 'left arm and leg exchanged?',
  'swapped-RA-LL': 'right arm and leg exchanged?',
  'limb-leads-contradict': 'limb leads contradict each other',
  'gain-doubtful': 'amplitude doubtful',
};

export const WATCH = {
  watched: 'watched',
  silent: 'silent, not watched',
  'no-signal': 'no signal, not watched',
  'poor-signal': 'poor signal, not watched',
  'rules-only': 'rules only',
};

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
};

export const ALARMS = {
  'engine-silent': 'The engine is silent',
  'engine-behind': 'The engine is behind',
  'log-away': 'The log does not answer',
  'log-refuses': 'The log takes nothing',
  'disk-full': 'The disk is full',
  'target-failing': 'A receiver of alerts cannot be told',
  'target-parked': 'A receiver of alerts is parked',
  'target-refuses': 'A receiver refuses an alert',
  'subscriber-lost': 'A subscriber was lost',
};

const NUMBERS = [['heartRateBpm', '', '/min'], ['atrialRateBpm', 'atria ', '/min'], ['prMs', 'PR ', ' ms'], ['qrsMs', 'QRS ', ' ms'], ['qtMs', 'QT ', ' ms'], ['qtcMs', 'QTc ', ' ms'], ['axisDeg', 'axis ', '°']];
const ST_TOLD_MV = 0.1;

/** Measurements in one line. */
export function numbers(measurements) {
  const told = NUMBERS.flatMap(([key, name, unit]) => (measurements[key] === undefined ? [] : [name + Math.round(measurements[key]) + unit]));
  const st = measurements.st.filter(({ mv }) => Math.abs(mv) >= ST_TOLD_MV).map(({ lead, mv }) => `${lead} ${mv > 0 ? '+' : '−'}${Math.abs(mv).toFixed(1)}`);
  return [...told, ...(st.length > 0 ? [`ST ${st.join(', ')} mV`] : [])].join(' · ');
}

/** Tags of an alert; those that warn come first. */
export function tags(alert) {
  const warning = [...(alert.simulated ? ['SIMULATED'] : []), ...(alert.unproven ? ['UNPROVEN'] : [])];
  const plain = [
    ...(alert.expectedPpv === undefined ? [] : [`right in ${Math.round(alert.expectedPpv * 100)} of 100`]),
    ...(alert.accelerated ? [`history told ${alert.accelerated} times faster`] : []),
    ...alert.reasons.map((reason) => DOUBTS[reason] ?? reason.replaceAll('-', ' ')),
  ];
  return { warning, plain };
}

export const time = (ms) => new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
export const words = (id) => id.replaceAll('-', ' ');
