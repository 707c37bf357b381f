/** Leads that look at the heart from neighbouring sides. */
export const NEIGHBOURS = [['aVL', 'I'], ['II', 'aVF'], ['aVF', 'III'], ['II', 'III'], ['V1', 'V2'], ['V2', 'V3'], ['V3', 'V4'], ['V4', 'V5'], ['V5', 'V6']] as const;

export const inTwo = (isIt: (lead: string) => boolean): boolean => NEIGHBOURS.some((pair) => pair.every(isIt));
