import { madeOnce, millivolts, weighted } from '../dsp/index.js';
import { type Gap, isLimbLead, isStandard, type Lead, LEADS, LIMB_LEADS, limbWeights, type Origin, type Physical, type PhysicalLead, type Segment } from '../ecg/index.js';

/**
 * EASI to twelve leads, from E−S, A−S and A−I (Dower 1988; Feild 2002). Rows give the coefficients of ES, AS, AI.
 */
const FROM_EASI: Readonly<Record<Lead, readonly [number, number, number]>> = {
  I: [0.026, -0.174, 0.701],
  II: [-0.002, 1.098, -0.763],
  III: [-0.028, 1.272, -1.464],
  aVR: [-0.012, -0.462, 0.031],
  aVL: [0.027, -0.723, 1.082],
  aVF: [-0.015, 1.185, -1.114],
  V1: [0.641, -0.391, 0.08],
  V2: [1.229, -1.05, 1.021],
  V3: [0.947, -0.539, 0.987],
  V4: [0.525, 0.004, 0.841],
  V5: [0.179, 0.278, 0.63],
  V6: [-0.043, 0.431, 0.213],
};
const EASI_LEADS = ['ES', 'AS', 'AI'] as const;

/** How many samples the leads that the device sent have in all: the size of a workspace for `physical`. */
export const samplesIn = ({ leads, before, samples }: Segment): number => leads.length * (before + samples);

/**
 * Counts → mV, with the derivable leads derived and the rest missing. Measured rows are in `workspace`, so they are good until the
 * next call with the same one: who is done with a segment before the next saves the collection of 20 KB a lead.
 */
export function physical({ samples, before, rateHz, leads }: Segment, workspace: Float32Array = new Float32Array(leads.length * (before + samples))): Physical {
  const length = before + samples;
  const measured = new Map<string, Measured>();
  for (const [row, { lead, origin, counts, before: earlier, aduPerMv, offsetAdu, gaps }] of leads.entries()) {
    const seen = workspace.subarray(row * length, (row + 1) * length);
    const mv = seen.subarray(before);
    if (before > 0) millivolts(earlier, aduPerMv, offsetAdu, seen.subarray(0, before));
    millivolts(counts, aduPerMv, offsetAdu, mv);
    if (!(counts instanceof Float32Array)) for (const gap of gaps) mv.fill(NaN, toSample(gap.fromMs, rateHz), toSample(gap.toMs, rateHz));
    measured.set(lead, { lead, origin, mv, seen, gaps });
  }
  const rows: Measured[] = LEADS.map((lead) => measured.get(lead) ?? derived(lead, measured, before, samples, rateHz));
  for (const [lead, row] of measured) if (!isStandard(lead)) rows.push(row);
  return { rateHz, samples, before, rows };
}

function toSample(ms: number, rateHz: number): number {
  return Math.round((ms * rateHz) / 1000);
}

function derived(lead: Lead, measured: ReadonlyMap<string, Measured>, before: number, samples: number, rateHz: number): Measured {
  const parts = limbRecipe(lead, measured) ?? easiRecipe(lead, measured);
  if (parts === undefined) return missing(lead, before, samples, rateHz);
  const seen = weighted(
    parts.terms.map(([row]) => row.seen),
    parts.terms.map(([, weight]) => weight),
  );
  return { lead, origin: parts.origin, mv: seen.subarray(before), seen, gaps: union(parts.terms.map(([row]) => row.gaps)) };
}

type Measured = PhysicalLead & Required<Pick<PhysicalLead, 'seen'>>;

type Recipe = { readonly origin: Origin; readonly terms: readonly (readonly [Measured, number])[] };

/** The lead as a sum of the first two limb leads that are there. */
function limbRecipe(lead: Lead, measured: ReadonlyMap<string, Measured>): Recipe | undefined {
  const [first, second] = LIMB_LEADS.filter((name) => measured.has(name));
  if (!isLimbLead(lead) || second === undefined) return undefined;
  const [ofFirst, ofSecond] = limbWeights(lead, [first, second]);
  return { origin: 'derived', terms: [[measured.get(first)!, ofFirst], [measured.get(second)!, ofSecond]] };
}

function easiRecipe(lead: Lead, measured: ReadonlyMap<string, Measured>): Recipe | undefined {
  const easi = EASI_LEADS.map((name) => measured.get(name));
  if (easi.some((row) => row === undefined)) return undefined;
  return { origin: 'easi', terms: easi.map((row, i) => [row!, FROM_EASI[lead][i]] as const) };
}

/** One row of nothing serves all leads that are missing: rows are read, never written. */
const nothing = madeOnce<number, Float32Array>();

function missing(lead: Lead, before: number, samples: number, rateHz: number): Measured {
  const seen = nothing(before + samples, () => new Float32Array(before + samples).fill(NaN));
  return { lead, origin: 'missing', mv: seen.subarray(before), seen, gaps: [{ fromMs: 0, toMs: (samples / rateHz) * 1000 }] };
}

function union(lists: readonly (readonly Gap[])[]): Gap[] {
  const sorted = lists.flat().sort((a, b) => a.fromMs - b.fromMs);
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const gap of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && gap.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, gap.toMs);
    else merged.push({ ...gap });
  }
  return merged;
}
