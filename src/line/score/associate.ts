import { map, type OperatorFunction } from 'rxjs';
import type { Association, Segment } from '../../ecg/index.js';
import type { NewRecord } from '../../ports/index.js';
import type { AbsenceWatch } from '../absence.js';
import { type AssociationTable, hospitalTimeOf, type Patient } from '../association.js';
import type { Update } from './update.js';

export interface Associated {
  readonly segment: Segment;
  /** Who was on the device, resolved once and for all. */
  readonly association: Association;
  readonly patient: Patient;
  /** Stays that were over by then: reported before the segment's outcome. */
  readonly departures: readonly NewRecord[];
}

/** Finds whose ECG each segment is, by the hospital's time of its first sample. */
export function associate(associations: AssociationTable, absence: AbsenceWatch): OperatorFunction<Update<Segment>, Update<Associated>> {
  const associated = (segment: Segment): Associated => {
    const hospitalMs = hospitalTimeOf(segment);
    return {
      segment,
      association: associations.at(segment.device, hospitalMs),
      patient: associations.patientAt(segment.device, hospitalMs),
      departures: absence.ofSegment(segment.device, hospitalMs),
    };
  };
  return map((update) => ({ ...update, segments: update.segments.map(associated) }));
}
