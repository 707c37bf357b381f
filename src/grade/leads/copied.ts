import type { PhysicalLead } from '../../ecg/index.js';

/** Every so many samples one is looked at. */
const STRIDE = 8;
/** Two leads of a body differ by more than this somewhere: noise alone is more (mV), and so are electrodes a hand apart (share). */
const APART_MV = 0.005;
const APART_SHARE = 0.02;
/** What hardly moves has nothing to be compared (mV). */
const MOVES_MV = 0.05;

/** Measured leads that are one signal under several names: which of them is itself, nobody can say. */
export function copiedLeads(rows: readonly PhysicalLead[]): ReadonlySet<string> {
  const measured = rows.filter(({ origin }) => origin === 'measured' || origin === 'modified');
  const copied = new Set<string>();
  measured.forEach((one, i) => {
    for (const other of measured.slice(i + 1)) {
      if (!isCopy(one.mv, other.mv)) continue;
      copied.add(one.lead);
      copied.add(other.lead);
    }
  });
  return copied;
}

/** The same but for an offset. */
function isCopy(a: Float32Array, b: Float32Array): boolean {
  let first = 0;
  while (first < a.length && a[first] + b[first] - (a[first] + b[first]) !== 0) first += STRIDE;
  let farthest = 0;
  for (let at = first; at < a.length; at += STRIDE) {
    const move = a[at] - a[first];
    const apart = Math.abs(move - (b[at] - b[first]));
    if (apart > APART_MV + APART_SHARE * Math.abs(move)) return false;
    if (apart === apart) farthest = Math.max(farthest, Math.abs(move));
  }
  return farthest > MOVES_MV;
}
