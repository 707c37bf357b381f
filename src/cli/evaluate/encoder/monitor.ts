import { join } from 'node:path';
import {
  asMonitor, encoderFigures, type EncoderFigures, type Macro, MONITOR_LEAD_SETS, type MonitorLeadSet, NOISE_SNR_DB, noiseForMonitor, type RecordedNoise, type ScoredRecord,
} from '../../../evaluate/index.js';
import type { Physical } from '../../../ecg/index.js';
import { millivoltsOf } from '../../../records/index.js';
import { UsageError } from '../../failure.js';
import type { Reading } from '../../reading.js';
import { READ_HERE } from '../../recordings.js';

/** What is left of the figures when the same records come from a monitor. */
export interface MonitorFigures {
  readonly bandHz: readonly [number, number];
  readonly placement: 'mason-likar';
  readonly noise: { readonly data: string; readonly snrDb: number };
  readonly leadSets: Readonly<Record<MonitorLeadSet, LeadSetFigures>>;
}

export interface LeadSetFigures {
  readonly macro: Macro;
  readonly superclassMacro: Macro;
  /** Of macro AUROC, against the records as they are: over the labels that both have. */
  readonly loss: { readonly targets: number | null; readonly superclasses: number | null };
  readonly targets: readonly { readonly id: string; readonly auroc: number | null; readonly loss: number | null }[];
}

/** Motion and muscle noise: PhysioNet's `nstdb`, or another folder of records of noise alone. */
export async function readNoise(folder: string, reader: Reading): Promise<{ readonly data: string; readonly noise: readonly Float64Array[] }> {
  const names = await reader.list(folder);
  if (names.length === 0) throw new UsageError(`${folder}: no recording of noise below it; read are ${READ_HERE}`);
  const recorded: RecordedNoise[] = [];
  for (const name of names) {
    const { rateHz, leads } = await reader.read({ path: join(folder, name), device: name });
    recorded.push({ rateHz, signals: leads.map((lead) => millivoltsOf(lead).map((mv) => (Number.isNaN(mv) ? 0 : mv))) });
  }
  return { data: names.join(' and '), noise: noiseForMonitor(recorded) };
}

/** A seed of the record's own name: the same noise for it whatever else is in the folder. */
function seedOf(record: string): number {
  let hash = 0;
  for (const char of record) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return hash;
}

/** Scores all records once for each lead set. `score` runs the records through the model with their mV changed. */
export async function monitorFigures(
  resting: EncoderFigures,
  noise: { readonly data: string; readonly noise: readonly Float64Array[] },
  score: (change: (mv: Physical, record: string) => Physical) => Promise<readonly ScoredRecord[]>,
): Promise<MonitorFigures> {
  const found: [string, LeadSetFigures][] = [];
  for (const set of Object.keys(MONITOR_LEAD_SETS) as MonitorLeadSet[]) {
    const figures = encoderFigures(await score((mv, record) => asMonitor(mv, set, noise.noise, seedOf(record))), new Map());
    found.push([set, compared(resting, figures)]);
  }
  return { bandHz: [0.5, 40], placement: 'mason-likar', noise: { data: noise.data, snrDb: NOISE_SNR_DB }, leadSets: Object.fromEntries(found) as Record<MonitorLeadSet, LeadSetFigures> };
}

function compared(resting: EncoderFigures, monitor: EncoderFigures): LeadSetFigures {
  const less = (a: number | null | undefined, b: number | null) => (a === null || a === undefined || b === null ? null : a - b);
  const before = new Map(resting.targets.map(({ id, auroc }) => [id, auroc]));
  return {
    macro: monitor.macro,
    superclassMacro: monitor.superclassMacro,
    loss: { targets: less(resting.macro.auroc, monitor.macro.auroc), superclasses: less(resting.superclassMacro.auroc, monitor.superclassMacro.auroc) },
    targets: monitor.targets.map(({ id, auroc }) => ({ id, auroc, loss: less(before.get(id), auroc) })),
  };
}
