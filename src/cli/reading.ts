import { relative } from 'node:path';
import { ASSEMBLE_FROM_START } from '../assemble/index.js';
import type { Contract } from '../contract/index.js';
import { LEADS, leadsText, printable } from '../ecg/index.js';
import { type EcgRecord, listRecords, missingLeads, noticesOf, type ReadOptions, readRecord, RecordError, type RecordWarning } from '../records/index.js';
import { SimulationError } from '../simulate/index.js';
import { lineOf } from './failure.js';
import type { Listing, Recording } from './recordings.js';

/** Something odd of a recording, as `--json` prints it. */
export interface ReportedWarning extends RecordWarning {
  readonly record: string;
}

/** Reads recordings for a command, and reports what is odd of each: on stderr, once, and in `warnings` for its JSON. */
export interface Reading extends Listing {
  read(recording: Recording, options?: ReadOptions): Promise<EcgRecord>;
  /** A recording that cannot be used is reported once, and the program ends with 1. Returns why, in one line; throws what is no failure of a recording. */
  failed(recording: Recording, error: unknown): string;
  readonly warnings: readonly ReportedWarning[];
}

/** @param onWarning called once for each, beside what stderr gets */
export function reading(onWarning: (warning: ReportedWarning) => void = () => {}): Reading {
  const warnings: ReportedWarning[] = [];
  const seen = new Set<string>();
  const report = (path: string, device: string, notice: RecordWarning) => {
    const line = printable(`${device}: ${notice.what}${notice.where === path ? '' : ` (${notice.where})`}`);
    if (seen.has(`${path} ${line}`)) return;
    seen.add(`${path} ${line}`);
    const warning = { record: device, ...notice };
    warnings.push(warning);
    process.stderr.write(`${line}\n`);
    onWarning(warning);
  };
  return {
    warnings,
    list: (folder) => listRecords(folder, (notice) => report(notice.where, relative(folder, notice.where), notice)),
    async read({ path, device }, options) {
      const record = await readRecord(path, options);
      for (const notice of [...noticesOf(record, path), ...tooShort(record, path)]) report(path, device, notice);
      return record;
    },
    failed({ path, device }, error) {
      if (!(error instanceof RecordError || error instanceof RangeError || error instanceof SimulationError)) throw error;
      const reason = lineOf(error);
      const line = reason.startsWith(path) ? reason : printable(`${device}: ${reason}`);
      if (!seen.has(line)) process.stderr.write(`${line}\n`);
      seen.add(line);
      process.exitCode = 1;
      return reason;
    },
  };
}

/** What is shorter than the shortest segment makes none: nothing is found in it, and nobody would know. */
function tooShort({ samples, rateHz, leads }: EcgRecord, where: string): readonly RecordWarning[] {
  const seconds = samples / rateHz;
  if (leads.length === 0 || samples === 0 || seconds >= ASSEMBLE_FROM_START.partialMinS) return [];
  return [{ code: 'too-short', what: `${seconds.toFixed(1)} s: makes no segment, which has ${ASSEMBLE_FROM_START.partialMinS} s at least`, where }];
}

/** Says that a run was for nothing: no recording, of those that could be read, made a segment. */
export function noSegments(recordings: number): string {
  return recordings === 0 ? 'no recording could be read' : `${recordings === 1 ? 'the recording' : `none of the ${recordings} recordings`} made ${recordings === 1 ? 'no' : 'a'} segment: there was nothing to look at`;
}

/** Whether a model can say anything of a record: has it, or give its limb leads, all that is refused without, or all of a set that one finding is claimed for? */
export function hasModelLeads({ input, targets }: Contract, record: Pick<EcgRecord, 'leads'>): boolean {
  const missing = new Set<string>(missingLeads(record));
  const there = (lead: string) => (LEADS as readonly string[]).includes(lead) && !missing.has(lead);
  if (input.missing === 'refuse' || input.missing === 'derive') return input.leads.every(there);
  return targets.length === 0 ? input.leads.some(there) : targets.some(({ leadSets }) => leadSets.some((set) => set.every(there)));
}

/** Says that a run was for nothing: of recordings that were read, none has what the model needs. */
export function noModelLeads(modelLeads: readonly string[], recordings: number): string {
  const leads = leadsText([...new Set(modelLeads)]);
  const which = recordings === 1 ? 'the recording does not have' : `none of the ${recordings} recordings has`;
  return `${which} the leads of the model (${leads}), which says nothing of it; are they named as docs/ingest.md has it?`;
}
