import { bigeminy, trigeminy } from './allorhythmia.js';
import { avBlock } from './av-block.js';
import { bradycardia } from './bradycardia.js';
import { dextrocardia } from './dextrocardia.js';
import { fibrillation } from './fibrillation.js';
import { lowVoltage } from './low-voltage.js';
import { asystole, pause } from './pause.js';
import { newWideQrs, preexcitation, wideQrs } from './qrs.js';
import { longQtc, qtcChange } from './qtc.js';
import type { BeatRule, Rule } from './rule.js';
import { stChange, stElevation, stElevationAlone } from './st.js';
import { tachycardia } from './tachycardia.js';
import { couplet, ectopics, idioventricular, supraventricularRun, ventricularRun, wideTachycardia } from './ventricular.js';

/** Part of the policy's hash: raised whenever a rule, or what it looks at, changes. A test holds it to the sources. */
export const RULES_VERSION = 7;

/** On the measurements of one segment, some beside what is usual for the patient. */
export const SEGMENT_RULES: readonly Rule[] = [lowVoltage, dextrocardia, avBlock, stElevation, stElevationAlone, stChange, wideQrs, newWideQrs, preexcitation, longQtc, qtcChange];
/** On beats in a row, and on their kinds. */
export const BEAT_RULES: readonly BeatRule[] = [
  ...[bradycardia, tachycardia, pause, asystole],
  ...[wideTachycardia, ventricularRun, couplet, ectopics, bigeminy, trigeminy, idioventricular, supraventricularRun, fibrillation],
];
export const RULES: readonly (Rule | BeatRule)[] = [...BEAT_RULES, ...SEGMENT_RULES];
