import { LEADS, NO_SAMPLE_INT16, type Band, type Chunk } from '../ecg/index.js';
import { SimulationError } from './errors.js';
import type { Patient } from './patient.js';

export interface PatientChunkOptions {
  readonly device: string;
  readonly epoch: number;
  readonly chunkMs: number;
  /** Device time of the patient's first sample, ms since 1970. */
  readonly startMs: number;
  /** 200 by default. */
  readonly aduPerMv?: number;
  /** Sequence of the first chunk; 0 by default. */
  readonly firstSequence?: number;
}

export interface PatientChunks extends Iterable<Chunk> {
  /** The chunk of a given index, from 0. */
  chunkAt(index: number): Chunk;
}

const BAND: Band = { highpassHz: 0.05, lowpassHz: 150, phase: 'zero' };
const COUNT_MAX = 32767;

/**
 * Counts of the twelve leads, in the order of LEADS: III and the augmented leads are computed from the counts of I and
 * II, as a monitor does it. NO_SAMPLE_INT16 where there is no sample.
 */
export function countsOf(mv: readonly Float32Array[], aduPerMv: number): Int16Array[] {
  const out = mv.map((lead) => new Int16Array(lead.length));
  const clip = (value: number): number => (Number.isNaN(value) ? NO_SAMPLE_INT16 : Math.max(-COUNT_MAX, Math.min(COUNT_MAX, Math.round(value))));
  for (const lead of [0, 1, 6, 7, 8, 9, 10, 11]) {
    for (let n = 0; n < mv[lead].length; n++) out[lead][n] = clip(mv[lead][n] * aduPerMv);
  }
  const [i, ii, iii, avr, avl, avf] = out;
  for (let n = 0; n < i.length; n++) {
    const [a, b] = i[n] === NO_SAMPLE_INT16 || ii[n] === NO_SAMPLE_INT16 ? [NaN, NaN] : [i[n], ii[n]];
    iii[n] = clip(b - a);
    avr[n] = clip(-(a + b) / 2);
    avl[n] = clip(a - b / 2);
    avf[n] = clip(b - a / 2);
  }
  return out;
}

/** A patient as a monitor sends it, without end; iterate it, or take chunks by index. @throws SimulationError `bad-spec` */
export function patientChunks(patient: Pick<Patient, 'rateHz' | 'render'>, options: PatientChunkOptions): PatientChunks {
  const { device, epoch, chunkMs, startMs, aduPerMv = 200, firstSequence = 0 } = options;
  const { rateHz } = patient;
  if (!(chunkMs * rateHz >= 1000)) throw new SimulationError('bad-spec', `a chunk of ${chunkMs} ms`, device, `longer than a sample at ${rateHz} Hz`);
  const startOf = (index: number): number => Math.round((index * rateHz * chunkMs) / 1000);
  const chunkAt = (index: number): Chunk => {
    const firstSample = startOf(index);
    const { mv, leadsOff, paceMarks } = patient.render(firstSample, startOf(index + 1) - firstSample);
    const counts = countsOf(mv, aduPerMv);
    return {
      device,
      epoch,
      sequence: firstSequence + index,
      firstSample,
      deviceTimeMs: startMs + Math.round((firstSample * 1000) / rateHz),
      rateHz,
      declaredLeads: LEADS,
      blocks: LEADS.map((lead, at) => ({
        lead, origin: at >= 2 && at < 6 ? 'derived' : 'measured', aduPerMv, offsetAdu: 0, samples: counts[at], leadOff: leadsOff.includes(lead),
      })),
      band: BAND,
      placement: 'standard',
      paceMarks,
      calibration: false,
      demo: true,
      endOfStream: false,
    };
  };
  return {
    chunkAt,
    *[Symbol.iterator]() {
      for (let index = 0; ; index++) yield chunkAt(index);
    },
  };
}
