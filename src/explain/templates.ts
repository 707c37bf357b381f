import { listText, numberText, type Language, type Text } from './text.js';
import type { Value } from './value.js';

/** Sentences with places for values. Every number of a sentence stands in a place. */
export const TEMPLATES = {
  claimed: { en: '{term} (score {score}, threshold {threshold}{mark}).', de: '{term} (Score {score}, Schwelle {threshold}{mark}).' },
  byRule: { en: '{rule}.', de: '{rule}.' },
  noRhythm: { en: 'No rhythm reached its threshold.', de: 'Kein Rhythmus erreichte seine Schwelle.' },
  paced: { en: 'The device reports pacing pulses.', de: 'Das Gerät meldet Schrittmacherimpulse.' },
  ectopic: { en: '{count} of {beats} beats are {kind}.', de: '{count} von {beats} Schlägen sind {kind}.' },
  variation: { en: 'The RR intervals vary by {percent}%.', de: 'Die RR-Intervalle schwanken um {percent}%.' },
  noBeat: { en: 'No beat was found in {seconds} s.', de: 'In {seconds} s wurde kein Schlag gefunden.' },
  pause: { en: 'The longest stretch without a beat is {seconds} s.', de: 'Die längste Strecke ohne Schlag dauert {seconds} s.' },
  interval: { en: '{name} {value}{unit}.', de: '{name} {value}{unit}.' },
  within: { en: '{name} {value}{unit}, within the normal range ({low} to {high}{unit}).', de: '{name} {value}{unit}, im Normbereich ({low} bis {high}{unit}).' },
  below: { en: '{name} {value}{unit}, below the normal range ({low} to {high}{unit}).', de: '{name} {value}{unit}, unter dem Normbereich ({low} bis {high}{unit}).' },
  above: { en: '{name} {value}{unit}, above the normal range ({low} to {high}{unit}).', de: '{name} {value}{unit}, über dem Normbereich ({low} bis {high}{unit}).' },
  notMeasured: { en: 'Not measured: {names}.', de: 'Nicht gemessen: {names}.' },
  axis: { en: 'Frontal QRS axis {value} degrees: {axis} ({low} to {high} degrees).', de: 'QRS-Achse in der Frontalebene {value} Grad: {axis} ({low} bis {high} Grad).' },
  axisOnly: { en: 'Frontal QRS axis {value} degrees.', de: 'QRS-Achse in der Frontalebene {value} Grad.' },
  noAxis: { en: 'The axis was not measured.', de: 'Die Achse wurde nicht gemessen.' },
  met: { en: '{name}: {value}{unit}, criterion met ({is} {limit}{unit}).', de: '{name}: {value}{unit}, Kriterium erfüllt ({is} {limit}{unit}).' },
  notMet: { en: '{name}: {value}{unit}, criterion not met ({is} {limit}{unit}).', de: '{name}: {value}{unit}, Kriterium nicht erfüllt ({is} {limit}{unit}).' },
  stRange: { en: 'ST {after} ms after the QRS: from {low} mV in {lowLead} to {high} mV in {highLead}.', de: 'ST {after} ms nach dem QRS: von {low} mV in {lowLead} bis {high} mV in {highLead}.' },
  stDepressed: { en: 'ST is depressed by {limit} mV or more in {leads}, {after} ms after the QRS; the definition that the limit is from reads at the J point.', de: 'ST ist in {leads} um {limit} mV oder mehr gesenkt, {after} ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.' },
  stNotMeasured: { en: 'ST was not measured, and is not judged.', de: 'ST wurde nicht gemessen und wird nicht beurteilt.' },
  stNotShown: { en: 'ST was not judged: the signal does not show the shape of the beats well enough.', de: 'ST wurde nicht beurteilt: das Signal zeigt die Form der Schläge nicht gut genug.' },
  stSecondary: { en: 'The beats are paced or broad: ST and T follow from that, and are not judged.', de: 'Die Schläge sind stimuliert oder breit: ST und T folgen daraus und werden nicht beurteilt.' },
  stNotCarried: { en: 'The band of the device moves ST: nothing is said of it.', de: 'Der Frequenzgang des Geräts verschiebt ST: dazu wird nichts gesagt.' },
  nothing: { en: 'No statement reached its threshold.', de: 'Keine Aussage erreichte ihre Schwelle.' },
  noneLeft: { en: 'Whatever reached its threshold here is ruled out by a measurement: see the limits.', de: 'Was hier seine Schwelle erreichte, ist durch eine Messung ausgeschlossen: siehe Grenzen.' },
  notAsked: { en: 'No model at hand says anything of this.', de: 'Kein vorhandenes Modell sagt dazu etwas.' },
  mute: { en: 'The signal is unusable: nothing is said of the heart.', de: 'Das Signal ist unbrauchbar: zum Herzen wird nichts gesagt.' },
  graded: { en: 'The signal is {grade}, its quality {quality} ({best} is the best).', de: 'Das Signal ist {grade}, seine Qualität {quality} ({best} ist die beste).' },
  leadFault: { en: 'Lead {lead}: {fault}.', de: 'Ableitung {lead}: {fault}.' },
  signalFault: { en: 'Of the whole signal: {fault}.', de: 'Zum ganzen Signal: {fault}.' },
  noEarlier: { en: 'There is no earlier tracing to compare with.', de: 'Es gibt keine frühere Aufzeichnung zum Vergleich.' },
  earlierMute: { en: 'The earlier tracing is unusable: nothing is compared.', de: 'Die frühere Aufzeichnung ist unbrauchbar: nichts wird verglichen.' },
  gained: { en: 'New since the earlier tracing: {term} (score {score}, before {before}, threshold {threshold}{mark}).', de: 'Neu seit der früheren Aufzeichnung: {term} (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).' },
  lost: { en: 'No longer seen: {term} (score {score}, before {before}, threshold {threshold}{mark}).', de: 'Nicht mehr zu sehen: {term} (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).' },
  saidNow: { en: 'Said now, and not of the earlier tracing although it reached its threshold there: {term} (score {score}, before {before}, threshold {threshold}{mark}).', de: 'Jetzt gesagt, bei der früheren Aufzeichnung nicht, obwohl die Schwelle auch dort erreicht war: {term} (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).' },
  saidBefore: { en: 'Said of the earlier tracing, and not now although it reaches its threshold: {term} (score {score}, before {before}, threshold {threshold}{mark}).', de: 'Bei der früheren Aufzeichnung gesagt, jetzt nicht, obwohl die Schwelle erreicht ist: {term} (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).' },
  askedNow: { en: 'Said now, and not asked of the earlier tracing: {term} (score {score}, threshold {threshold}{mark}).', de: 'Jetzt gesagt, bei der früheren Aufzeichnung nicht gefragt: {term} (Score {score}, Schwelle {threshold}{mark}).' },
  askedBefore: { en: 'Said of the earlier tracing, and not asked now: {term} (score {score}, threshold {threshold}{mark}).', de: 'Bei der früheren Aufzeichnung gesagt, jetzt nicht gefragt: {term} (Score {score}, Schwelle {threshold}{mark}).' },
  notBothScored: { en: 'No model has scored both tracings: statements are not compared.', de: 'Kein Modell hat beide Aufzeichnungen bewertet: Aussagen werden nicht verglichen.' },
  changed: { en: '{name} {value}{unit}, before {before}{unit}.', de: '{name} {value}{unit}, zuvor {before}{unit}.' },
  stChanged: { en: 'ST in {lead} {value} mV, before {before} mV.', de: 'ST in {lead} {value} mV, zuvor {before} mV.' },
  unchanged: { en: 'The same statements as in the earlier tracing.', de: 'Dieselben Aussagen wie in der früheren Aufzeichnung.' },
  research: { en: 'For research: drafted by rules and a model, confirmed by nobody; not for diagnosis or treatment.', de: 'Zur Forschung: von Regeln und einem Modell entworfen, von niemandem bestätigt; nicht zur Diagnose oder Behandlung.' },
  ruledOut: { en: 'Not said: {term} reached its threshold (score {score}, threshold {threshold}{mark}), and a measurement rules it out.', de: 'Nicht gesagt: {term} erreichte die Schwelle (Score {score}, Schwelle {threshold}{mark}); eine Messung schließt es aus.' },
  unscored: { en: 'No model has scored this segment: what is said rests on measurements alone.', de: 'Kein Modell hat diesen Abschnitt bewertet: alles Gesagte beruht allein auf Messungen.' },
  otherModel: { en: 'Another model than the one of this monitor has scored this segment: its scores are not judged, and what is said rests on measurements alone.', de: 'Ein anderes Modell als das dieses Monitors hat diesen Abschnitt bewertet: seine Scores werden nicht beurteilt, alles Gesagte beruht allein auf Messungen.' },
  child: { en: 'The patient is {age} years old: ranges and criteria of adults are not applied.', de: 'Der Patient ist {age} Jahre alt: Normbereiche und Kriterien für Erwachsene werden nicht angewandt.' },
  lookedAt: { en: 'What comes and goes may be missing: {seconds} s were looked at.', de: 'Was kommt und geht, kann fehlen: betrachtet wurden {seconds} s.' },
  noSamples: { en: 'The samples are not kept any more: there is no strip.', de: 'Die Messwerte sind nicht mehr vorhanden: es gibt keinen Streifen.' },
  simulated: { en: 'SIMULATED: nobody’s ECG.', de: 'SIMULIERT: niemandes EKG.' },
} as const satisfies Readonly<Record<string, Text>>;

export type TemplateId = keyof typeof TEMPLATES;

/** A template with its places filled. Throws RangeError where a place has no value: a sentence with a hole is never said. */
export function filled(template: TemplateId, values: Readonly<Record<string, Value>>, language: Language): string {
  return TEMPLATES[template][language].replace(/\{(\w+)\}/g, (_, place: string) => {
    const value = values[place];
    if (value === undefined) throw new RangeError(`the template ${template} has no ${place}`);
    if ('text' in value) return value.text[language];
    return 'leads' in value ? listText(value.leads, language) : numberText(value.value, value.digits, language);
  });
}

/** Where the strip would be, when its samples have expired. */
export const noStripText = (language: Language): string => filled('noSamples', {}, language);

/** What a report or an answer is not: stands above everything else. */
export function noticeOf(simulated: boolean, language: Language): string {
  return [...(simulated ? (['simulated'] as const) : []), 'research' as const].map((template) => filled(template, {}, language)).join(' ');
}
