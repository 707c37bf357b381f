/** Made by training/limb_swaps.py from PTB-XL: change nothing here by hand. */
/** I and II from V1 … V6, for each view of the mean beat: P, QRS, T. */
export const FORETELL: readonly (readonly (readonly number[])[])[] = [
  [[-0.323, 0.028, 0.093, 0.026, 0.183, 0.428], [-0.065, -0.036, 0.129, 0.119, 0.241, 0.698]],
  [[-0.461, 0.158, 0.043, -0.016, 0.042, 0.313], [-0.009, -0.102, 0.091, 0.111, -0.102, 0.495]],
  [[-0.327, 0.162, 0.017, -0.019, 0.104, 0.308], [-0.068, 0.039, 0.082, -0.000, 0.060, 0.513]],
];
/** How much the better fit of each view counts, and how much must come together. */
export const SWAP_WEIGHTS = {
  'LA-RA': { views: [2.59, 4.65, 1.58], least: 1.05 },
  'LA-LL': { views: [4.50, 1.81, 2.05], least: 5.06 },
  'RA-LL': { views: [2.79, 3.15, 1.63], least: 1.54 },
} as const;
