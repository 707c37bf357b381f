import type { Lexicon } from './lexicon.js';

const words = (text: string): readonly string[] => text.split(' ');

export const ENGLISH: Lexicon = {
  articles: ['a', 'an', 'the'],
  glue: [
    ...words('is are was were be been has have does do did it its this these that those which there here and with at of in so therefore thus hence because also'),
    ...words('lies lie lay lying noted reported reports reporting measures measuring'),
    'amounts to', 'comes to', 'stands at', 'the following', 'the tracing shows', 'the ECG shows', 'the recording shows', 'a value of', 'findings include', 'the findings include',
  ],
  presence: words('shows show showing showed shown found detected identified seen observed present visible'),
  negations: words('no not none nor neither never nothing without'),
  negationLinks: words('be been being is are was were of these them'),
  roles: [
    ['score'], ['threshold'], ['confidence'], ['quality'], ['before', 'previously', 'formerly'], ['at least'], ['over', 'above', 'more than', 'greater than'], ['below', 'under', 'less than'],
  ],
  roleLinks: words('of is was are were at it'),
  conjunctions: ['before'],
  synonyms: [
    ['within the normal range', 'in the normal range', 'inside the normal range'],
    ['below the normal range', 'under the normal range', 'lower than the normal range', 'less than the normal range'],
    ['above the normal range', 'over the normal range', 'higher than the normal range', 'greater than the normal range'],
    ['the model reports', 'the model reported', 'the model finds', 'the model found', 'the model shows', 'the model showed', 'the model detects', 'the model detected', 'according to the model'],
    ['rhythm', 'rhythms'], ['statement', 'statements'], ['model', 'models'], ['beat', 'beats', 'heartbeat', 'heartbeats'], ['measurement', 'measurements'],
    ['reached'], ['reaches', 'reach', 'reaching', 'at or above'],
    ['measured', 'measure'], ['judged', 'assessed', 'evaluated', 'judge'], ['compared', 'compare', 'comparison', 'to compare with', 'for comparison'],
    ['at hand', 'available'], ['says', 'say', 'said', 'says about', 'said about'], ['anything', 'anything about'],
    ['earlier', 'previous', 'prior', 'preceding'], ['tracing', 'recording', 'tracings', 'recordings'], ['since', 'compared with the', 'compared to the'],
    ['no longer seen', 'no longer present', 'no longer visible', 'no longer detected', 'no longer found'],
    ['ruled out', 'excluded'], ['rules it out', 'excludes it', 'rules out', 'excludes', 'rule out'],
    ['depressed', 'depression', 'lowered'], ['elevated', 'elevation', 'raised'], ['pacing pulses', 'pacemaker pulses', 'pacing impulses', 'pacemaker impulses'],
    ['stretch', 'pause', 'period'], ['vary', 'varies', 'varied', 'varying', 'variation'], ['RR intervals', 'RR interval'],
    ['met', 'meets', 'meet', 'meeting', 'fulfilled', 'fulfils', 'fulfil', 'satisfied', 'satisfies', 'satisfy'],
    ['has scored', 'scored'], ['looked at', 'examined', 'viewed'], ['may be missing', 'may be absent'], ['what comes and goes', 'whatever comes and goes'],
    ['whatever', 'what', 'everything that', 'everything'], ['bear it out', 'support it', 'back it', 'confirm it'], ['alone', 'only'], ['see limits', 'see under limits'], ['unusable', 'not usable'],
    ['not sure', 'unsure', 'uncertain'], ['well enough', 'sufficiently well', 'clearly enough'],
  ],
  units: {
    ms: ['ms', 'milliseconds', 'msec'], mV: ['mV', 'millivolt', 'millivolts'], s: ['s', 'sec', 'seconds'], '/min': ['/min', 'bpm', 'beats per minute', 'per minute', 'beats/min', '/minute'], '%': ['%', 'percent', 'per cent'], '°': ['°', 'degrees', 'degree'],
  },
  to: ['to'],
  outOf: ['of', 'out of'],
  between: ['between', 'and'],
  from: 'from',
  and: ['and'],
  lead: ['lead', 'leads'],
  inLead: ['in', 'at'],
  answers: { yes: ['yes'], no: ['no'], none: ['none', 'none of these', 'none of them'] },
  marks: ['UNPROVEN', 'SIMULATED'],
};
