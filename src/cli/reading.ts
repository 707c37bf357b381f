import { relative } from 'node:path';
import type { Contract } from '../contract/index.js';
import { LEADS, leadsText, printable } from '../ecg/index.js';
import { type EcgRecord, listRecords, missingLeads, noticesOf, type ReadOptions, readRecord, type RecordWarning } from '../records/index.js';
import type { Listing, Recording } from './recordings.js';

/** Something odd of a recording, as `--json` prints it. */
export interface ReportedWarning extends RecordWarning {
  readonly record: string;
}

/** Reads recordings for a command, and reports what is odd of each: on stderr, once, and in `warnings` for its JSON. */
export interface Reading extends Listing {
  read(recording: Recording, options?: ReadOptions): Promise<EcgRecord>;
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
      for (const notice of noticesOf(record, path)) report(path, device, notice);
      return record;
    },
  };
}

/** Whether a model can say anything of a record: has it, or give its limb leads, all that is refused without, or all of a set that one finding is claimed for? */
export function hasModelLeads({ input, targets }: Contract, record: Pick<EcgRecord, 'leads'>): boolean {
  const missing = new Set<string>(missingLeads(record));
  const there = (lead: string) => (LEADS as readonly string[]).includes(lead) && !missing.has(lead);
  if (input.missing === 'refuse' || input.missing === 'derive') return input.leads.every(there);
  return targets.length === 0 ? input.leads.some(there) : targets.some(({ leadSets }) => leadSets.some((set) => set.every(there)));
}

/** Says that a run was for nothing: of recordings that were read, none has what the model needs. */
export function noModelLeads(contracts: readonly Contract[], recordings: number): string {
  const leads = leadsText([...new Set(contracts.flatMap(({ input }) => input.leads))]);
  const which = recordings === 1 ? 'the recording does not have' : `none of the ${recordings} recordings has`;
  return `${which} the leads of the model (${leads}), which says nothing of it; are they named as docs/ingest.md has it?`;
}
