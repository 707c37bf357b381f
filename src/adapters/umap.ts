import { UMAP } from 'umap-js';

/** More neighbours than there are records cannot be had. */
const NEIGHBOURS = 15;

/**
 * A map in two dimensions (McInnes et al. 2018). Distances on it are no evidence: it is for looking.
 * @param random uniform in [0, 1): the same numbers give the same map
 */
export function mapOf(points: readonly ArrayLike<number>[], random: () => number): readonly (readonly [number, number])[] {
  const map = new UMAP({ nComponents: 2, nNeighbors: Math.min(NEIGHBOURS, points.length - 1), random });
  return map.fit(points.map((point) => Array.from(point))).map(([x, y]) => [x, y]);
}
