import type { Language } from '../../../src/explain/index.js';

/**
 * Rewrites as an honest writer would make them: a draft's sentence by its shape, and what may stand in its place. `$1` is a group of the shape, `$~1` the same in the middle of a sentence. They are
 * written by hand beside the drafts and know nothing of the cage. `shown` had a part in making the cage's tables, `held` had none.
 */
export interface Honest {
  readonly shape: RegExp;
  readonly shown: readonly string[];
  readonly held: readonly string[];
}

const N = '(−?\\d+(?:[.,]\\d+)?)';
const MARK = '((?:; UN[^)]*)?)';
export const shape = (text: string): RegExp => new RegExp(`^${text.replaceAll('#', N).replaceAll('MARK', MARK)}$`);

/** The same, of one set. */
export interface Rewrites {
  readonly shape: RegExp;
  readonly rewrites: readonly string[];
}

const ENGLISH: readonly Honest[] = [
  {
    shape: shape('([^:]+) \\(score #, threshold #MARK\\)\\.'),
    shown: ['There is $~1 (score $2, threshold $3$4).', '$1 was found, with a score of $2 at a threshold of $3$4.', '$1: score $2, threshold $3$4.', 'The model reports $~1 with a score of $2 (threshold $3$4).'],
    held: ['The tracing shows $~1 (score $2, threshold $3$4).', '$1 is present; the score is $2 and the threshold is $3$4.', '$1 has a score of $2, and the threshold is $3$4.', 'Findings include $~1 (score $2; threshold $3$4).'],
  },
  {
    shape: shape('(Heart rate|PR interval|QRS duration|QTc \\(Fridericia\\)) #( ms|/min), (within|below|above) the normal range \\(# to #(?: ms|/min)\\)\\.'),
    shown: ['The $~1 is $2$3, $4 the normal range ($5 to $6$3).', '$1: $2$3, which is $4 the normal range of $5 to $6$3.', 'The $~1 of $2$3 is $4 the normal range ($5–$6$3).'],
    held: ['At $2$3, the $~1 is $4 the normal range ($5 to $6$3).', 'The $~1 is $2$3 and lies $4 the normal range of $5–$6$3.', '$1 measures $2$3, $4 the normal range ($5$3 to $6$3).'],
  },
  { shape: shape('(QT interval|QTc \\(Fridericia\\)|PR interval|QRS duration|Heart rate) #( ms|/min)\\.'), shown: ['The $~1 is $2$3.', '$1: $2$3.'], held: ['The $~1 measures $2$3.', 'There is a $~1 of $2$3.'] },
  { shape: shape('Frontal QRS axis # degrees: (.+) \\(# to # degrees\\)\\.'), shown: ['The frontal QRS axis is $1 degrees: $~2 ($3 to $4 degrees).', 'The frontal QRS axis of $1° is a $~2 ($3° to $4°).'], held: ['The QRS axis in the frontal plane is $1 degrees, a $~2 ($3 to $4 degrees).', 'With a frontal QRS axis of $1°, there is $~2 ($3 to $4 degrees).'] },
  { shape: shape('Frontal QRS axis # degrees\\.'), shown: ['The frontal QRS axis is $1 degrees.'], held: ['The frontal QRS axis measures $1°.'] },
  { shape: shape('# of # beats are (.+)\\.'), shown: ['$1 of the $2 beats are $3.', '$1 out of $2 beats are $3.'], held: ['Of $2 beats, $1 are $3.', 'There are $1 of $2 beats that are $3.'] },
  { shape: shape('The RR intervals vary by #%\\.'), shown: ['The variation of the RR intervals is $1%.', 'RR intervals vary by $1 percent.'], held: ['The RR intervals show a variation of $1%.', 'There is an RR interval variation of $1%.'] },
  { shape: shape('The longest stretch without a beat is # s\\.'), shown: ['The longest stretch without a beat lasts $1 s.', 'The longest pause without a beat is $1 seconds.'], held: ['The longest interval without a beat is $1 s.', 'The longest period without a beat was $1 seconds.'] },
  { shape: shape('No beat was found in # s\\.'), shown: ['No beat was detected in $1 s.', 'In $1 s no beat was found.'], held: ['No beats were seen in $1 seconds.', 'Within $1 s, no beat was found.'] },
  { shape: shape('The device reports pacing pulses\\.'), shown: ['Pacing pulses are reported by the device.', 'The device reports pacemaker pulses.'], held: ['Pacing pulses were reported by the device.', 'The device has reported pacing pulses.'] },
  { shape: shape('No rhythm reached its threshold\\.'), shown: ['None of the rhythms reached its threshold.', 'No rhythm was at or above its threshold.'], held: ['No rhythm has reached its threshold.', 'There is no rhythm that reached its threshold.'] },
  { shape: shape('No statement reached its threshold\\.'), shown: ['None of the statements reached its threshold.', 'No statement was at or above its threshold.'], held: ['No statement has reached its threshold.', 'There is no statement that reached its threshold.'] },
  { shape: shape('Not measured: (.+)\\.'), shown: ['These were not measured: $1.', 'The following were not measured: $1.'], held: ['What was not measured: $1.', '$1: not measured.'] },
  { shape: shape('The axis was not measured\\.'), shown: ['The axis has not been measured.', 'No axis was measured.'], held: ['Axis: not measured.', 'The axis is not measured.'] },
  { shape: shape('(.+): #( mV| ms), criterion met \\((at least|over|below) #(?: mV| ms)\\)\\.'), shown: ['The $~1 is $2$3: the criterion is met ($4 $5$3).', '$1: $2$3, meeting the criterion ($4 $5$3).'], held: ['At $2$3, the $~1 meets the criterion ($4 $5$3).', 'The $~1 is $2$3, so the criterion ($4 $5$3) is met.'] },
  { shape: shape('(.+): #( mV| ms), criterion not met \\((at least|over|below) #(?: mV| ms)\\)\\.'), shown: ['The $~1 is $2$3: the criterion is not met ($4 $5$3).', '$1: $2$3, which does not meet the criterion ($4 $5$3).'], held: ['At $2$3, the $~1 does not meet the criterion ($4 $5$3).', 'The $~1 is $2$3, so the criterion ($4 $5$3) is not met.'] },
  { shape: shape('ST # ms after the QRS: from # mV in (\\w+) to # mV in (\\w+)\\.'), shown: ['ST at $1 ms after the QRS ranges from $2 mV in $3 to $4 mV in $5.', '$1 ms after the QRS, ST lies between $2 mV in $3 and $4 mV in $5.'], held: ['$1 ms after the QRS, ST goes from $2 mV in $3 to $4 mV in $5.', 'Measured $1 ms after the QRS, ST ranges from $2 mV (lead $3) to $4 mV (lead $5).'] },
  { shape: shape('ST is depressed by # mV or more in (.+), # ms after the QRS; the definition that the limit is from reads at the J point\\.'), shown: ['There is ST depression of $1 mV or more in $2, $3 ms after the QRS; the definition that the limit is from reads at the J point.', 'ST is depressed by at least $1 mV in $2, $3 ms after the QRS; the definition of the limit reads at the J point.'], held: ['$3 ms after the QRS, ST is depressed by $1 mV or more in $2; the definition that the limit comes from reads at the J point.', 'ST depression of at least $1 mV is present in $2 ($3 ms after the QRS); the definition that the limit is from reads at the J point.'] },
  { shape: shape('ST was not measured, and is not judged\\.'), shown: ['ST was neither measured nor judged.', 'ST was not measured and is therefore not judged.'], held: ['ST has not been measured and has not been judged.', 'ST was not measured; it is not judged.'] },
  { shape: shape('ST was not judged: the signal does not show the shape of the beats well enough\\.'), shown: ['ST was not judged because the signal does not show the shape of the beats well enough.', 'ST is not judged, since the signal does not show the shape of the beats well enough.'], held: ['ST has not been judged, as the signal does not show the shape of the beats well enough.', 'Because the signal does not show the shape of the beats well enough, ST was not judged.'] },
  { shape: shape('The beats are paced or broad: ST and T follow from that, and are not judged\\.'), shown: ['Because the beats are paced or broad, ST and T follow from that and are not judged.', 'Beats are paced or broad; ST and T follow from this and are not judged.'], held: ['As the beats are paced or broad, ST and T follow from that and are not judged.', 'The beats are paced or broad, so ST and T follow from that and are not judged.'] },
  { shape: shape('The band of the device moves ST: nothing is said of it\\.'), shown: ['The band of the device moves ST, so nothing is said of it.', 'Nothing is said of ST, because the band of the device moves it.'], held: ['As the band of the device moves ST, nothing is said of it.', 'The device band moves ST; nothing is said about it.'] },
  { shape: shape('Whatever reached its threshold here is ruled out by a measurement: see the limits\\.'), shown: ['What reached its threshold here is ruled out by a measurement; see the limits.', 'A measurement rules out whatever reached its threshold here: see the limits.'], held: ['Everything that reached its threshold here is ruled out by a measurement (see the limits).', 'Whatever reached its threshold here has been ruled out by a measurement: see the limits.'] },
  { shape: shape('No model at hand says anything of this\\.'), shown: ['No available model says anything of this.', 'No model at hand says anything about this.'], held: ['None of the models at hand says anything about this.', 'There is no model at hand that says anything of this.'] },
  { shape: shape('The signal is unusable: nothing is said of the heart\\.'), shown: ['The signal is unusable, so nothing is said of the heart.', 'Nothing is said of the heart, because the signal is unusable.'], held: ['As the signal is unusable, nothing is said about the heart.', 'The signal is unusable; nothing is said about the heart.'] },
  { shape: shape('The signal is (good|limited|unusable), its quality # \\(# is the best\\)\\.'), shown: ['The signal is $1, with a quality of $2 ($3 is the best).', 'Signal quality is $1: $2 ($3 is the best).'], held: ['The signal is $1; its quality is $2, where $3 is the best.', 'The signal is $1 and has a quality of $2 ($3 being the best).'] },
  { shape: shape('There is no earlier tracing to compare with\\.'), shown: ['No earlier tracing is available to compare with.', 'There is no previous tracing to compare with.'], held: ['There is no earlier recording to compare with.', 'There is no prior tracing for comparison.'] },
  { shape: shape('The earlier tracing is unusable: nothing is compared\\.'), shown: ['The earlier tracing is unusable, so nothing is compared.', 'Because the earlier tracing is unusable, nothing is compared.'], held: ['As the previous tracing is unusable, nothing is compared.', 'The earlier recording is unusable; nothing was compared.'] },
  { shape: shape('New since the earlier tracing: (.+) \\(score #, before #, threshold #MARK\\)\\.'), shown: ['$1 is new since the earlier tracing (score $2, before $3, threshold $4$5).', 'New since the earlier tracing is $~1, with a score of $2 (before $3, threshold $4$5).'], held: ['New since the previous tracing: $~1 (score $2, previously $3, threshold $4$5).', 'Since the earlier tracing, $~1 is new (score $2, before $3, threshold $4$5).'] },
  { shape: shape('No longer seen: (.+) \\(score #, before #, threshold #MARK\\)\\.'), shown: ['$1 is no longer seen (score $2, before $3, threshold $4$5).', 'No longer present: $~1 (score $2, before $3, threshold $4$5).'], held: ['$1 can no longer be seen (score $2, before $3, threshold $4$5).', 'No longer seen is $~1, with a score of $2 (previously $3, threshold $4$5).'] },
  { shape: shape('(Heart rate|PR interval|QRS duration|QTc \\(Fridericia\\)|Frontal QRS axis) #( ms|/min|°), before #(?: ms|/min|°)\\.'), shown: ['The $~1 is $2$3; before, it was $4$3.', '$1: $2$3 (before $4$3).'], held: ['The $~1 is $2$3, previously $4$3.', 'The $~1 is now $2$3; previously it was $4$3.'] },
  { shape: shape('ST in (\\w+) # mV, before # mV\\.'), shown: ['ST in $1 is $2 mV; before, it was $3 mV.', 'ST in lead $1: $2 mV (before $3 mV).'], held: ['In $1, ST is $2 mV (previously $3 mV).', 'The ST level in $1 is $2 mV; previously it was $3 mV.'] },
  { shape: shape('The same statements as in the earlier tracing\\.'), shown: ['The statements are the same as in the earlier tracing.', 'These are the same statements as in the earlier tracing.'], held: ['The statements are the same as in the previous tracing.', 'There are the same statements as in the earlier recording.'] },
  { shape: shape('Not said: (.+) reached its threshold \\(score #, threshold #MARK\\), and a measurement rules it out\\.'), shown: ['$1 reached its threshold (score $2, threshold $3$4) but is not said, because a measurement rules it out.', 'Not said: $~1 reached the threshold (score $2, threshold $3$4), but a measurement rules it out.'], held: ['$1 is not said: it reached its threshold (score $2, threshold $3$4), and a measurement rules it out.', 'Although $~1 reached its threshold (score $2, threshold $3$4), it is not said, as a measurement rules it out.'] },
  { shape: shape('No model has scored this segment: what is said rests on measurements alone\\.'), shown: ['This segment was not scored by any model: what is said rests on measurements alone.', 'No model has scored this segment, so what is said rests on measurements alone.'], held: ['As no model has scored this segment, what is said rests on measurements alone.', 'No model scored this segment; everything said rests on measurements alone.'] },
  { shape: shape('What comes and goes may be missing: # s were looked at\\.'), shown: ['$1 s were looked at, so what comes and goes may be missing.', 'What comes and goes may be missing, since $1 seconds were looked at.'], held: ['Because $1 s were looked at, what comes and goes may be missing.', 'What comes and goes may be missing; $1 seconds were examined.'] },
  { shape: shape('(By measurement .+)\\.'), shown: ['$1.'], held: ['$1.'] },
];

