import type { Lexicon } from './lexicon.js';

const words = (text: string): readonly string[] => text.split(' ');

export const GERMAN: Lexicon = {
  articles: words('der die das den dem des ein eine einen einem einer eines'),
  glue: [
    ...words('ist sind war waren sei wird werden wurde wurden worden hat haben es er sie dies diese dieser dieses diesen diesem ihr ihre ihren sein seine seiner seinen dessen deren welche welcher welches mit bei von vom im in und sowie zum zur am da weil denn daher deshalb somit damit also auch hier vor'),
    ...words('liegt liegen lag lagen sich beträgt betragen betrug misst maß gemeldet meldet melden meldete'),
    'die Aufzeichnung zeigt', 'das EKG zeigt', 'folgendes', 'folgende', 'einen Wert von', 'der Wert',
  ],
  presence: words('zeigt zeigen zeigte zeigten findet finden fand fanden besteht bestehen bestand bestanden gefunden festgestellt erkannt erkennbar gesehen vorhanden sichtbar gibt gab'),
  negations: words('nicht kein keine keiner keines keinen keinem keins nichts nie niemals weder noch ohne niemand'),
  negationLinks: words('von ist sind worden'),
  roles: [
    ['Score'], ['Schwelle', 'Schwellenwert'], ['Sicherheit', 'Konfidenz'], ['Qualität'], ['zuvor', 'vorher', 'davor'], ['mindestens', 'wenigstens'], ['über', 'oberhalb von', 'mehr als', 'größer als'], ['unter', 'unterhalb von', 'weniger als', 'kleiner als'],
  ],
  roleLinks: words('von ist war waren liegt lag lagen bei beträgt betrug es'),
  conjunctions: [],
  synonyms: [
    ['im Normbereich', 'innerhalb des Normbereichs', 'im normalen Bereich'],
    ['unter dem Normbereich', 'unterhalb des Normbereichs'],
    ['über dem Normbereich', 'oberhalb des Normbereichs'],
    ['das Modell meldet', 'das Modell meldete', 'das Modell findet', 'das Modell fand', 'das Modell zeigt', 'das Modell zeigte', 'das Modell erkennt', 'das Modell erkannte', 'laut Modell'],
    ['Rhythmus', 'Rhythmen'], ['Aussage', 'Aussagen'], ['Modell', 'Modelle'], ['Schlag', 'Schläge', 'Schlägen', 'Herzschlag', 'Herzschläge', 'Herzschlägen'],
    ['erreichte', 'erreichten'], ['erreicht', 'erreichen'], ['erfüllt', 'erfüllen'], ['gemessen', 'messen'], ['beurteilt', 'bewertet', 'eingeschätzt'], ['verglichen', 'Vergleich'], ['gesagt', 'ausgesagt'],
    ['vorhandenes Modell', 'verfügbares Modell', 'vorliegendes Modell'],
    ['frühere', 'vorherige', 'vorangegangene', 'vorige'], ['Aufzeichnung', 'Registrierung'], ['seit', 'gegenüber', 'im Vergleich zu', 'im Vergleich zur'],
    ['nicht mehr zu sehen', 'nicht mehr vorhanden', 'nicht mehr nachweisbar', 'nicht mehr gefunden', 'nicht mehr sichtbar', 'nicht mehr erkennbar'],
    ['ausgeschlossen'], ['schließt es aus', 'schließt es jedoch aus', 'schließt dies aus', 'schließt das aus'],
    ['gesenkt', 'Senkung', 'abgesenkt'], ['gehoben', 'Hebung', 'angehoben'], ['Schrittmacherimpulse', 'Schrittmacher-Impulse', 'Stimulationsimpulse'],
    ['Strecke', 'Pause'], ['schwanken', 'schwankten', 'Schwankung', 'variieren', 'variierten', 'Variation'], ['RR-Intervalle', 'RR-Intervall'],
    ['betrachtet', 'untersucht', 'angesehen'], ['kann fehlen', 'könnte fehlen'], ['siehe Grenzen', 'siehe unter Grenzen'], ['allein', 'nur', 'ausschließlich'], ['belegt', 'gestützt', 'bestätigt'],
    ['dieselben', 'die gleichen'], ['nicht sicher', 'unsicher', 'unklar'], ['gut genug', 'ausreichend gut', 'hinreichend gut'], ['stimuliert', 'schrittmacherstimuliert'], ['Abschnitt', 'Segment'],
  ],
  units: {
    ms: ['ms', 'Millisekunden'], mV: ['mV', 'Millivolt'], s: ['s', 'Sekunden', 'Sek'], '/min': ['/min', 'pro Minute', 'Schläge pro Minute', 'Schlägen pro Minute', '/Minute', 'bpm'], '%': ['%', 'Prozent'], '°': ['°', 'Grad'],
  },
  to: ['bis'],
  outOf: ['von', 'von den', 'der', 'aus'],
  between: ['zwischen', 'und'],
  from: 'von',
  and: ['und'],
  lead: ['Ableitung', 'Ableitungen'],
  inLead: ['in', 'bei'],
  answers: { yes: ['ja'], no: ['nein'], none: ['nichts davon', 'keine davon', 'keines davon'] },
  marks: ['UNBEWIESEN', 'SIMULIERT'],
};
