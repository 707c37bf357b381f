/** Leads that look at the heart from neighbouring sides: two of them make a finding of ST (Fourth Universal Definition 2018). */
export const CONTIGUOUS: readonly (readonly [string, string])[] = [['aVL', 'I'], ['II', 'aVF'], ['aVF', 'III'], ['II', 'III'], ['V1', 'V2'], ['V2', 'V3'], ['V3', 'V4'], ['V4', 'V5'], ['V5', 'V6']];

/** ST depression in two neighbouring leads, mV (Fourth Universal Definition 2018). */
export const DEPRESSION_MV = -0.05;