const GERMAN: readonly Honest[] = [
  {
    shape: shape('([^:]+) \\(Score #, Schwelle #MARK\\)\\.'),
    shown: ['Es liegt $~1 vor (Score $2, Schwelle $3$4).', '$1 wurde gefunden, mit einem Score von $2 bei einer Schwelle von $3$4.', '$1: Score $2, Schwelle $3$4.', 'Das Modell meldet $~1 mit einem Score von $2 (Schwelle $3$4).'],
    held: ['Die Aufzeichnung zeigt $~1 (Score $2, Schwelle $3$4).', '$1 ist vorhanden; der Score beträgt $2, die Schwelle $3$4.', '$1 hat einen Score von $2, und die Schwelle liegt bei $3$4.', 'Es findet sich $~1 (Score $2; Schwelle $3$4).'],
  },
  {
    shape: shape('(Herzfrequenz|PQ-Intervall|QRS-Dauer|QTc \\(Fridericia\\)) #( ms|/min), (im Normbereich|unter dem Normbereich|über dem Normbereich) \\(# bis #(?: ms|/min)\\)\\.'),
    shown: ['$1: $2$3, $4 ($5 bis $6$3).', '$1 beträgt $2$3 und liegt $4 ($5 bis $6$3).', '$1 von $2$3, $4 ($5–$6$3).'],
    held: ['Mit $2$3 liegt $1 $4 ($5 bis $6$3).', '$1 liegt bei $2$3 und damit $4 ($5 bis $6$3).', '$1 misst $2$3, das ist $4 von $5 bis $6$3.'],
  },
  { shape: shape('(QT-Intervall|QTc \\(Fridericia\\)|PQ-Intervall|QRS-Dauer|Herzfrequenz) #( ms|/min)\\.'), shown: ['$1 beträgt $2$3.', '$1: $2$3.'], held: ['$1 liegt bei $2$3.', '$1 misst $2$3.'] },
  { shape: shape('QRS-Achse in der Frontalebene # Grad: (.+) \\(# bis # Grad\\)\\.'), shown: ['Die QRS-Achse in der Frontalebene beträgt $1 Grad: $2 ($3 bis $4 Grad).', 'QRS-Achse in der Frontalebene: $1°, $2 ($3 bis $4 Grad).'], held: ['Die QRS-Achse in der Frontalebene liegt bei $1 Grad, $2 ($3 bis $4 Grad).', 'In der Frontalebene liegt die QRS-Achse bei $1°: $2 ($3° bis $4°).'] },
  { shape: shape('QRS-Achse in der Frontalebene # Grad\\.'), shown: ['Die QRS-Achse in der Frontalebene beträgt $1 Grad.'], held: ['Die QRS-Achse in der Frontalebene liegt bei $1°.'] },
  { shape: shape('# von # Schlägen sind (.+)\\.'), shown: ['Von $2 Schlägen sind $1 $3.', '$1 der $2 Schläge sind $3.'], held: ['Es sind $1 von $2 Schlägen $3.', '$1 von den $2 Schlägen sind $3.'] },
  { shape: shape('Die RR-Intervalle schwanken um #%\\.'), shown: ['Die RR-Intervalle variieren um $1%.', 'Die Schwankung der RR-Intervalle beträgt $1%.'], held: ['Um $1% schwanken die RR-Intervalle.', 'RR-Intervalle: Schwankung um $1 Prozent.'] },
  { shape: shape('Die längste Strecke ohne Schlag dauert # s\\.'), shown: ['Die längste Strecke ohne Schlag beträgt $1 s.', 'Die längste Pause ohne Schlag dauert $1 Sekunden.'], held: ['Die längste Zeit ohne Schlag dauert $1 s.', 'Die längste Strecke ohne einen Schlag dauert $1 Sekunden.'] },
  { shape: shape('In # s wurde kein Schlag gefunden\\.'), shown: ['Kein Schlag wurde in $1 s gefunden.', 'In $1 Sekunden wurde kein Schlag gefunden.'], held: ['In $1 s fand sich kein Schlag.', 'Innerhalb von $1 s wurde kein Schlag gefunden.'] },
  { shape: shape('Das Gerät meldet Schrittmacherimpulse\\.'), shown: ['Vom Gerät werden Schrittmacherimpulse gemeldet.', 'Schrittmacherimpulse werden vom Gerät gemeldet.'], held: ['Das Gerät hat Schrittmacherimpulse gemeldet.', 'Schrittmacherimpulse wurden vom Gerät gemeldet.'] },
  { shape: shape('Kein Rhythmus erreichte seine Schwelle\\.'), shown: ['Keiner der Rhythmen erreichte seine Schwelle.', 'Kein Rhythmus hat seine Schwelle erreicht.'], held: ['Es erreichte kein Rhythmus seine Schwelle.', 'Kein Rhythmus erreichte die Schwelle.'] },
  { shape: shape('Keine Aussage erreichte ihre Schwelle\\.'), shown: ['Keine der Aussagen erreichte ihre Schwelle.', 'Keine Aussage hat ihre Schwelle erreicht.'], held: ['Es erreichte keine Aussage ihre Schwelle.', 'Keine Aussage erreichte die Schwelle.'] },
  { shape: shape('Nicht gemessen: (.+)\\.'), shown: ['Nicht gemessen wurden: $1.', 'Folgendes wurde nicht gemessen: $1.'], held: ['Was nicht gemessen wurde: $1.', '$1: nicht gemessen.'] },
  { shape: shape('Die Achse wurde nicht gemessen\\.'), shown: ['Die Achse ist nicht gemessen worden.', 'Es wurde keine Achse gemessen.'], held: ['Achse: nicht gemessen.', 'Nicht gemessen wurde die Achse.'] },
  { shape: shape('(.+): #( mV| ms), Kriterium erfüllt \\((mindestens|über|unter) #(?: mV| ms)\\)\\.'), shown: ['$1: $2$3, das Kriterium ist erfüllt ($4 $5$3).', '$1 beträgt $2$3: Kriterium erfüllt ($4 $5$3).'], held: ['$1: $2$3, damit ist das Kriterium ($4 $5$3) erfüllt.', '$1 erfüllt mit $2$3 das Kriterium ($4 $5$3).'] },
  { shape: shape('(.+): #( mV| ms), Kriterium nicht erfüllt \\((mindestens|über|unter) #(?: mV| ms)\\)\\.'), shown: ['$1: $2$3, das Kriterium ist nicht erfüllt ($4 $5$3).', '$1 beträgt $2$3: Kriterium nicht erfüllt ($4 $5$3).'], held: ['$1: $2$3, damit ist das Kriterium ($4 $5$3) nicht erfüllt.', '$1 erfüllt mit $2$3 das Kriterium nicht ($4 $5$3).'] },
  { shape: shape('ST # ms nach dem QRS: von # mV in (\\w+) bis # mV in (\\w+)\\.'), shown: ['ST reicht $1 ms nach dem QRS von $2 mV in $3 bis $4 mV in $5.', '$1 ms nach dem QRS liegt ST zwischen $2 mV in $3 und $4 mV in $5.'], held: ['$1 ms nach dem QRS reicht ST von $2 mV in $3 bis $4 mV in $5.', 'ST liegt $1 ms nach dem QRS zwischen $2 mV (Ableitung $3) und $4 mV (Ableitung $5).'] },
  { shape: shape('ST ist in (.+) um # mV oder mehr gesenkt, # ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt\\.'), shown: ['In $1 ist ST um $2 mV oder mehr gesenkt, $3 ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.', 'ST ist in $1 um mindestens $2 mV gesenkt, $3 ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.'], held: ['$3 ms nach dem QRS ist ST in $1 um $2 mV oder mehr gesenkt; die Definition, aus der die Grenze stammt, liest am J-Punkt.', 'In $1 liegt eine ST-Senkung von mindestens $2 mV vor, $3 ms nach dem QRS; die Definition, aus der die Grenze stammt, liest am J-Punkt.'] },
  { shape: shape('ST wurde nicht gemessen und wird nicht beurteilt\\.'), shown: ['ST wurde weder gemessen noch beurteilt.', 'ST ist nicht gemessen und wird nicht beurteilt.'], held: ['ST wurde nicht gemessen und daher nicht beurteilt.', 'ST wurde nicht gemessen; es wird nicht beurteilt.'] },
  { shape: shape('ST wurde nicht beurteilt: das Signal zeigt die Form der Schläge nicht gut genug\\.'), shown: ['ST wurde nicht beurteilt, weil das Signal die Form der Schläge nicht gut genug zeigt.', 'ST wird nicht beurteilt, da das Signal die Form der Schläge nicht gut genug zeigt.'], held: ['Da das Signal die Form der Schläge nicht gut genug zeigt, wurde ST nicht beurteilt.', 'ST wurde nicht beurteilt, denn das Signal zeigt die Form der Schläge nicht gut genug.'] },
  { shape: shape('Die Schläge sind stimuliert oder breit: ST und T folgen daraus und werden nicht beurteilt\\.'), shown: ['Da die Schläge stimuliert oder breit sind, folgen ST und T daraus und werden nicht beurteilt.', 'Die Schläge sind stimuliert oder breit; ST und T folgen daraus und werden nicht beurteilt.'], held: ['Weil die Schläge stimuliert oder breit sind, folgen ST und T daraus und werden nicht beurteilt.', 'Die Schläge sind stimuliert oder breit, daher folgen ST und T daraus und werden nicht beurteilt.'] },
  { shape: shape('Der Frequenzgang des Geräts verschiebt ST: dazu wird nichts gesagt\\.'), shown: ['Der Frequenzgang des Geräts verschiebt ST, deshalb wird dazu nichts gesagt.', 'Da der Frequenzgang des Geräts ST verschiebt, wird dazu nichts gesagt.'], held: ['Weil der Frequenzgang des Gerätes ST verschiebt, wird dazu nichts gesagt.', 'Der Frequenzgang des Geräts verschiebt ST; dazu wird nichts gesagt.'] },
  { shape: shape('Was hier seine Schwelle erreichte, ist durch eine Messung ausgeschlossen: siehe Grenzen\\.'), shown: ['Was hier seine Schwelle erreichte, wird durch eine Messung ausgeschlossen (siehe Grenzen).', 'Was hier die Schwelle erreichte, ist durch eine Messung ausgeschlossen; siehe Grenzen.'], held: ['Durch eine Messung ist ausgeschlossen, was hier seine Schwelle erreichte: siehe Grenzen.', 'Alles, was hier seine Schwelle erreichte, ist durch eine Messung ausgeschlossen: siehe Grenzen.'] },
  { shape: shape('Kein vorhandenes Modell sagt dazu etwas\\.'), shown: ['Dazu sagt kein vorhandenes Modell etwas.', 'Kein verfügbares Modell sagt dazu etwas.'], held: ['Keines der vorhandenen Modelle sagt dazu etwas.', 'Kein vorhandenes Modell sagt etwas dazu.'] },
  { shape: shape('Das Signal ist unbrauchbar: zum Herzen wird nichts gesagt\\.'), shown: ['Das Signal ist unbrauchbar, deshalb wird zum Herzen nichts gesagt.', 'Da das Signal unbrauchbar ist, wird zum Herzen nichts gesagt.'], held: ['Weil das Signal unbrauchbar ist, wird zum Herzen nichts gesagt.', 'Zum Herzen wird nichts gesagt, denn das Signal ist unbrauchbar.'] },
  { shape: shape('Das Signal ist (gut|eingeschränkt|unbrauchbar), seine Qualität # \\(# ist die beste\\)\\.'), shown: ['Das Signal ist $1, mit einer Qualität von $2 ($3 ist die beste).', 'Das Signal ist $1; seine Qualität beträgt $2 ($3 ist die beste).'], held: ['Das Signal ist $1 und hat eine Qualität von $2 ($3 ist die beste).', 'Das Signal ist $1, die Qualität liegt bei $2 ($3 wäre die beste).'] },
  { shape: shape('Es gibt keine frühere Aufzeichnung zum Vergleich\\.'), shown: ['Eine frühere Aufzeichnung zum Vergleich gibt es nicht.', 'Es liegt keine frühere Aufzeichnung zum Vergleich vor.'], held: ['Zum Vergleich gibt es keine frühere Aufzeichnung.', 'Es ist keine frühere Aufzeichnung zum Vergleich vorhanden.'] },
  { shape: shape('Die frühere Aufzeichnung ist unbrauchbar: nichts wird verglichen\\.'), shown: ['Die frühere Aufzeichnung ist unbrauchbar, deshalb wird nichts verglichen.', 'Da die frühere Aufzeichnung unbrauchbar ist, wird nichts verglichen.'], held: ['Weil die frühere Aufzeichnung unbrauchbar ist, wird nichts verglichen.', 'Die frühere Aufzeichnung ist unbrauchbar; es wird nichts verglichen.'] },
  { shape: shape('Neu seit der früheren Aufzeichnung: (.+) \\(Score #, zuvor #, Schwelle #MARK\\)\\.'), shown: ['$1 ist neu seit der früheren Aufzeichnung (Score $2, zuvor $3, Schwelle $4$5).', 'Neu seit der vorherigen Aufzeichnung: $1 (Score $2, vorher $3, Schwelle $4$5).'], held: ['Seit der früheren Aufzeichnung ist $~1 neu (Score $2, zuvor $3, Schwelle $4$5).', 'Neu gegenüber der früheren Aufzeichnung: $1 (Score $2, zuvor $3, Schwelle $4$5).'] },
  { shape: shape('Nicht mehr zu sehen: (.+) \\(Score #, zuvor #, Schwelle #MARK\\)\\.'), shown: ['$1 ist nicht mehr zu sehen (Score $2, zuvor $3, Schwelle $4$5).', 'Nicht mehr vorhanden: $1 (Score $2, zuvor $3, Schwelle $4$5).'], held: ['Nicht mehr zu sehen ist $~1 (Score $2, vorher $3, Schwelle $4$5).', '$1 ist nicht mehr sichtbar (Score $2, zuvor $3, Schwelle $4$5).'] },
  { shape: shape('(Herzfrequenz|PQ-Intervall|QRS-Dauer|QTc \\(Fridericia\\)|QRS-Achse in der Frontalebene) #( ms|/min|°), zuvor #(?: ms|/min|°)\\.'), shown: ['$1: $2$3 (zuvor $4$3).', '$1 beträgt $2$3, zuvor waren es $4$3.'], held: ['$1 liegt bei $2$3, vorher $4$3.', '$1 beträgt jetzt $2$3, zuvor $4$3.'] },
  { shape: shape('ST in (\\w+) # mV, zuvor # mV\\.'), shown: ['ST in $1 beträgt $2 mV, zuvor $3 mV.', 'ST in Ableitung $1: $2 mV (zuvor $3 mV).'], held: ['In $1 beträgt ST $2 mV, vorher $3 mV.', 'ST in $1 liegt bei $2 mV (zuvor $3 mV).'] },
  { shape: shape('Dieselben Aussagen wie in der früheren Aufzeichnung\\.'), shown: ['Es sind dieselben Aussagen wie in der früheren Aufzeichnung.', 'Die Aussagen sind dieselben wie in der früheren Aufzeichnung.'], held: ['Es gelten dieselben Aussagen wie in der früheren Aufzeichnung.', 'Die gleichen Aussagen wie in der früheren Aufzeichnung.'] },
  { shape: shape('Nicht gesagt: (.+) erreichte die Schwelle \\(Score #, Schwelle #MARK\\); eine Messung schließt es aus\\.'), shown: ['$1 erreichte die Schwelle (Score $2, Schwelle $3$4), wird aber nicht gesagt: eine Messung schließt es aus.', 'Nicht gesagt: $1 erreichte die Schwelle (Score $2, Schwelle $3$4), eine Messung schließt es jedoch aus.'], held: ['$1 wird nicht gesagt: die Schwelle ist erreicht (Score $2, Schwelle $3$4), aber eine Messung schließt es aus.', 'Nicht gesagt wird $~1: Schwelle erreicht (Score $2, Schwelle $3$4), doch eine Messung schließt es aus.'] },
  { shape: shape('Kein Modell hat diesen Abschnitt bewertet: alles Gesagte beruht allein auf Messungen\\.'), shown: ['Da kein Modell diesen Abschnitt bewertet hat, beruht alles Gesagte allein auf Messungen.', 'Kein Modell hat diesen Abschnitt bewertet, deshalb beruht alles Gesagte allein auf Messungen.'], held: ['Dieser Abschnitt wurde von keinem Modell bewertet: alles Gesagte beruht allein auf Messungen.', 'Weil kein Modell diesen Abschnitt bewertet hat, beruht alles Gesagte allein auf Messungen.'] },
  { shape: shape('Was kommt und geht, kann fehlen: betrachtet wurden # s\\.'), shown: ['Was kommt und geht, kann fehlen, denn betrachtet wurden $1 s.', 'Betrachtet wurden $1 s: was kommt und geht, kann fehlen.'], held: ['Da $1 s betrachtet wurden, kann fehlen, was kommt und geht.', 'Es wurden $1 Sekunden betrachtet; was kommt und geht, kann fehlen.'] },
  { shape: shape('(Gemessen .+)\\.'), shown: ['$1.'], held: ['$1.'] },
];

