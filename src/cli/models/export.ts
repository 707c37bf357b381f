import { chmod, copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { loadModel, ModelFolderError } from '../../adapters/models.js';
import { tensorsIn } from '../../adapters/onnx-file.js';
import { compareMetadata, mismatchText, TRITON_MARK, tritonConfig } from '../../encode/index.js';
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
      const file = await tensorsIn(onnxPath);
      const [mismatch] = compareMetadata(contract, { name: contract.model.name, ...file, convertedTypes: [] });
      if (mismatch !== undefined) throw new ModelFolderError('model-mismatch', `encoder.json and the ONNX file differ: ${mismatchText(mismatch)}`, 'our own encoder may convert; Triton takes what the file takes');
      const place = join(triton, contract.model.name);
      await checkFree(place);
      await mkdir(join(place, '1'), { recursive: true });
      await putWhole(join(place, '1', 'model.onnx'), (part) => copyFile(onnxPath, part));
      await putWhole(join(place, 'config.pbtxt'), (part) => writeFile(part, tritonConfig(contract, file)));
      process.stdout.write(`${place}\n`);
    });
}

/** Whole or not at all, and for all to read: a Triton that polls, as another user, must not see half a file. */
async function putWhole(path: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = join(dirname(path), '.part');
  await write(part);
  await chmod(part, 0o644);
  await rename(part, path);
}

/** A folder that holds something else is not ours to write into. */
async function checkFree(place: string): Promise<void> {
  const entries = await readdir(place).catch(() => []);
  const config = await readFile(join(place, 'config.pbtxt'), 'utf8').catch(() => '');
  if (entries.length > 0 && !config.includes(TRITON_MARK)) throw new UsageError(`${place} holds something that was not made by this command: name another folder`);
}
