import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { ModelFolderError, onnxName, readContract } from '../../adapters/models.js';
import type { Contract, Evidence } from '../../contract/index.js';
import { modelFolder } from '../compose.js';
import { lineOf, UsageError } from '../failure.js';

interface ListOptions {
  readonly models: string;
  readonly json?: boolean;
}

interface Listed {
  readonly folder: string;
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  /** Targets by what is known of them. */
  readonly targets?: Partial<Record<Evidence['level'], number>>;
  readonly weights?: boolean;
  readonly variants?: readonly string[];
  readonly problem?: string;
}

export function listCommand(): Command {
  return new Command('list')
    .description('the encoders of a folder: with weights, or contracts of published ones whose weights are elsewhere')
    .option('--models <dir>', 'folder of models', 'models')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExample:\n  purkinje models list')
    .action(async ({ models, json }: ListOptions) => {
      const root = modelFolder(models);
      if (!(await exists(root))) throw new UsageError(`there is no folder ${models}`);
      const listed: Listed[] = [];
      for (const folder of await foldersOf(root)) listed.push(await look(folder));
      const rows = listed.length === 0 ? `no encoder in ${models}\n` : listed.map(row).join('');
      process.stdout.write(json === true ? `${JSON.stringify(listed)}\n` : rows);
    });
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/** Folders with a contract, at most two below. */
async function foldersOf(root: string): Promise<readonly string[]> {
  const below = async (folder: string): Promise<string[]> =>
    (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => join(folder, entry.name)).sort();
  const found: string[] = [];
  for (const folder of await below(root)) {
    const isModel = (await exists(join(folder, 'encoder.json'))) || (await exists(join(folder, onnxName())));
    found.push(...(isModel ? [folder] : await below(folder)));
  }
  return found;
}

async function look(folder: string): Promise<Listed> {
  try {
    const contract = await readContract(folder);
    const { name, version, license, sha256, variants = {} } = contract.model;
    const missing: string[] = [];
    for (const file of [...(sha256 === undefined ? [] : [onnxName()]), ...Object.keys(variants).map(onnxName)]) {
      if (!(await exists(join(folder, file)))) missing.push(file);
    }
    if (missing.length > 0) return { folder, name, version, problem: `${missing.join(', ')} is missing` };
    return { folder, name, version, license, targets: levelsOf(contract), weights: sha256 !== undefined, variants: Object.keys(variants) };
  } catch (error) {
    if (!(error instanceof ModelFolderError)) throw error;
    return { folder, problem: lineOf(error) };
  }
}

function levelsOf(contract: Contract): Partial<Record<Evidence['level'], number>> {
  const levels: Partial<Record<Evidence['level'], number>> = {};
  for (const { evidence } of contract.targets) levels[evidence.level] = (levels[evidence.level] ?? 0) + 1;
  return levels;
}

function row({ folder, name, version, license, targets = {}, weights, variants = [], problem }: Listed): string {
  if (problem !== undefined) return `${folder}: ${problem}\n`;
  const counted = Object.entries(targets).map(([level, count]) => `${count} ${level}`).join(', ') || 'none';
  return `${`${name}@${version}`.padEnd(28)} ${weights ? 'weights' : 'contract alone'}${variants.map((variant) => `, ${variant}`).join('')}; targets: ${counted}; ${license}\n`;
}
