import { type Term, termsOf } from './term.js';

/** As carts print an infarction, and ischaemia, of one wall. */
const infarct = (en: string, de: string): [string, string] => [`consistent with ${en} myocardial infarction.`, `qrs(t) abnorm | ${de} infarkt alter unbest.`];
const ischaemia = (en: string, de: string): [string, string] => [`st-t changes suggesting ${en} ischaemia.`, `st & t abnorm, wahrscheinlich | ${de} ischämie oder linksbelastung`];

/** Statements on infarction, ischaemia, ST and T. */
export const ISCHAEMIA: readonly Term[] = [
  ...termsOf('ischaemia', ['diagnostic'], [
    ['IMI', 'Inferior myocardial infarction', 'Inferiorer Myokardinfarkt', ...infarct('inferior', 'inferiorer')],
    ['ASMI', 'Anteroseptal myocardial infarction', 'Anteroseptaler Myokardinfarkt', ...infarct('anteroseptal', 'anteroseptaler')],
    ['AMI', 'Anterior myocardial infarction', 'Anteriorer Myokardinfarkt', ...infarct('anterior', 'anteriorer')],
    ['ALMI', 'Anterolateral myocardial infarction', 'Anterolateraler Myokardinfarkt', ...infarct('anterolateral', 'anterolateraler')],
    ['LMI', 'Lateral myocardial infarction', 'Lateraler Myokardinfarkt', ...infarct('lateral', 'lateraler')],
    ['ILMI', 'Inferolateral myocardial infarction', 'Inferolateraler Myokardinfarkt', ...infarct('inferolateral', 'inferiorer')],
    ['IPMI', 'Inferoposterior myocardial infarction', 'Inferoposteriorer Myokardinfarkt', ...infarct('inferoposterior', 'inferiorer')],
    ['IPLMI', 'Inferoposterolateral myocardial infarction', 'Inferoposterolateraler Myokardinfarkt', ...infarct('inferoposterolateral', 'inferiorer')],
    ['PMI', 'Posterior myocardial infarction', 'Posteriorer Myokardinfarkt', ...infarct('posterior', 'posteriorer')],
    ['INJAS', 'Subendocardial injury in anteroseptal leads', 'Subendokardialer Schaden in anteroseptalen Ableitungen'],
    ['INJAL', 'Subendocardial injury in anterolateral leads', 'Subendokardialer Schaden in anterolateralen Ableitungen'],
    ['INJIN', 'Subendocardial injury in inferior leads', 'Subendokardialer Schaden in inferioren Ableitungen'],
    ['INJLA', 'Subendocardial injury in lateral leads', 'Subendokardialer Schaden in lateralen Ableitungen'],
    ['INJIL', 'Subendocardial injury in inferolateral leads', 'Subendokardialer Schaden in inferolateralen Ableitungen'],
    ['ISC_', 'Non-specific ischaemia', 'Unspezifische Ischämie', 'this may be due to lv strain or ischaemia.', 'st & t abnorm, wahrscheinlich | ischämie oder linksbelastung'],
    ['ISCAL', 'Ischaemia in anterolateral leads', 'Ischämie in anterolateralen Ableitungen', ...ischaemia('anterolateral', 'anterolaterale')],
    ['ISCAN', 'Ischaemia in anterior leads', 'Ischämie in anterioren Ableitungen', ...ischaemia('anterior', 'anteriore')],
    ['ISCAS', 'Ischaemia in anteroseptal leads', 'Ischämie in anteroseptalen Ableitungen', ...ischaemia('anteroseptal', 'anteroseptale')],
    ['ISCIN', 'Ischaemia in inferior leads', 'Ischämie in inferioren Ableitungen', ...ischaemia('inferior', 'inferiore')],
    ['ISCIL', 'Ischaemia in inferolateral leads', 'Ischämie in inferolateralen Ableitungen', ...ischaemia('inferolateral', 'inferolaterale')],
    ['ISCLA', 'Ischaemia in lateral leads', 'Ischämie in lateralen Ableitungen', ...ischaemia('lateral', 'laterale')],
    ['ANEUR', 'ST-T changes compatible with a ventricular aneurysm', 'ST-T-Veränderungen, mit einem Ventrikelaneurysma vereinbar', 'compatible with ventricular aneurysm.', 'verdacht auf herzwandaneurysma'],
    ['EL', 'Electrolyte disturbance or drug effect', 'Elektrolytstörung oder Medikamentenwirkung', 'suggest exclude electrolyte disturbance.', 'elektrolytstörung möglich'],
  ]),
  ...termsOf('ischaemia', ['diagnostic', 'form'], [
    ['NDT', 'Non-diagnostic T-wave abnormalities', 'Unspezifische Veränderungen der T-Welle', 'non-specific t wave changes.', 'unspezifisches abnormes t'],
    ['NST_', 'Non-specific ST changes', 'Unspezifische ST-Veränderungen', 'minor non-specific st-t wave changes.', 'unspezifisches abnormes t'],
    ['DIG', 'Digitalis effect', 'Digitaliswirkung', 'consistent with digitalis effect.', 'digitaliseffekt'],
    ['LNGQT', 'Long QT interval', 'Verlängertes QT-Intervall', 'prolonged qt.', 'qt-verlängerung'],
  ]),
  ...termsOf('ischaemia', ['form'], [
    ['ABQRS', 'Abnormal QRS', 'Abnormer QRS-Komplex'],
    ['QWAVE', 'Q waves', 'Q-Zacken', 'q waves.', 'q-zacken'],
    ['STD_', 'Non-specific ST depression', 'Unspezifische ST-Senkung', 'st segments are depressed.', 'st-senkung'],
    ['STE_', 'Non-specific ST elevation', 'Unspezifische ST-Hebung', 'st segments are elevated.', 'st-hebung'],
    ['LOWT', 'T waves of low amplitude', 'Flache T-Wellen', 't waves are low or flat.', 'flaches t'],
    ['NT_', 'Non-specific T-wave changes', 'Unspezifische T-Wellen-Veränderungen', 'non-specific t wave changes.', 'unspezifisches abnormes t'],
    ['INVT', 'Inverted T waves', 'T-Negativierungen', 't waves are inverted.', 't-negativierung'],
    ['TAB_', 'T-wave abnormality', 'Abnorme T-Welle'],
  ]),
  ...termsOf('ischaemia', [], [
    ['stemi', 'ST-elevation myocardial infarction or injury', 'ST-Hebungsinfarkt oder myokardialer Schaden'],
    ['anterior-myocardial-infarction', 'Anterior myocardial infarction', 'Anteriorer Myokardinfarkt', ...infarct('anterior', 'anteriorer')],
    ['inferior-myocardial-infarction', 'Inferior myocardial infarction', 'Inferiorer Myokardinfarkt', ...infarct('inferior', 'inferiorer')],
    ['lateral-or-posterior-myocardial-infarction', 'Lateral or posterior myocardial infarction', 'Lateraler oder posteriorer Myokardinfarkt', ...infarct('lateral', 'lateraler')],
    ['st-depression', 'ST depression or ischaemia', 'ST-Senkung oder Ischämie', 'this may be due to lv strain or ischaemia.', 'st & t abnorm, wahrscheinlich | ischämie oder linksbelastung'],
    ['st-elevation', 'ST elevation', 'ST-Hebung'],
    ['t-wave-abnormality', 'T-wave abnormality', 'Veränderungen der T-Welle', 'non-specific t wave changes.', 'unspezifisches abnormes t'],
    ['early-repolarization', 'Early repolarisation', 'Frühe Repolarisation'],
    ['prolonged-qt', 'Long QT interval', 'Verlängertes QT-Intervall', 'prolonged qt.', 'qt-verlängerung'],
  ]),
];
