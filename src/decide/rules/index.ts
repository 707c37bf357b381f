import { bradycardia } from './bradycardia.js';
import { dextrocardia } from './dextrocardia.js';
import { lowVoltage } from './low-voltage.js';
import { pause } from './pause.js';
import type { Rule } from './rule.js';
import { tachycardia } from './tachycardia.js';

export const RULES: readonly Rule[] = [bradycardia, tachycardia, pause, lowVoltage, dextrocardia];
export type { Rule };
