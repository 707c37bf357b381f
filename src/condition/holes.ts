import type { Contract } from '../contract/index.js';

/** Further from zero than this, in mV, is no voltage of a body: the gain is wrong. Such a sample is none. */
const MILLIVOLTS_MAX = 1e6;
/** Reach of `neighbours`, samples to either side. */
const REACH = 6;

/** Marks what is no voltage as missing (NaN), in place. Are any missing? */
export function markHoles(signal: Float64Array): boolean {
  let any = false;
  for (let i = 0; i < signal.length; i++) {
    // Written so that NaN fails.
    if (Math.abs(signal[i]) <= MILLIVOLTS_MAX) continue;
    signal[i] = NaN;
    any = true;
  }
  return any;
}

/** Fills the holes (NaN) of all leads in place. A lead without any sample becomes zeros. */
export function fillHoles(rows: readonly Float64Array[], rule: Exclude<Contract['input']['nan'], 'refuse'>): void {
  const ofAll = rule === 'record-mean' ? meanOf(rows) : 0;
  for (const row of rows) {
    if (row.every((value) => value !== value)) row.fill(0);
    else if (rule === 'neighbours') fromNeighbours(row);
    else if (rule === 'interpolate') interpolate(row);
    else {
      const value = rule === 'record-mean' ? ofAll : rule === 'lead-mean' ? meanOf([row]) : 0;
      for (let i = 0; i < row.length; i++) if (row[i] !== row[i]) row[i] = value;
    }
  }
}

/** Of all samples that are there; 0 where there are none. */
function meanOf(rows: readonly Float64Array[], from = 0, to = Infinity): number {
  let [sum, count] = [0, 0];
  for (const row of rows) {
    for (let i = from; i < Math.min(to, row.length); i++) {
      if (row[i] !== row[i]) continue;
      sum += row[i];
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function fromNeighbours(row: Float64Array): void {
  const known = row.slice();
  const ofLead = meanOf([known]);
  for (let i = 0; i < row.length; i++) {
    if (row[i] === row[i]) continue;
    const near = known.subarray(Math.max(0, i - REACH), i + REACH + 1);
    row[i] = near.every((value) => value !== value) ? ofLead : meanOf([near]);
  }
}

function interpolate(row: Float64Array): void {
  let last = -1;
  for (let i = 0; i <= row.length; i++) {
    if (i < row.length && row[i] !== row[i]) continue;
    for (let k = last + 1; k < i; k++) {
      const share = (k - last) / (i - last);
      row[k] = last < 0 ? row[i] : i === row.length ? row[last] : row[last] + share * (row[i] - row[last]);
    }
    last = i;
  }
}
