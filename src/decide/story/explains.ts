/** What is seen on an ECG because of something else that is seen there too. Each row says where that stands. */
export interface Explanation {
  readonly cause: string;
  readonly effects: readonly string[];
  readonly source: string;
}

const CONDUCTION = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part III: intraventricular conduction disturbances (Surawicz et al.)';
const REPOLARISATION = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part IV: ST segment, T and U waves, QT (Rautaharju et al.)';
const HYPERTROPHY = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part V: chamber hypertrophy (Hancock et al.)';
const ISCHAEMIA = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part VI: acute ischaemia and infarction (Wagner et al.)';
const BRADYCARDIA = 'ACC/AHA/HRS 2018 guideline on bradycardia and conduction delay (Kusumoto et al.)';
const SUPRAVENTRICULAR = 'ACC/AHA/HRS 2015 guideline on supraventricular tachycardia (Page et al.)';
const VENTRICULAR = 'AHA/ACC/HRS 2017 guideline on ventricular arrhythmias (Al-Khatib et al.)';
const SAME = 'the same thing, by measurement';

/** Of slow and blocked hearts: pauses, escape beats and their wide QRS. */
const OF_BLOCK = [
  ...['rule-bradycardia', 'sinus-bradycardia', 'rule-pause', 'sinus-pause-or-sa-block', 'junctional-rhythm', 'ventricular-escape-rhythm', 'premature-ventricular-complex', 'ventricular-bigeminy-or-trigeminy'],
  ...['rule-ventricular-ectopics', 'rule-ventricular-couplet'],
];
const OF_ESCAPE = ['rule-wide-qrs', 'rule-new-wide-qrs', 'left-bundle-branch-block', 'right-bundle-branch-block', 'nonspecific-intraventricular-conduction-delay', 'left-anterior-fascicular-block', 'left-posterior-fascicular-block'];
const WIDE = ['rule-wide-qrs', 'rule-new-wide-qrs', 'nonspecific-intraventricular-conduction-delay'];
const SECONDARY = ['t-wave-abnormality', 'st-depression', 'st-elevation', 'rule-st-elevation', 'rule-st-elevation-alone', 'rule-st-change', 'prolonged-qt', 'rule-long-qtc', 'rule-qtc-change'];
/** Single ventricular beats and their patterns, and what a run of them is taken for. */
const OF_ECTOPY = ['rule-ventricular-couplet', 'rule-ventricular-ectopics', 'rule-bigeminy', 'rule-trigeminy', 'ventricular-bigeminy-or-trigeminy', 'premature-ventricular-complex'];
const INFARCTIONS = ['anterior-myocardial-infarction', 'inferior-myocardial-infarction', 'lateral-or-posterior-myocardial-infarction'];

