import { type Term, termsOf } from './term.js';

/** Statements on rhythm; of form those on ectopic beats. */
export const RHYTHM: readonly Term[] = [
  ...termsOf('rhythm', ['form'], [
    ['PVC', 'Ventricular premature complexes', 'Ventrikuläre Extrasystolen', 'premature ventricular contraction(s).', 'ventrikuläre extrasystole(n)'],
    ['PAC', 'Atrial premature complexes', 'Supraventrikuläre Extrasystolen', 'premature atrial contraction(s).', 'supraventrikuläre extrasystole(n)'],
    ['PRC(S)', 'Premature complexes', 'Extrasystolen', 'premature beat(s).', 'extrasystole(n)'],
  ]),
  ...termsOf('rhythm', ['rhythm'], [
    ['SR', 'Sinus rhythm', 'Sinusrhythmus', 'sinus rhythm.', 'sinusrhythmus'],
    ['SBRAD', 'Sinus bradycardia', 'Sinusbradykardie', 'sinus bradycardia.', 'sinusbradykardie'],
    ['STACH', 'Sinus tachycardia', 'Sinustachykardie', 'sinus tachycardia.', 'sinustachykardie'],
    ['SARRH', 'Sinus arrhythmia', 'Sinusarrhythmie', 'sinus arrhythmia.', 'sinus arrhythmie'],
    ['AFIB', 'Atrial fibrillation', 'Vorhofflimmern', 'atrial fibrillation.', 'vorhofflimmern/-flattern'],
    ['AFLT', 'Atrial flutter', 'Vorhofflattern', 'atrial flutter.', 'vorhofflattern'],
    ['SVARR', 'Supraventricular arrhythmia', 'Supraventrikuläre Arrhythmie', 'supraventricular arrhythmia.', 'supraventrikuläre arrhythmie'],
    ['SVTAC', 'Supraventricular tachycardia', 'Supraventrikuläre Tachykardie', 'supraventricular tachycardia.', 'supraventrikuläre tachykardie'],
    ['PSVT', 'Paroxysmal supraventricular tachycardia', 'Paroxysmale supraventrikuläre Tachykardie', 'supraventricular tachycardia.', 'supraventrikuläre tachykardie'],
    ['PACE', 'Functioning artificial pacemaker', 'Herzschrittmacherrhythmus', 'pacemaker rhythm.', 'schrittmacher ekg'],
    ['BIGU', 'Bigeminal pattern', 'Bigeminus', 'bigeminy.', 'bigeminus'],
    ['TRIGU', 'Trigeminal pattern', 'Trigeminus', 'trigeminy.', 'trigeminus'],
  ]),
  ...termsOf('rhythm', [], [
    ['sinus-bradycardia', 'Sinus bradycardia', 'Sinusbradykardie', 'sinus bradycardia.', 'sinusbradykardie'],
    ['sinus-tachycardia', 'Sinus tachycardia', 'Sinustachykardie', 'sinus tachycardia.', 'sinustachykardie'],
    ['sinus-arrhythmia', 'Sinus arrhythmia', 'Sinusarrhythmie', 'sinus arrhythmia.', 'sinus arrhythmie'],
    ['sinus-pause-or-sa-block', 'Sinus arrest, pause or sinoatrial block', 'Sinusarrest, Pause oder sinuatrialer Block'],
    ['atrial-fibrillation', 'Atrial fibrillation', 'Vorhofflimmern', 'atrial fibrillation.', 'vorhofflimmern/-flattern'],
    ['atrial-flutter', 'Atrial flutter', 'Vorhofflattern', 'atrial flutter.', 'vorhofflattern'],
    ['atrial-tachycardia', 'Atrial tachycardia or ectopic atrial rhythm', 'Atriale Tachykardie oder ektoper Vorhofrhythmus'],
    ['supraventricular-tachycardia', 'Supraventricular tachycardia', 'Supraventrikuläre Tachykardie', 'supraventricular tachycardia.', 'supraventrikuläre tachykardie'],
    ['premature-atrial-complex', 'Atrial premature complexes', 'Supraventrikuläre Extrasystolen', 'premature atrial contraction(s).', 'supraventrikuläre extrasystole(n)'],
    ['junctional-rhythm', 'Junctional rhythm', 'Junktionaler Rhythmus'],
    ['premature-ventricular-complex', 'Ventricular premature complexes', 'Ventrikuläre Extrasystolen', 'premature ventricular contraction(s).', 'ventrikuläre extrasystole(n)'],
    ['ventricular-bigeminy-or-trigeminy', 'Bigeminal or trigeminal pattern', 'Bigeminus oder Trigeminus'],
    ['ventricular-tachycardia', 'Ventricular tachycardia', 'Ventrikuläre Tachykardie'],
    ['ventricular-fibrillation-or-flutter', 'Ventricular fibrillation or flutter', 'Kammerflimmern oder -flattern'],
    ['ventricular-escape-rhythm', 'Idioventricular or ventricular escape rhythm', 'Idioventrikulärer oder ventrikulärer Ersatzrhythmus'],
    ['paced-rhythm', 'Paced rhythm', 'Herzschrittmacherrhythmus', 'pacemaker rhythm.', 'schrittmacher ekg'],
  ]),
];
