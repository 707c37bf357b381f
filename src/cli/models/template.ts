import { createHash } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { ModelFolderError } from '../../adapters/models.js';
import { opsetOf, tensorsIn } from '../../adapters/onnx-file.js';
import { draftContract } from '../../contract/index.js';
import { UsageError } from '../failure.js';
import { onnxBytes } from './onnx.js';

interface TemplateOptions {
  readonly from: string;
  readonly out: string;
}

export function templateCommand(): Command {
  return new Command('template')
    .description('a first encoder.json for a model: what its file says is filled in, the rest is noted as TO DO')
    .requiredOption('--from <file.onnx>', 'the model')
    .option('--out <file>', 'where to write it', 'encoder.json')
    .addHelpText('after', '\nExample:\n  purkinje models template --from mine.onnx --out encoder.json')
    .action(async ({ from, out }: TemplateOptions) => {
      if (await access(out).then(() => true, () => false)) throw new UsageError(`${out} is there already: name another file with --out, or remove it`);
      const bytes = await onnxBytes(from);
      const { inputs, outputs } = await tensorsIn(from).catch((error: Error) => {
        throw new ModelFolderError('model-unreadable', `onnxruntime does not read ${from}: ${error.message.split('\n')[0]}`, 'check the export');
      });
      const draft = draftContract({ name: basename(from).replace(/\.onnx$/i, ''), sha256: createHash('sha256').update(bytes).digest('hex'), opset: opsetOf(bytes)!, inputs, outputs });
      if (draft === undefined) {
        const shapes = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join('; ');
        const found = outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join('; ');
        throw new ModelFolderError('model-mismatch', `${from} has no input that is a signal of 1 to 12 leads, or no output of columns: inputs ${shapes}; outputs ${found}`, 'export it with fixed sizes: [batch, leads, samples], [batch, samples, leads], [batch, 1, samples, leads] or [batch, leads × samples], and [batch, columns]');
      }
      await writeFile(out, `${JSON.stringify(draft, null, 2)}\n`, { flag: 'wx' });
      process.stdout.write(`${out}\n${draft.notes!.map((note) => `  ${note}\n`).join('')}Then: purkinje models add ${from} --contract ${out}\n`);
    });
}
