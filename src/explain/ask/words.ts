import { LEADS } from '../../ecg/index.js';
import { TERMS } from '../terms/index.js';
import type { Attribute } from './question.js';

/** Lower case, without signs between words. */
export const plainOf = (text: string): string => text.toLowerCase().replaceAll(/[?!.,;:"“”„()]/g, ' ').replaceAll(/\s+/g, ' ').trim();

/** A phrase that a question may use, and what it stands for. */
export interface Phrase {
  readonly text: string;
  readonly attribute: Attribute;
  readonly word: string;
}

/** Other names of statements, as people say them. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  AFIB: ['afib', 'af', 'fibrillation of the atria', 'vhf', 'flimmern'],
  AFLT: ['flutter', 'aflutter'],
  SR: ['normal sinus rhythm', 'sinus'],
  PACE: ['pacemaker', 'pacing', 'paced rhythm', 'schrittmacher'],
  PVC: ['pvc', 'pvcs', 'ventricular premature beats', 'premature ventricular contractions', 'premature ventricular complexes'],
  PAC: ['pac', 'pacs', 'atrial premature beats', 'premature atrial contractions', 'premature atrial complexes'],
  BIGU: ['bigeminy'],
  TRIGU: ['trigeminy'],
  '1AVB': ['first degree av block', '1st degree av block', 'av block of first degree', 'first degree block', 'av block i', 'av-block i', 'av-block ersten grades'],
  '2AVB': ['second degree av block', '2nd degree av block', 'av block of second degree', 'av-block zweiten grades'],
  '3AVB': ['third degree av block', '3rd degree av block', 'av block of third degree', 'av-block dritten grades', 'complete heart block'],
  CLBBB: ['lbbb', 'left bundle branch block', 'linksschenkelblock'],
  CRBBB: ['rbbb', 'right bundle branch block', 'rechtsschenkelblock'],
  IRBBB: ['incomplete rbbb'],
  ILBBB: ['incomplete lbbb'],
  LAFB: ['left anterior hemiblock', 'lafb'],
  LPFB: ['left posterior hemiblock', 'lpfb'],
  WPW: ['wpw', 'preexcitation', 'pre-excitation', 'wolff-parkinson-white'],
  LVH: ['lvh', 'linkshypertrophie'],
  RVH: ['rvh', 'rechtshypertrophie'],
  'LAO/LAE': ['left atrial enlargement', 'left atrial overload'],
  'RAO/RAE': ['right atrial enlargement', 'right atrial overload'],
  LVOLT: ['low voltage', 'low voltages'],
  HVOLT: ['high voltage', 'high voltages'],
  IMI: ['inferior infarction', 'inferior mi', 'inferior infarct', 'hinterwandinfarkt'],
  ASMI: ['anteroseptal infarction', 'anteroseptal mi'],
  AMI: ['anterior infarction', 'anterior mi', 'anterior infarct', 'vorderwandinfarkt'],
  ALMI: ['anterolateral infarction', 'anterolateral mi'],
  LMI: ['lateral infarction', 'lateral mi'],
  PMI: ['posterior infarction', 'posterior mi'],
  STD_: ['st depression', 'st-depression', 'depressed st segments', 'st-senkung'],
  STE_: ['st elevation', 'st-elevation', 'elevated st segments', 'st-hebung'],
  QWAVE: ['pathological q waves'],
  INVT: ['t wave inversion', 't-wave inversion', 't negativity'],
  LOWT: ['flat t waves', 'low t waves'],
  LNGQT: ['long qt', 'qt prolongation', 'qt-verlängerung'],
  DIG: ['digitalis', 'digoxin effect'],
  NORM: ['normal', 'a normal ecg', 'normales ekg', 'unauffällig'],
};

const scp = (text: string, word: string): Phrase => ({ text, attribute: 'scp', word });
const of = (attribute: Attribute, words: Readonly<Record<string, readonly string[]>>): readonly Phrase[] => Object.entries(words).flatMap(([word, texts]) => texts.map((text) => ({ text, attribute, word })));

/** Names of terms in both languages, codes, ids, other names; of attributes their own words. Statements of PTB-XL go before findings of the same name. */
const ALL: readonly Phrase[] = [
  ...of('axis', {
    LAD: ['left axis'], ALAD: ['extreme left axis', 'überdrehter linkstyp'], 'left-axis-deviation': ['left axis deviation', 'linkstyp'], MID: ['normal axis', 'lagetyp normal', 'indifferenztyp'], RAD: ['right axis'],
    'right-axis-deviation': ['right axis deviation', 'rechtstyp'], axis: ['heart axis', 'electrical axis', 'axis', 'lagetyp', 'achse', 'herzachse'],
  }),
  ...of('noise', {
    baseline_drift: ['baseline drift', 'baseline wander', 'drift', 'grundlinienschwankung'], static_noise: ['static noise', 'muscle noise', 'mains hum'], burst_noise: ['burst noise', 'bursts of noise', 'motion artefact', 'motion artifact'],
    electrodes_problems: ['electrode problems', 'electrodes problems', 'electrode problem', 'elektrodenprobleme'], noise: ['noise', 'artefact', 'artefacts', 'artifact', 'artifacts', 'störungen', 'rauschen'],
  }),
  ...of('stage', { stage: ['stage of infarction', 'infarction stage', 'stage of the infarction', 'stadium', 'infarktstadium'], 'Stadium I': ['stage i', 'stadium i'], 'Stadium II': ['stage ii', 'stadium ii'], 'Stadium III': ['stage iii', 'stadium iii'] }),
  ...of('extra-systole', {
    ES: ['extra systoles', 'extrasystoles', 'extra systole', 'extrasystole', 'extrasystolen', 'premature beats', 'ectopic beats'], VES: ['ventricular extrasystoles', 'ventricular extra systoles', 'ventrikuläre extrasystole', 'ves'],
    SVES: ['supraventricular extrasystoles', 'supraventricular extra systoles', 'supraventrikuläre extrasystole', 'sves'],
  }),
  // Alone they say how fast, and not where from: a ventricular tachycardia is one.
  ...of('numeric', { 'rate:above': ['tachycardia', 'tachycardic', 'tachykardie', 'tachykard'], 'rate:below': ['bradycardia', 'bradycardic', 'bradykardie', 'bradykard'] }),
  ...of('numeric', { rate: ['heart rate', 'ventricular rate', 'rate', 'herzfrequenz', 'frequenz'], rr: ['rr interval', 'rr-intervall', 'rr'], p: ['p duration', 'p wave duration', 'p-dauer'], pr: ['pr interval', 'pq interval', 'pr', 'pq', 'pq-intervall', 'pq-zeit'], qrs: ['qrs duration', 'qrs width', 'qrs', 'qrs-dauer'], qt: ['qt interval', 'qt', 'qt-intervall'], qtc: ['corrected qt', 'qtc interval', 'qtc'] }),
  ...Object.entries(OTHER_NAMES).flatMap(([word, texts]) => texts.map((text) => scp(text, word))),
  ...TERMS.flatMap(({ id, name }) => [name.en, name.de, id].map((text) => scp(text, id))),
];

/** The longer first; of one text the first. */
export const PHRASES: readonly Phrase[] = [...new Map([...ALL].reverse().map((phrase) => [plainOf(phrase.text), { ...phrase, text: plainOf(phrase.text) }])).values()].sort((a, b) => b.text.length - a.text.length);

/** Groups, and what numeric features may be: each by the words for it, the narrower first. */
export const GROUP_WORDS: readonly (readonly [word: string, texts: readonly string[]])[] = [
  ['rhythm', ['rhythm', 'rhythms', 'rhythmus']],
  ['form', ['form statements', 'form', 'morphology', 'shape', 'formveränderungen']],
  ['diagnostic', ['diagnoses', 'diagnosis', 'diagnostic statements', 'diagnostic findings', 'diagnostic', 'diagnosen', 'diagnose', 'findings', 'statements', 'befunde']],
];
export const PLACE_WORDS: readonly (readonly [word: 'below' | 'within' | 'above', texts: readonly string[]])[] = [
  ['below', ['below normal', 'below the normal range', 'below', 'too short', 'short', 'shortened', 'verkürzt', 'unter']],
  ['above', ['above normal', 'above the normal range', 'above', 'too long', 'long', 'prolonged', 'wide', 'broad', 'verlängert', 'verbreitert', 'über']],
  ['within', ['within the normal range', 'within normal', 'within', 'normal', 'im normbereich']],
];
export const LEAD_WORDS: ReadonlyMap<string, string> = new Map(LEADS.map((lead) => [lead.toLowerCase(), lead]));

/** What is left out of a choice, said in full. */
export const IN_FULL: readonly (readonly [short: string, full: string])[] = [
  ['left or right bundle branch block', 'left bundle branch block or right bundle branch block'],
  ['right or left bundle branch block', 'right bundle branch block or left bundle branch block'],
  ['complete left or complete right bundle branch block', 'left bundle branch block or right bundle branch block'],
  ['complete right or complete left bundle branch block', 'right bundle branch block or left bundle branch block'],
  ['complete left or right bundle branch block', 'left bundle branch block or right bundle branch block'],
  ['left or right axis', 'left axis or right axis'],
  ['links- oder rechtsschenkelblock', 'linksschenkelblock oder rechtsschenkelblock'],
  ['rechts- oder linksschenkelblock', 'rechtsschenkelblock oder linksschenkelblock'],
];

export const LOST = ['no longer', 'nicht mehr', 'disappeared', 'resolved', 'lost', 'gone', 'verschwunden'];
export const GAINED = ['newly', 'new', 'gained', 'appeared', 'neu', 'hinzugekommen', 'developed'];
export const COMPARED = ['compared with the previous tracing', 'compared to the previous tracing', 'compared with', 'compared to', 'previous', 'earlier', 'before', 'since', 'im vergleich', 'früheren', 'früher', 'vorherigen', 'seit'];
export const CHOICE = ['or', 'oder'];
export const ASKS_WHICH = /^(what|which|list|name|where|in which|welche[rsn]?|was|wo|nenne)\b/;
export const NEGATION = /\b(no|not|without|isn't|doesn't|kein|keine|keinen|nicht|ohne)\b/;

/** Words that say nothing of what is asked. */
export const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an the this that these it its of in on at with to and for from there any some sign signs evidence show shows showing shown see seen does do did is are was were has have had can could be been being contain contains display displays ' +
    'ecg ekg tracing tracings recording record segment patient heart lead leads please tell me you which what where list name kind kinds type types sort symptom symptoms finding findings feature features numeric numbers values interval intervals werte intervalle range out fall falls lie lies ' +
    'present visible detected suggest suggests indicate indicates between either all every die der das den dem ein eine einen einer ist sind hat zeigt zeigen gibt es im in auf dieses diese dieser liegt liegen besteht bestehen vor und welche welcher welches welchen was wo ableitung ableitungen aufzeichnung ' +
    'infarction infarct infarkt anzeichen hinweis hinweise für sich bitte nenne how about'
  ).split(' '),
);
