/** Where limits and definitions come from. */
export const SOURCES = {
  sokolow: 'Sokolow M, Lyon TP. Am Heart J 1949; 37:161',
  cornell: 'Casale PN et al. Circulation 1987; 75:565',
  hypertrophy: 'AHA/ACCF/HRS 2009 recommendations on the ECG, part V (Hancock et al.)',
  conduction: 'AHA/ACCF/HRS 2009 recommendations on the ECG, part III (Surawicz et al.)',
  repolarisation: 'AHA/ACCF/HRS 2009 recommendations on the ECG, part IV (Rautaharju et al.)',
  strauss: 'Strauss DG, Selvester RH, Wagner GS. Am J Cardiol 2011; 107:927',
  torsade: 'AHA/ACCF 2010 statement on torsade de pointes in hospital (Drew et al.)',
  bradycardia: 'ACC/AHA/HRS 2018 guideline on bradycardia and conduction delay (Kusumoto et al.)',
  supraventricular: 'ACC/AHA/HRS 2015 guideline on supraventricular tachycardia (Page et al.)',
  stLimits: 'Fourth Universal Definition of Myocardial Infarction 2018 (Thygesen et al.), whose limits are read at the J point: ST is measured 60 ms after the QRS',
  fridericia: 'Fridericia LS. Acta Med Scand 1920; 53:469',
  lowVoltage: 'Madias JE. Low QRS voltage and its causes. J Electrocardiol 2008; 41:498',
  dextrocardia: 'Wagner GS. Marriott’s Practical Electrocardiography, 11th ed. 2008',
  qtRange: 'ECG-QA (Oh et al. 2023): of QT at any rate',
  kinds: 'ANSI/AAMI EC57: kinds of beats',
} as const;
