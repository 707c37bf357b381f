import { INDEPENDENT } from '../ecg/index.js';
import { delineateRecord } from '../grade/index.js';
import { millivoltsOf } from '../records/index.js';
import { prolonged, type ProlongedRecording, type Profile, SimulationError } from '../simulate/index.js';
import type { Reading } from './reading.js';
import type { Recording } from './recordings.js';

/** A recording as if it went on for hours. @throws RecordError; SimulationError where it cannot be repeated */
export async function prolongedRecord(recording: Recording, seed: number, profile: Profile, noise: number, reader: Reading): Promise<ProlongedRecording> {
  const { leads, rateHz } = await reader.read(recording);
  const mv = INDEPENDENT.map((name) => {
    const lead = leads.find((one) => one.name === name);
    if (lead === undefined) throw new SimulationError('bad-spec', `no lead ${name}`, recording.path, `to repeat a recording ${INDEPENDENT.join(', ')} are needed`);
    return millivoltsOf(lead);
  });
  const { beats } = delineateRecord(INDEPENDENT.map((lead, k) => ({ lead, mv: mv[k] })), rateHz);
  return prolonged({ name: recording.path, rateHz, mv, beats }, seed, profile, noise);
}