export const HONEST: Readonly<Record<Language, readonly Honest[]>> = { en: ENGLISH, de: GERMAN };

/** Short forms that readers use. */
const SHORT: readonly (readonly [string, string])[] = [
  ['Atrial fibrillation', 'AF'], ['Left bundle branch block', 'LBBB'], ['Right bundle branch block', 'RBBB'], ['Complete left bundle branch block', 'complete LBBB'], ['Complete right bundle branch block', 'complete RBBB'],
  ['Incomplete right bundle branch block', 'incomplete RBBB'], ['Ventricular premature complexes', 'PVCs'], ['Atrial premature complexes', 'PACs'], ['First-degree AV block', '1st-degree AV block'], ['Left ventricular hypertrophy', 'LVH'],
  ['Long QT interval', 'prolonged QT interval'], ['Inferior myocardial infarction', 'inferior infarction'], ['Anterior myocardial infarction', 'anterior infarction'], ['Linksventrikuläre Hypertrophie', 'Linksherzhypertrophie'],
  ['Vorhofflimmern', 'VHF'], ['Kompletter Linksschenkelblock', 'vollständiger Linksschenkelblock'], ['Kompletter Rechtsschenkelblock', 'vollständiger Rechtsschenkelblock'], ['AV-Block I. Grades', 'AV-Block ersten Grades'], ['Inferiorer Myokardinfarkt', 'inferiorer Infarkt'],
];
const SHORT_OF = new Map(SHORT);

