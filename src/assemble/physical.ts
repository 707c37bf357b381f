import { madeOnce, millivolts, weighted } from '../dsp/index.js';
import { type Gap, isLimbLead, isStandard, type Lead, LEADS, LIMB_LEADS, limbWeights, type Origin, type Physical, type PhysicalLead, type Samples, type Segment, type SegmentLead } from '../ecg/index.js';
import { missingIn } from './lead-buffer.js';

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
export function physical(segment: Segment, workspace: Float32Array = new Float32Array(samplesIn(segment))): Physical {
  const { samples, before, rateHz, leads } = segment;
  const whole = piece(leads, samples, rateHz, workspace);
  if (before === 0) return whole;
  const earlier = leads.map((lead) => ({ ...lead, counts: lead.before, gaps: gapsOf(lead.before, rateHz) }));
  return { ...whole, before: piece(earlier, before, rateHz, workspace.subarray(leads.length * samples)) };
}

/** Gaps of floats need not be listed: there the sentinel is no number already. */
function gapsOf(counts: Samples, rateHz: number): Gap[] {
  if (counts instanceof Float32Array) return [];
  return missingIn(counts).map(([from, to]) => ({ fromMs: (from / rateHz) * 1000, toMs: (to / rateHz) * 1000 }));
}

function piece(leads: readonly SegmentLead[], samples: number, rateHz: number, workspace: Float32Array): Physical {
  const measured = new Map<string, PhysicalLead>();
  for (const [row, { lead, origin, counts, aduPerMv, offsetAdu, gaps }] of leads.entries()) {
    const mv = workspace.subarray(row * samples, (row + 1) * samples);
    millivolts(counts, aduPerMv, offsetAdu, mv);
    if (!(counts instanceof Float32Array)) for (const gap of gaps) mv.fill(NaN, toSample(gap.fromMs, rateHz), toSample(gap.toMs, rateHz));
    measured.set(lead, { lead, origin, mv, gaps });
  }
  const rows: PhysicalLead[] = LEADS.map((lead) => measured.get(lead) ?? derived(lead, measured, samples, rateHz));
  for (const [lead, row] of measured) if (!isStandard(lead)) rows.push(row);
  return { rateHz, samples, rows };
}

function toSample(ms: number, rateHz: number): number {
  return Math.round((ms * rateHz) / 1000);
}

function derived(lead: Lead, measured: ReadonlyMap<string, PhysicalLead>, samples: number, rateHz: number): PhysicalLead {
  const parts = limbRecipe(lead, measured) ?? easiRecipe(lead, measured);
  if (parts === undefined) return missing(lead, samples, rateHz);
  const mv = weighted(
    parts.terms.map(([row]) => row.mv),
    parts.terms.map(([, weight]) => weight),
  );
  return { lead, origin: parts.origin, mv, gaps: union(parts.terms.map(([row]) => row.gaps)) };
}

type Recipe = { readonly origin: Origin; readonly terms: readonly (readonly [PhysicalLead, number])[] };

/** The lead as a sum of the first two limb leads that are there. */
function limbRecipe(lead: Lead, measured: ReadonlyMap<string, PhysicalLead>): Recipe | undefined {
  const [first, second] = LIMB_LEADS.filter((name) => measured.has(name));
  if (!isLimbLead(lead) || second === undefined) return undefined;
  const [ofFirst, ofSecond] = limbWeights(lead, [first, second]);
  return { origin: 'derived', terms: [[measured.get(first)!, ofFirst], [measured.get(second)!, ofSecond]] };
}

function easiRecipe(lead: Lead, measured: ReadonlyMap<string, PhysicalLead>): Recipe | undefined {
  const easi = EASI_LEADS.map((name) => measured.get(name));
  if (easi.some((row) => row === undefined)) return undefined;
  return { origin: 'easi', terms: easi.map((row, i) => [row!, FROM_EASI[lead][i]] as const) };
}

/** One row of nothing serves all leads that are missing: rows are read, never written. */
const nothing = madeOnce<number, Float32Array>();

function missing(lead: Lead, samples: number, rateHz: number): PhysicalLead {
  const mv = nothing(samples, () => new Float32Array(samples).fill(NaN));
  return { lead, origin: 'missing', mv, gaps: [{ fromMs: 0, toMs: (samples / rateHz) * 1000 }] };
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
