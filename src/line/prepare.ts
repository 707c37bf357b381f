import type { Physical, Segment } from '../ecg/index.js';
import { grade, type Graded } from '../grade/index.js';
import type { EncoderInput } from '../ports/index.js';
import type { Patient } from './association.js';
import type { Encoders } from './encoders.js';

/** A segment before its scores: what it is good for, and what each model gets of it (undefined: nothing). */
export interface Prepared {
  readonly graded: Graded;
  readonly inputs: readonly (EncoderInput | undefined)[];
}

/** Grades and conditions one segment; `mv` is the segment in millivolts. */
export function prepared(segment: Segment, mv: Physical, patient: Patient, encoders: Encoders): Prepared {
  const graded = grade(segment, mv);
  if (graded.grade === 'unusable') return { graded, inputs: [] };
  const origins = new Map(graded.leads.map((lead) => [lead.lead, lead.origin]));
  const sound = new Set([...graded.usable].filter((lead) => origins.get(lead) !== 'modified'));
  const conditioned = encoders.conditioned(mv, { ...patient, measurements: graded.measurements }, sound);
  const refusals = conditioned.flatMap((one) => (one?.ok === false ? [`model-${one.code}`] : []));
  return { graded: { ...graded, reasons: [...graded.reasons, ...new Set(refusals)] }, inputs: conditioned.map((one) => (one?.ok === true ? one : undefined)) };
}
