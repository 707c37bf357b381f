/** The limb leads as sums of I and II. Einthoven 1912: III = II − I; Goldberger 1942: aVR = −(I + II) / 2 and so on. */
export const FROM_I_II = { I: [1, 0], II: [0, 1], III: [-1, 1], aVR: [-0.5, -0.5], aVL: [1, -0.5], aVF: [-0.5, 1] } as const;
export type LimbLead = keyof typeof FROM_I_II;
export const LIMB_LEADS: readonly LimbLead[] = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];

export function isLimbLead(name: string): name is LimbLead {
  return (LIMB_LEADS as readonly string[]).includes(name);
}

/** What of two different limb leads, in their order, makes a limb lead. */
export function limbWeights(lead: LimbLead, [first, second]: readonly [LimbLead, LimbLead]): readonly [number, number] {
  const [wanted, a, b] = [FROM_I_II[lead], FROM_I_II[first], FROM_I_II[second]];
  const det = a[0] * b[1] - a[1] * b[0];
  return [(wanted[0] * b[1] - wanted[1] * b[0]) / det, (a[0] * wanted[1] - a[1] * wanted[0]) / det];
}