/** The first row that fits counts. No finding explains itself by any way round: a test holds it. */
export const EXPLANATIONS: readonly Explanation[] = [
  { cause: 'complete-av-block', effects: ['rule-av-block', 'second-degree-av-block-mobitz-ii', 'second-degree-av-block-mobitz-i', 'first-degree-av-block', ...OF_BLOCK, ...OF_ESCAPE], source: BRADYCARDIA },
  { cause: 'second-degree-av-block-mobitz-ii', effects: ['rule-av-block', 'second-degree-av-block-mobitz-i', 'first-degree-av-block', ...OF_BLOCK, ...OF_ESCAPE], source: BRADYCARDIA },
  { cause: 'second-degree-av-block-mobitz-i', effects: ['rule-av-block', 'first-degree-av-block', ...OF_BLOCK], source: BRADYCARDIA },
  { cause: 'rule-av-block', effects: ['first-degree-av-block', ...OF_BLOCK, ...OF_ESCAPE], source: BRADYCARDIA },
  { cause: 'rule-asystole', effects: ['rule-pause', 'rule-bradycardia', 'sinus-pause-or-sa-block', 'sinus-bradycardia', 'junctional-rhythm'], source: BRADYCARDIA },
  { cause: 'rule-pause', effects: ['sinus-pause-or-sa-block', 'rule-bradycardia', 'sinus-bradycardia', 'junctional-rhythm'], source: BRADYCARDIA },
  { cause: 'rule-bradycardia', effects: ['sinus-bradycardia', 'junctional-rhythm', 'ventricular-escape-rhythm'], source: BRADYCARDIA },
  { cause: 'rule-wide-tachycardia', effects: ['ventricular-tachycardia', 'supraventricular-tachycardia', 'rule-tachycardia', 'sinus-tachycardia', 'rule-ventricular-run', 'rule-idioventricular', ...OF_ECTOPY, ...OF_ESCAPE, 'ventricular-escape-rhythm', ...SECONDARY], source: VENTRICULAR },
  { cause: 'ventricular-tachycardia', effects: ['rule-tachycardia', 'rule-ventricular-run', 'rule-idioventricular', ...OF_ECTOPY, ...OF_ESCAPE], source: VENTRICULAR },
  { cause: 'rule-ventricular-run', effects: ['rule-idioventricular', ...OF_ECTOPY, ...WIDE], source: VENTRICULAR },
  { cause: 'rule-idioventricular', effects: ['ventricular-escape-rhythm', ...OF_ECTOPY, ...OF_ESCAPE], source: VENTRICULAR },
  { cause: 'rule-bigeminy', effects: ['ventricular-bigeminy-or-trigeminy', 'rule-trigeminy', 'rule-ventricular-ectopics', 'rule-ventricular-couplet', 'premature-ventricular-complex', ...WIDE], source: VENTRICULAR },
  { cause: 'rule-trigeminy', effects: ['ventricular-bigeminy-or-trigeminy', 'rule-ventricular-ectopics', 'rule-ventricular-couplet', 'premature-ventricular-complex', ...WIDE], source: VENTRICULAR },
  { cause: 'ventricular-bigeminy-or-trigeminy', effects: ['rule-ventricular-ectopics', 'premature-ventricular-complex', ...WIDE], source: VENTRICULAR },
  { cause: 'rule-ventricular-ectopics', effects: ['rule-ventricular-couplet', 'premature-ventricular-complex', ...WIDE], source: VENTRICULAR },
  { cause: 'premature-ventricular-complex', effects: WIDE, source: VENTRICULAR },
  { cause: 'rule-tachycardia', effects: ['sinus-tachycardia'], source: SAME },
  { cause: 'supraventricular-tachycardia', effects: ['rule-supraventricular-run', 'atrial-tachycardia', 'sinus-tachycardia'], source: SUPRAVENTRICULAR },
  { cause: 'atrial-fibrillation', effects: ['rule-atrial-fibrillation', 'rule-supraventricular-run', 'atrial-flutter', 'atrial-tachycardia', 'supraventricular-tachycardia', 'premature-atrial-complex', 'sinus-tachycardia', 'junctional-rhythm'], source: SUPRAVENTRICULAR },
  { cause: 'rule-atrial-fibrillation', effects: ['rule-supraventricular-run', 'atrial-flutter', 'atrial-tachycardia', 'supraventricular-tachycardia', 'premature-atrial-complex', 'sinus-tachycardia', 'junctional-rhythm'], source: SUPRAVENTRICULAR },
  { cause: 'atrial-flutter', effects: ['rule-supraventricular-run', 'atrial-tachycardia', 'supraventricular-tachycardia', 'premature-atrial-complex', 'sinus-tachycardia'], source: SUPRAVENTRICULAR },
  { cause: 'stemi', effects: ['rule-st-elevation', 'rule-st-elevation-alone', 'rule-st-change', 'st-elevation', 'st-depression', 't-wave-abnormality', ...INFARCTIONS], source: ISCHAEMIA },
  { cause: 'rule-st-elevation', effects: ['rule-st-elevation-alone', 'rule-st-change', 'st-elevation', 'st-depression', 't-wave-abnormality', ...INFARCTIONS], source: ISCHAEMIA },
  { cause: 'rule-st-elevation-alone', effects: ['rule-st-change', 'st-elevation'], source: SAME },
  { cause: 'anterior-myocardial-infarction', effects: ['lateral-or-posterior-myocardial-infarction', 'st-elevation', 'st-depression', 't-wave-abnormality'], source: ISCHAEMIA },
  { cause: 'inferior-myocardial-infarction', effects: ['lateral-or-posterior-myocardial-infarction', 'st-elevation', 'st-depression', 't-wave-abnormality'], source: ISCHAEMIA },
  { cause: 'lateral-or-posterior-myocardial-infarction', effects: ['st-elevation', 'st-depression', 't-wave-abnormality'], source: ISCHAEMIA },
  { cause: 'ventricular-preexcitation', effects: ['rule-preexcitation', 'rule-wide-qrs', 'rule-new-wide-qrs', 'nonspecific-intraventricular-conduction-delay', 't-wave-abnormality', 'st-depression'], source: CONDUCTION },
  { cause: 'left-bundle-branch-block', effects: [...WIDE, ...SECONDARY, 'left-anterior-fascicular-block', 'left-ventricular-hypertrophy', 'anterior-myocardial-infarction'], source: CONDUCTION },
  { cause: 'right-bundle-branch-block', effects: [...WIDE, 't-wave-abnormality', 'right-ventricular-hypertrophy'], source: CONDUCTION },
  { cause: 'nonspecific-intraventricular-conduction-delay', effects: ['rule-wide-qrs', 'rule-new-wide-qrs'], source: CONDUCTION },
  { cause: 'rule-new-wide-qrs', effects: ['rule-wide-qrs'], source: SAME },
  { cause: 'left-ventricular-hypertrophy', effects: ['t-wave-abnormality', 'st-depression', 'left-anterior-fascicular-block'], source: HYPERTROPHY },
  { cause: 'rule-long-qtc', effects: ['prolonged-qt', 'rule-qtc-change'], source: SAME },
  { cause: 'prolonged-qt', effects: ['rule-qtc-change'], source: REPOLARISATION },
  { cause: 'rule-low-voltage', effects: ['low-qrs-voltage'], source: SAME },
  { cause: 'rule-dextrocardia', effects: ['dextrocardia'], source: SAME },
];

const CAUSES = new Map<string, string[]>();
for (const { cause, effects } of EXPLANATIONS) for (const effect of effects) CAUSES.set(effect, [...(CAUSES.get(effect) ?? []), cause]);

/** Findings that explain this one, the first that fits counts. */
export const causesOf = (finding: string): readonly string[] => CAUSES.get(finding) ?? [];
