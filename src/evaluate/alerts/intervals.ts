import jstat from 'jstat';

const { gamma, beta } = jstat.jStat;

/** Upper end of the exact 95% interval of a count (Garwood 1936): what a Poisson mean may be after `count` events. */
export function poissonUpper95(count: number): number {
  return gamma.inv(0.975, count + 1, 1);
}

/** Lower end of the exact 95% interval of a share (Clopper and Pearson 1934): `hits` of `n`. */
export function shareLower95(hits: number, n: number): number {
  return hits === 0 ? 0 : beta.inv(0.025, hits, n - hits + 1);
}

/** Its upper end. */
export function shareUpper95(hits: number, n: number): number {
  return hits === n ? 1 : beta.inv(0.975, hits + 1, n - hits);
}
