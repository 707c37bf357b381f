import type { TemplateId } from '../templates.js';
import type { Language } from '../text.js';

/** Other orders in which a template's sentence may be said, with the template's places. What merely puts a synonym for a word needs none. */
export const WORDINGS: Partial<Readonly<Record<TemplateId, Readonly<Record<Language, readonly string[]>>>>> = {
  claimed: {
    en: ['With score {score}, threshold {threshold}{mark}, {term}.', 'The model reports {term} (score {score}, threshold {threshold}{mark}).'],
    de: ['Score {score}, Schwelle {threshold}{mark}: {term}.', 'Das Modell meldet {term} (Score {score}, Schwelle {threshold}{mark}).'],
  },
  noRhythm: {
    en: ['The threshold was not reached by any rhythm.'],
    de: ['Kein Rhythmus hat seine Schwelle erreicht.', 'Erreicht hat kein Rhythmus seine Schwelle.', 'Von keinem Rhythmus wurde die Schwelle erreicht.', 'Keiner der Rhythmen hat seine Schwelle erreicht.'],
  },
  nothing: {
    en: ['The threshold was not reached by any statement.'],
    de: ['Keine Aussage hat ihre Schwelle erreicht.', 'Von keiner Aussage wurde die Schwelle erreicht.', 'Erreicht hat keine Aussage ihre Schwelle.'],
  },
  paced: {
    en: ['Pacing pulses are reported by the device.'],
    de: ['Schrittmacherimpulse werden vom Gerät gemeldet.'],
  },
  ectopic: {
    en: ['{kind} are {count} of {beats} beats.', 'Of {beats} beats {count} are {kind}.'],
    de: ['Von {beats} Schlägen sind {count} {kind}.', '{count} von {beats} Schlägen {kind}.'],
  },
  variation: {
    en: ['The variation of the RR intervals is {percent}%.'],
    de: ['Die Schwankung der RR-Intervalle beträgt {percent}%.', 'Um {percent}% schwanken die RR-Intervalle.'],
  },
  noBeat: {
    en: ['In {seconds} s no beat was found.', 'Within {seconds} s no beat was found.', 'No beat was found within {seconds} s.'],
    de: ['Kein Schlag wurde in {seconds} s gefunden.', 'Innerhalb von {seconds} s wurde kein Schlag gefunden.', 'Kein Schlag wurde innerhalb von {seconds} s gefunden.'],
  },
  within: {
    en: ['{value}{unit}, {name}, within the normal range ({low} to {high}{unit}).'],
    de: ['{value}{unit}, {name}, im Normbereich ({low} bis {high}{unit}).'],
  },
  below: {
    en: ['{value}{unit}, {name}, below the normal range ({low} to {high}{unit}).'],
    de: ['{value}{unit}, {name}, unter dem Normbereich ({low} bis {high}{unit}).'],
  },
  above: {
    en: ['{value}{unit}, {name}, above the normal range ({low} to {high}{unit}).'],
    de: ['{value}{unit}, {name}, über dem Normbereich ({low} bis {high}{unit}).'],
  },
  notMeasured: {
    en: ['{names}: not measured.', 'What was not measured: {names}.'],
    de: ['{names}: nicht gemessen.', 'Was nicht gemessen wurde: {names}.'],
  },
  noAxis: {
    en: ['No axis was measured.', 'Not measured: the axis.'],
    de: ['Keine Achse wurde gemessen.', 'Nicht gemessen: die Achse.'],
  },
  met: {
    en: ['{name}: {value}{unit}, met criterion ({is} {limit}{unit}).', '{name}: {value}{unit}, criterion ({is} {limit}{unit}) met.', '{value}{unit}: {name}, criterion met ({is} {limit}{unit}).', '{value}{unit}: {name}, met criterion ({is} {limit}{unit}).'],
    de: ['{name}: {value}{unit}, erfüllt das Kriterium ({is} {limit}{unit}).', '{name}: {value}{unit}, Kriterium ({is} {limit}{unit}) erfüllt.', '{name} erfüllt: {value}{unit}, Kriterium ({is} {limit}{unit}).'],
  },
  notMet: {
    en: ['{name}: {value}{unit}, not met criterion ({is} {limit}{unit}).', '{name}: {value}{unit}, criterion ({is} {limit}{unit}) not met.', '{value}{unit}: {name}, criterion not met ({is} {limit}{unit}).', '{value}{unit}: {name}, not met criterion ({is} {limit}{unit}).'],
    de: ['{name}: {value}{unit}, Kriterium ({is} {limit}{unit}) nicht erfüllt.', '{name}: {value}{unit}, nicht erfüllt das Kriterium ({is} {limit}{unit}).'],
  },
  stRange: {
    en: [
      '{after} ms after the QRS ST from {low} mV in {lowLead} to {high} mV in {highLead}.',
      'ST {after} ms after the QRS between {low} mV in {lowLead} and {high} mV in {highLead}.', '{after} ms after the QRS ST between {low} mV in {lowLead} and {high} mV in {highLead}.',
      'ST {after} ms after the QRS ranges from {low} mV in {lowLead} to {high} mV in {highLead}.', '{after} ms after the QRS ST ranges from {low} mV in {lowLead} to {high} mV in {highLead}.',
      'ST {after} ms after the QRS goes from {low} mV in {lowLead} to {high} mV in {highLead}.', '{after} ms after the QRS ST goes from {low} mV in {lowLead} to {high} mV in {highLead}.',
    ],
    de: [
      '{after} ms nach dem QRS ST von {low} mV in {lowLead} bis {high} mV in {highLead}.',
      'ST {after} ms nach dem QRS zwischen {low} mV in {lowLead} und {high} mV in {highLead}.', '{after} ms nach dem QRS ST zwischen {low} mV in {lowLead} und {high} mV in {highLead}.',
      'ST reicht {after} ms nach dem QRS von {low} mV in {lowLead} bis {high} mV in {highLead}.', '{after} ms nach dem QRS reicht ST von {low} mV in {lowLead} bis {high} mV in {highLead}.',
    ],
  },
  stDepressed: {
    en: ['{after} ms after the QRS ST is depressed by {limit} mV or more in {leads}; the definition that the limit is from reads at the J point.', ...bothOrders('ST is depressed by at least {limit} mV in {leads}', '{after} ms after the QRS', '; the definition that the limit is from reads at the J point.'), ...bothOrders('ST is depressed by at least {limit} mV in {leads}', '{after} ms after the QRS', '; the definition of the limit reads at the J point.')],
    de: ['In {leads} ist ST um {limit} mV oder mehr gesenkt, {after} ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.', ...bothOrders('ST ist in {leads} um mindestens {limit} mV gesenkt', '{after} ms nach dem QRS', '; die Definition, aus der die Grenze stammt, liest am J-Punkt.'), ...bothOrders('In {leads} ist ST um mindestens {limit} mV gesenkt', '{after} ms nach dem QRS', '; die Definition, aus der die Grenze stammt, liest am J-Punkt.')],
  },
  stNotShown: {
    en: ['ST was not judged since the signal does not show the shape of the beats well enough.', 'The signal does not show the shape of the beats well enough: ST was not judged.'],
    de: ['ST wurde nicht beurteilt, weil das Signal die Form der Schläge nicht gut genug zeigt.', 'Da das Signal die Form der Schläge nicht gut genug zeigt, wurde ST nicht beurteilt.'],
  },
  stNotCarried: {
    en: ['Nothing is said of ST: the band of the device moves it.', 'The device band moves ST: nothing is said of it.'],
    de: ['Da der Frequenzgang des Geräts ST verschiebt, wird dazu nichts gesagt.', 'Zu ST wird nichts gesagt: der Frequenzgang des Geräts verschiebt es.'],
  },
  noneLeft: {
    en: ['A measurement rules out whatever reached its threshold here: see the limits.'],
    de: ['Eine Messung schließt aus, was hier seine Schwelle erreichte: siehe Grenzen.', 'Was hier erreichte seine Schwelle, ist durch eine Messung ausgeschlossen: siehe Grenzen.'],
  },
  notAsked: {
    en: ['No available model says anything of this.'],
    de: ['Dazu sagt kein vorhandenes Modell etwas.', 'Kein vorhandenes Modell sagt etwas dazu.'],
  },
  mute: {
    en: ['Nothing is said of the heart: the signal is unusable.'],
    de: ['Zum Herzen wird nichts gesagt: das Signal ist unbrauchbar.'],
  },
  axis: {
    en: [],
    de: ['In der Frontalebene QRS-Achse {value} Grad: {axis} ({low} bis {high} Grad).'],
  },
  axisOnly: {
    en: [],
    de: ['In der Frontalebene QRS-Achse {value} Grad.'],
  },
  graded: {
    en: ['The signal quality is {grade}: {quality} ({best} is the best).', 'Signal quality {grade}: {quality} ({best} is the best).'],
    de: ['Die Signalqualität ist {grade}: {quality} ({best} ist die beste).'],
  },
  noEarlier: {
    en: ['No earlier tracing at hand to compare with.'],
    de: ['Zum Vergleich gibt es keine frühere Aufzeichnung.', 'Eine frühere Aufzeichnung zum Vergleich gibt es nicht.'],
  },
  earlierMute: {
    en: ['Nothing is compared: the earlier tracing is unusable.'],
    de: ['Da die frühere Aufzeichnung unbrauchbar ist, wird nichts verglichen.', 'Nichts wird verglichen: die frühere Aufzeichnung ist unbrauchbar.'],
  },
  gained: {
    en: ['{term}: new since the earlier tracing (score {score}, before {before}, threshold {threshold}{mark}).', 'Since the earlier tracing {term} is new (score {score}, before {before}, threshold {threshold}{mark}).'],
    de: ['{term}: neu seit der früheren Aufzeichnung (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).', 'Seit der früheren Aufzeichnung: {term} neu (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).', 'Seit der früheren Aufzeichnung neu: {term} (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).'],
  },
  lost: {
    en: ['{term}: no longer seen (score {score}, before {before}, threshold {threshold}{mark}).'],
    de: ['{term}: nicht mehr zu sehen (Score {score}, zuvor {before}, Schwelle {threshold}{mark}).'],
  },
  changed: {
    en: ['{name} now {value}{unit}, before {before}{unit}.'],
    de: ['{name} jetzt {value}{unit}, zuvor {before}{unit}.'],
  },
  stChanged: {
    en: ['In {lead} ST {value} mV, before {before} mV.', 'ST level in {lead} {value} mV, before {before} mV.', 'ST in {lead} now {value} mV, before {before} mV.'],
    de: ['In {lead} ST {value} mV, zuvor {before} mV.', 'ST in {lead} jetzt {value} mV, zuvor {before} mV.'],
  },
  unchanged: {
    en: ['The statements are the same as in the earlier tracing.'],
    de: ['Die Aussagen sind dieselben wie in der früheren Aufzeichnung.'],
  },
  ruledOut: {
    en: [
      '{term} reached its threshold (score {score}, threshold {threshold}{mark}) but is not said, a measurement rules it out.', '{term} is not said: reached its threshold (score {score}, threshold {threshold}{mark}), and a measurement rules it out.',
    ],
    de: [
      '{term} erreichte die Schwelle (Score {score}, Schwelle {threshold}{mark}), wird nicht gesagt: eine Messung schließt es aus.', '{term} wird nicht gesagt: erreichte die Schwelle (Score {score}, Schwelle {threshold}{mark}), eine Messung schließt es aus.',
    ],
  },
  unscored: {
    en: ['This segment was not scored by any model: what is said rests on measurements alone.'],
    de: ['Dieser Abschnitt wurde von keinem Modell bewertet: alles Gesagte beruht allein auf Messungen.', 'Da kein Modell diesen Abschnitt bewertet hat, beruht alles Gesagte allein auf Messungen.', 'Alles Gesagte beruht allein auf Messungen: kein Modell hat diesen Abschnitt bewertet.'],
  },
  lookedAt: {
    en: ['{seconds} s were looked at: what comes and goes may be missing.', 'What comes and goes may be missing since {seconds} s were looked at.', 'Since {seconds} s were looked at, what comes and goes may be missing.'],
    de: ['Betrachtet wurden {seconds} s: was kommt und geht, kann fehlen.', 'Was kommt und geht, kann fehlen: {seconds} s betrachtet.', '{seconds} s betrachtet: was kommt und geht, kann fehlen.', 'Da {seconds} s betrachtet wurden, kann fehlen, was kommt und geht.'],
  },
  stSecondary: {
    en: [],
    de: ['Da die Schläge stimuliert oder breit sind, folgen ST und T daraus und werden nicht beurteilt.'],
  },
};

function bothOrders(first: string, second: string, rest: string): readonly string[] {
  return [`${first}, ${second}${rest}`, `${second} ${first}${rest}`];
}
