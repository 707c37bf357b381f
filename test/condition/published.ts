import { readdirSync, readFileSync } from 'node:fs';
import { parseContract, problemText, type Contract } from '../../src/contract/index.js';
import type { Physical } from '../../src/ecg/index.js';
import { readNpy } from '../npy.js';

const folder = new URL('../../models/contracts/', import.meta.url).pathname;
const golden = new URL('../golden/', import.meta.url).pathname;

/** The contracts of published encoders, by name. */
export const CONTRACTS: ReadonlyMap<string, Contract> = new Map(
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const parsed = parseContract(JSON.parse(readFileSync(`${folder}${name}/encoder.json`, 'utf8')));
      if (!parsed.ok) throw new Error(`${name}: ${parsed.problems.map(problemText).join('\n')}`);
      return [name, parsed.value];
    }),
);

export interface Case {
  readonly model: string;
  readonly record: string;
  readonly refused?: string;
  readonly shape: readonly number[];
  readonly stride: number;
  readonly max: number;
  readonly energy: number;
  /** Every stride-th element. */
  readonly values: Float32Array;
}

const about = JSON.parse(readFileSync(`${golden}contracts.json`, 'utf8'));

/** The simulated records as the engine has them. */
export const RECORDS: ReadonlyMap<string, Physical> = (() => {
  const raw = readNpy(`${golden}contracts-raw.npy`).values;
  let from = 0;
  return new Map<string, Physical>(
    about.records.map(({ name, rateHz, samples, missing }: { name: string; rateHz: number; samples: number; missing: string[] }) => {
      const rows = about.leads.map((lead: string) => {
        const mv = Float32Array.from(raw.subarray(from, (from += samples)), (microvolt) => (microvolt === -32768 ? NaN : microvolt / 1000));
        return { lead, origin: missing.includes(lead) ? 'missing' : 'measured', mv, gaps: [] } as const;
      });
      return [name, { rateHz, samples, rows }];
    }),
  );
})();

export const CASES: readonly Case[] = (() => {
  const values = readNpy(`${golden}contracts.npy`).values as Float32Array;
  let from = 0;
  return about.cases.map((one: Case & { kept?: number }) => ({ ...one, values: values.subarray(from, (from += one.kept ?? 0)) }));
})();

export const TABULAR: readonly { readonly known: object; readonly values: readonly number[] }[] = about.tabular;
