import { access, copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadModel } from '../../adapters/models.js';
import { tritonConfig } from '../../encode/index.js';
import { modelFolder } from '../compose.js';
import { UsageError } from '../failure.js';

interface ExportOptions {
  readonly triton: string;
  readonly variant?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('lay out a model repository for Triton: <dir>/<name>/config.pbtxt and <dir>/<name>/1/model.onnx')
    .argument('<model>', 'model folder')
    .requiredOption('--triton <dir>', 'the repository; an earlier export there is replaced')
    .option('--variant <name>', 'another file of the model, as int8')
    .addHelpText('after', '\nExample:\n  purkinje models export models/purkinje-s --triton deploy/triton/repository')
    .action(async (model: string, { triton, variant }: ExportOptions) => {
      const { contract, onnxPath } = await loadModel(modelFolder(model), { variant });
      const place = join(triton, contract.model.name);
      await checkFree(place);
      await mkdir(join(place, '1'), { recursive: true });
      // Whole or not at all: a Triton that polls must not see half a file.
      await copyFile(onnxPath, join(place, '1', '.model.onnx'));
      await rename(join(place, '1', '.model.onnx'), join(place, '1', 'model.onnx'));
      await writeFile(join(place, 'config.pbtxt'), tritonConfig(contract));
      process.stdout.write(`${place}\n`);
    });
}

/** A folder that holds something else is not ours to write into. */
async function checkFree(place: string): Promise<void> {
  const entries = await readdir(place).catch(() => []);
  const ours = await access(join(place, 'config.pbtxt')).then(() => true, () => false);
  if (entries.length > 0 && !ours) throw new UsageError(`${place} holds something that is no Triton model: name another folder`);
}
