import type { Contract } from '../contract/index.js';

/** Reach of `neighbours`, samples to either side. */
const REACH = 6;

/** A copy of `samples` in which whatever is no number within ±`limit` is a hole (NaN), and so is what is not there at the end. */
export function withHoles(row: Float32Array, samples: number, limit: number): Float32Array {
  // Written so that NaN fails.
  return Float32Array.from({ length: samples }, (_, i) => (Math.abs(row[i]) <= limit ? row[i] : NaN));
}

/** Fills the holes (NaN) of all leads in place. A lead without any sample becomes zeros. */
export function fillHoles(rows: readonly Float32Array[], rule: Exclude<Contract['input']['nan'], 'refuse'>): void {
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
function meanOf(rows: readonly Float32Array[], from = 0, to = Infinity): number {
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

function fromNeighbours(row: Float32Array): void {
  const known = row.slice();
  const ofLead = meanOf([known]);
  for (let i = 0; i < row.length; i++) {
    if (row[i] === row[i]) continue;
    const near = known.subarray(Math.max(0, i - REACH), i + REACH + 1);
    row[i] = near.every((value) => value !== value) ? ofLead : meanOf([near]);
  }
}

function interpolate(row: Float32Array): void {
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
