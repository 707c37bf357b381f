import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { loadModel, ModelFolderError, onnxName, parsedFile, readStatements, readThresholds } from '../../adapters/models.js';
import { opsetOf } from '../../adapters/onnx-file.js';
import { type Contract, parseContract } from '../../contract/index.js';
import { loadCatalogue } from '../compose.js';
import { readReference, REFERENCE_FILE } from '../neighbours.js';
import { serveModel } from '../served.js';
import { checkBatches } from './batches.js';
import { onnxBytes } from './onnx.js';

interface AddOptions {
  readonly contract: string;
  readonly models: string;
}

export function addCommand(): Command {
  return new Command('add')
    .description('check an encoder against its contract, and register it')
    .argument('<file.onnx>', 'the model')
    .requiredOption('--contract <encoder.json>', 'what the engine must know of it; its hash and opset are filled in where they are not there')
    .option('--models <dir>', 'folder of models', 'models')
    .addHelpText('after', '\nExample:\n  purkinje models add encoder.onnx --contract encoder.json')
    .action(async (file: string, { contract: contractFile, models }: AddOptions) => {
      const bytes = await onnxBytes(file);
      const text = await readFile(contractFile, 'utf8').catch(() => {
        throw new ModelFolderError('contract-missing', `${contractFile} cannot be read`, 'purkinje models template writes a first one; models/contracts has those of published models');
      });
      const json = completed(text, file, bytes, contractFile);
      const catalogue = await loadCatalogue();
      const contract = parsedFile(contractFile, json, 'contract', (parsed) => parseContract(parsed, catalogue));
      const place = join(models, contract.model.name);
      const beside = await filesBeside(dirname(contractFile), contract);
      if (await alreadyThere(place, json)) {
        const changed = await taken(beside, place);
        process.stdout.write(`${contract.model.name}@${contract.model.version} is registered already: ${place}${changed.length === 0 ? '' : ` (taken again from beside the contract: ${changed.join(', ')})`}\n`);
        return;
      }
      await mkdir(models, { recursive: true });
      const made = await mkdtemp(join(models, '.adding-'));
      try {
        // Made for its owner alone; an encoder that runs as another user must read it.
        await chmod(made, 0o755);
        await Promise.all([writeFile(join(made, onnxName()), bytes), writeFile(join(made, 'encoder.json'), json)]);
        await taken(beside, made);
        const variants = Object.keys(contract.model.variants ?? {});
        for (const variant of variants) await copyVariant(dirname(file), made, variant);
        let largest = 0;
        for (const variant of [undefined, ...variants]) {
          const served = await serveModel(made, variant);
          largest = Math.max(largest, await checkBatches(served).finally(() => served.close()));
        }
        await rename(made, place);
        process.stdout.write(`${contract.model.name}@${contract.model.version} is registered: ${place} (${contract.targets.length} targets, largest difference between batches ${largest.toExponential(1)})\n`);
      } finally {
        await rm(made, { recursive: true, force: true });
      }
    });
}

/** Thresholds, statements and reference set beside a contract, each checked to be of this model: contents by name. Throws ModelFolderError. */
async function filesBeside(folder: string, contract: Contract): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const [thresholds, statements] = [await readThresholds(folder, contract), await readStatements(folder, contract)];
  if (thresholds !== undefined) found.set('thresholds.json', jsonBytes(thresholds));
  if (statements !== undefined) found.set('statements.json', jsonBytes(statements));
  const path = join(folder, REFERENCE_FILE);
  if (await access(path).then(() => true, () => false)) {
    await readReference(path, { contract, sha256: contract.model.sha256! });
    found.set(REFERENCE_FILE, await readFile(path));
  }
  return found;
}

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** Writes what is other than in the folder, whole or not at all; says what that was. */
async function taken(beside: ReadonlyMap<string, Uint8Array>, folder: string): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [name, bytes] of beside) {
    const path = join(folder, name);
    if (await readFile(path).then((there) => there.equals(bytes), () => false)) continue;
    const part = `${path}.part`;
    await writeFile(part, bytes);
    await rename(part, path);
    changed.push(name);
  }
  return changed;
}

async function copyVariant(from: string, into: string, variant: string): Promise<void> {
  const path = join(from, onnxName(variant));
  const bytes = await readFile(path).catch(() => {
    throw new ModelFolderError('model-missing', `the contract names the variant ${variant}, but ${path} cannot be read`, 'put its file beside the model, or take it out of model.variants');
  });
  await writeFile(join(into, onnxName(variant)), bytes);
}

/** The contract's text with hash and opset of the file, where it does not name them; it must not name another hash. */
function completed(text: string, file: string, bytes: Uint8Array, contractFile: string): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const opset = opsetOf(bytes);
  let json: { model?: { sha256?: string; opset?: number; weights?: string } };
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  if (json.model?.sha256 !== undefined && json.model.sha256 !== sha256) {
    throw new ModelFolderError('model-changed', `${file} has sha256 ${sha256}, ${contractFile} says ${json.model.sha256}`, 'file and contract belong together: take the right pair, or leave the hash out');
  }
  if (typeof json.model !== 'object') return text;
  if (json.model.opset !== undefined && json.model.opset !== opset) {
    throw new ModelFolderError('opset-differs', `${file} uses opset ${opset}, ${contractFile} says ${json.model.opset}`, 'correct model.opset, or leave it out');
  }
  const { weights: _elsewhere, ...model } = json.model;
  return `${JSON.stringify({ ...json, model: { ...model, sha256, opset } }, null, 2)}\n`;
}

/** The same model under the same name is fine; another one under it is not, nor a folder that is no model. */
async function alreadyThere(place: string, json: string): Promise<boolean> {
  const taken = await access(place).then(() => true, () => false);
  if (!taken) return false;
  await loadModel(place);
  const there = await readFile(join(place, 'encoder.json'), 'utf8');
  if (JSON.stringify(JSON.parse(there)) === JSON.stringify(JSON.parse(json))) return true;
  throw new ModelFolderError('model-exists', `${place} holds another model`, 'give this one a name of its own (model.name), or remove the folder');
}
