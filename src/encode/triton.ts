import { inputsOf, outputsOf, type Contract, type TensorOf } from '../contract/index.js';
import type { TensorHead } from './protocol.js';

/** Largest batch, and the sizes at which one leaves at once. */
const BATCH_MAX = 64;
const PREFERRED = [16, 32, 64];
/** Longest wait for company, and in the queue at all: what waits longer the engine sheds in any case. */
const DELAY_US = 5_000;
const TIMEOUT_US = 5_000_000;
const QUEUED_MAX = 1024;

/** In the first line of each: what bears it may be replaced. */
export const TRITON_MARK = 'made by "purkinje models export --triton"';

const dims = ({ shape }: TensorOf): string => `dims: [ ${shape.join(', ')} ]`;

/**
 * `config.pbtxt` of a model repository of Triton: its ONNX backend on a GPU, batching across callers. Shapes are without the batch axis.
 *
 * @param file the file's tensors: Triton converts no type
 */
export function tritonConfig(contract: Contract, file: { readonly inputs: readonly TensorHead[]; readonly outputs: readonly TensorHead[] }): string {
  const datatypes = new Map([...file.inputs, ...file.outputs].map(({ name, datatype }) => [name, datatype]));
  const typeOf = (tensor: TensorOf): string => `TYPE_${datatypes.get(tensor.name)} ${dims(tensor)}`;
  const inputs = inputsOf(contract).map((input) => ({ input, type: typeOf(input) }));
  const warm = (name: string, batch: number): string =>
    `  {\n    name: "${name}"\n    batch_size: ${batch}\n${inputs.map(({ input, type }) => `    inputs { key: "${input.name}" value { data_type: ${type} zero_data: true } }`).join('\n')}\n  }`;
  return `# ${contract.model.name} ${contract.model.version}: ${TRITON_MARK} from encoder.json, which is the authority.
name: "${contract.model.name}"
backend: "onnxruntime"
max_batch_size: ${BATCH_MAX}
input [
${inputs.map(({ input, type }) => `  { name: "${input.name}" data_type: ${type} }`).join(',\n')}
]
output [
${outputsOf(contract).map((output) => `  { name: "${output.name}" data_type: ${typeOf(output)} }`).join(',\n')}
]
instance_group [
  { kind: KIND_GPU count: 1 }
]
dynamic_batching {
  preferred_batch_size: [ ${PREFERRED.join(', ')} ]
  max_queue_delay_microseconds: ${DELAY_US}
  default_queue_policy {
    timeout_action: REJECT
    default_timeout_microseconds: ${TIMEOUT_US}
    max_queue_size: ${QUEUED_MAX}
  }
}
# The first batches would otherwise wait for CUDA.
model_warmup [
${[warm('one', 1), warm('full', BATCH_MAX)].join(',\n')}
]
`;
}