export const setOf = (language: Language, set: 'shown' | 'held'): readonly Rewrites[] => HONEST[language].map((one) => ({ shape: one.shape, rewrites: one[set] }));

/** What an honest writer puts in the sentence's place. @param isShort with readers' short forms of what it names, where there is one */
export function honestOf(text: string, language: Language, sets: readonly Rewrites[], isShort = false): readonly string[] {
  for (const rule of sets) {
    const found = rule.shape.exec(text);
    if (found === null) continue;
    return rule.rewrites.map((rewrite) => rewrite.replaceAll(/\$(~?)(\d)/g, (_, inner: string, place: string) => {
      const own = found[Number(place)];
      const named = isShort ? (SHORT_OF.get(own) ?? own) : own;
      return inner === '' ? named : inSentence(named, language);
    }));
  }
  return [];
}

/** In the middle of a sentence: names of people, short forms and German nouns keep their capital. */
function inSentence(text: string, language: Language): string {
  if (/^(?:[A-Z]{2}|[A-Z]-|[A-Z] |QTc|Sokolow|Cornell|Brugada|Ebstein|P[VA]Cs)/.test(text)) return text;
  if (language === 'de' && !/^\p{Lu}\p{Ll}+(?:er|e|es) \p{Lu}/u.test(text)) return text;
  return `${text[0].toLowerCase()}${text.slice(1)}`;
}
