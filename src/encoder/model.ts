import { ModelFolderError, loadModel, type LoadedModel } from '../adapters/models.js';
import { elementsOf, inputsOf, outputsOf, type Contract, type TensorOf } from '../contract/index.js';
import { compareMetadata, headOf, mismatchText } from '../encode/index.js';
import { EncoderStartError, type EncoderServerOptions } from './options.js';
import { openPool, type Pool } from './pool.js';

const HINTS: Readonly<Record<EncoderServerOptions['provider'], string>> = {
  cpu: 'is the file an ONNX model that this onnxruntime reads?',
  webgpu: 'it wants a GPU with a Vulkan driver, and libvulkan1; use --provider cpu, or Triton',
  cuda: 'the package has no CUDA libraries; use --provider cpu, or serve the model with Triton on the GPU',
};

/** Loads the folder and the ONNX file; the two must agree. Throws EncoderStartError. */
export async function openModel(options: EncoderServerOptions, onLost: (error: Error) => void): Promise<{ loaded: LoadedModel; pool: Pool; outputs: readonly TensorOf[] }> {
  const loaded = await loadModel(options.model, { variant: options.variant }).catch((error: unknown) => {
    throw error instanceof ModelFolderError ? new EncoderStartError('model-unreadable', error.message, error.hint) : error;
  });
  const { contract, onnxPath } = loaded;
  const { provider, threads, workers, maxBatch } = options;
  const elements = inputsOf(contract).reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const opened = await openPool({ onnxPath, provider, threads }, workers, maxBatch * elements, onLost);
  if (!opened.ok) {
    const code = provider === 'cpu' ? 'model-unreadable' : 'provider-unavailable';
    throw new EncoderStartError(code, `provider ${provider} cannot open the model: ${opened.reason}`, HINTS[provider]);
  }
  const { pool } = opened;
  const inputs = pool.inputs.map(headOf);
  const convertedTypes = inputs.some(({ datatype }) => datatype === 'FP16') ? ['FP32'] : [];
  const served = { name: contract.model.name, inputs, outputs: pool.outputs.map(headOf), convertedTypes };
  const [mismatch] = compareMetadata(contract, served, 'FP32');
  if (mismatch !== undefined) {
    await pool.close();
    throw new EncoderStartError('model-mismatch', `encoder.json and the ONNX file differ: ${mismatchText(mismatch)}`, 'correct the contract, or export the model again');
  }
  await warm(contract, pool, maxBatch);
  return { loaded, pool, outputs: outputsOf(contract) };
}

/** The first run of a size allocates: better now than in the first caller's time. */
async function warm(contract: Contract, pool: Pool, maxBatch: number): Promise<void> {
  for (const batch of [1, maxBatch]) {
    const inputs = inputsOf(contract).map(({ name, shape }) => ({ name, dims: [batch, ...shape] }));
    const outputs = outputsOf(contract).map(({ name }) => name);
    try {
      await Promise.all(Array.from({ length: pool.size }, () => pool.run(inputs, outputs, (into) => into.fill(0))));
    } catch (error) {
      await pool.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new EncoderStartError('model-unreadable', `the model does not run with a batch of ${batch}: ${reason}`, 'export it with the batch axis free');
    }
  }
}
