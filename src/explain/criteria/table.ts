import { LIMB_LEADS } from '../../ecg/index.js';
import { type Measured, measured } from '../because.js';
import { PACED } from '../terms/one-of.js';
import { type Criterion, rOf, type Seen, sOf } from './criterion.js';
import { SOURCES } from './sources.js';

/** Sum of magnitudes; undefined where one is missing. */
function sumOf(...parts: readonly (Measured | undefined)[]): { readonly value: number; readonly from: readonly Measured[] } | undefined {
  if (!parts.every((part) => part !== undefined)) return undefined;
  return { value: parts.reduce((sum, { value }) => sum + Math.abs(value), 0), from: parts };
}

/** The taller of two R waves; undefined where either is missing. */
function taller(a: Measured | undefined, b: Measured | undefined): Measured | undefined {
  return a === undefined || b === undefined ? undefined : a.value >= b.value ? a : b;
}

function oneOf(id: 'prMs' | 'qrsMs' | 'qtcMs') {
  return ({ measurements: { [id]: value } }: Seen) => (value === undefined ? undefined : { value, from: [measured(id, value, 'ms')] });
}

/** The largest QRS of the limb leads, peak to peak; undefined unless all six were measured. */
function largestLimb({ measurements: { voltages } }: Seen): ReturnType<typeof sumOf> {
  const limb = voltages.filter(({ lead }) => (LIMB_LEADS as readonly string[]).includes(lead));
  if (limb.length < LIMB_LEADS.length) return undefined;
  const largest = limb.reduce((a, b) => (b.rMv - b.sMv > a.rMv - a.sMv ? b : a));
  return sumOf(measured('voltages.rMv', largest.rMv, 'mV', largest.lead), measured('voltages.sMv', largest.sMv, 'mV', largest.lead));
}

/** The width, where the QRS of V1 points down: half of what makes a strict left bundle branch block. Notches are not measured. */
function widthBeforeNegativeV1(seen: Seen): ReturnType<typeof sumOf> {
  const [r, s] = [rOf(seen.measurements, 'V1'), sOf(seen.measurements, 'V1')];
  const width = oneOf('qrsMs')(seen);
  return width === undefined || r === undefined || s === undefined || r.value + s.value >= 0 ? undefined : { value: width.value, from: [...width.from, r, s] };
}

const LVH = ['LVH', 'VCLVH', 'HVOLT', 'left-ventricular-hypertrophy'];
const RVH = ['RVH', 'right-ventricular-hypertrophy'];
const LBBB = ['CLBBB', 'left-bundle-branch-block'];
const FIRST_DEGREE = ['1AVB', 'LPR', 'first-degree-av-block'];
const WIDE = ['CLBBB', 'CRBBB', 'IVCD', 'left-bundle-branch-block', 'right-bundle-branch-block', 'nonspecific-intraventricular-conduction-delay'];

const RIGHT_BLOCK = ['CRBBB', 'IRBBB', 'right-bundle-branch-block', 'incomplete-right-bundle-branch-block', 'WPW', 'ventricular-preexcitation'];

/** Criteria of guidelines on what the engine measures. */
export const CRITERIA: readonly Criterion[] = [
  {
    id: 'first-degree-av-block', name: { en: 'PR interval', de: 'PQ-Intervall' }, section: 'conduction', citation: SOURCES.bradycardia,
    unit: 'ms', digits: 0, is: 'over', limit: () => 200, of: oneOf('prMs'), notBeside: [], bears: FIRST_DEGREE, saidWhenNot: false,
  },
  {
    id: 'wide-qrs', name: { en: 'Wide QRS', de: 'Breiter QRS-Komplex' }, section: 'conduction', citation: SOURCES.conduction,
    unit: 'ms', digits: 0, is: 'at least', limit: () => 120, of: oneOf('qrsMs'), notBeside: [], bears: WIDE, saidWhenNot: false,
  },
  {
    id: 'strauss-width', name: { en: 'QRS duration with a negative QRS in V1 (Strauss; notches are not measured)', de: 'QRS-Dauer bei negativem QRS in V1 (Strauss; Knotungen werden nicht gemessen)' }, section: 'conduction', citation: SOURCES.strauss,
    unit: 'ms', digits: 0, is: 'at least', limit: ({ sex }) => (sex === undefined ? undefined : sex === 'male' ? 140 : 130), of: widthBeforeNegativeV1, notBeside: PACED, bears: LBBB, saidWhenNot: false,
  },
  {
    id: 'sokolow-lyon', name: { en: 'Sokolow-Lyon voltage (S in V1 and the taller R of V5 and V6)', de: 'Sokolow-Lyon-Voltage (S in V1 und das höhere R aus V5 und V6)' }, section: 'hypertrophy', citation: SOURCES.sokolow,
    unit: 'mV', digits: 2, is: 'at least', limit: () => 3.5, of: ({ measurements: m }) => sumOf(sOf(m, 'V1'), taller(rOf(m, 'V5'), rOf(m, 'V6'))), notBeside: PACED, bears: LVH, saidWhenNot: true,
  },
  {
    id: 'cornell', name: { en: 'Cornell voltage (R in aVL and S in V3)', de: 'Cornell-Voltage (R in aVL und S in V3)' }, section: 'hypertrophy', citation: SOURCES.cornell,
    unit: 'mV', digits: 2, is: 'over', limit: ({ sex }) => (sex === undefined ? undefined : sex === 'male' ? 2.8 : 2), of: ({ measurements: m }) => sumOf(rOf(m, 'aVL'), sOf(m, 'V3')), notBeside: PACED, bears: LVH, saidWhenNot: true,
  },
  {
    id: 'right-hypertrophy', name: { en: 'R in V1', de: 'R in V1' }, section: 'hypertrophy', citation: SOURCES.hypertrophy,
    unit: 'mV', digits: 2, is: 'over', limit: () => 0.6, of: ({ measurements: m }) => sumOf(rOf(m, 'V1')), notBeside: [...PACED, ...RIGHT_BLOCK], bears: RVH, saidWhenNot: false,
  },
  {
    id: 'low-limb-voltage', name: { en: 'Largest QRS of the limb leads', de: 'Größter QRS-Komplex der Extremitätenableitungen' }, section: 'hypertrophy', citation: SOURCES.lowVoltage,
    unit: 'mV', digits: 2, is: 'below', limit: () => 0.5, of: largestLimb, notBeside: [], bears: ['LVOLT', 'low-qrs-voltage'], saidWhenNot: false,
  },
  {
    id: 'very-long-qtc', name: { en: 'QTc (Fridericia)', de: 'QTc (Fridericia)' }, section: 'ischaemia', citation: SOURCES.torsade,
    unit: 'ms', digits: 0, is: 'at least', limit: () => 500, of: oneOf('qtcMs'), notBeside: PACED, bears: ['LNGQT', 'prolonged-qt'], saidWhenNot: false,
  },
];
