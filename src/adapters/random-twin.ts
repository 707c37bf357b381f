import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withWeightsDealt } from './onnx-file.js';

/** A model folder that is gone after `remove`. */
export interface TemporaryModel {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * A model with the same graph whose weights say nothing: the elements of each float tensor of two or more dimensions are
 * permuted. Biases and scales (one dimension) stay. The floor under every figure of the real one.
 * @param random uniform in [0, 1)
 */
export async function randomTwin(folder: string, random: () => number): Promise<TemporaryModel> {
  const [model, json] = await Promise.all([readFile(join(folder, 'encoder.onnx')), readFile(join(folder, 'encoder.json'), 'utf8')]);
  const twin = withWeightsDealt(model, random);
  const contract = JSON.parse(json);
  contract.model.sha256 = createHash('sha256').update(twin).digest('hex');
  delete contract.model.variants;
  const made = await mkdtemp(join(tmpdir(), 'purkinje-twin-'));
  await Promise.all([writeFile(join(made, 'encoder.onnx'), twin), writeFile(join(made, 'encoder.json'), JSON.stringify(contract))]);
  return { folder: made, remove: () => rm(made, { recursive: true, force: true }) };
}
