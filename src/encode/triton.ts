import { inputsOf, outputsOf, type Contract, type TensorOf } from '../contract/index.js';

/** Largest batch, and the sizes at which one leaves at once. */
const BATCH_MAX = 64;
const PREFERRED = [16, 32, 64];
/** Longest wait for company, and in the queue at all: what waits longer the engine sheds in any case. */
const DELAY_US = 5_000;
const TIMEOUT_US = 5_000_000;
const QUEUED_MAX = 1024;

const dims = ({ shape }: TensorOf): string => `dims: [ ${shape.join(', ')} ]`;

/** `config.pbtxt` of a model repository of Triton: its ONNX backend on a GPU, batching across callers. Shapes are without the batch axis. */
export function tritonConfig(contract: Contract): string {
  const inputs = inputsOf(contract).map((input) => ({ input, type: `TYPE_FP32 ${dims(input)}` }));
  const warm = (name: string, batch: number): string =>
    `  {\n    name: "${name}"\n    batch_size: ${batch}\n${inputs.map(({ input, type }) => `    inputs { key: "${input.name}" value { data_type: ${type} zero_data: true } }`).join('\n')}\n  }`;
  return `# ${contract.model.name} ${contract.model.version}: made by "purkinje models export --triton" from encoder.json, which is the authority.
name: "${contract.model.name}"
backend: "onnxruntime"
max_batch_size: ${BATCH_MAX}
input [
${inputs.map(({ input, type }) => `  { name: "${input.name}" data_type: ${type} }`).join(',\n')}
]
output [
${outputsOf(contract).map((output) => `  { name: "${output.name}" data_type: TYPE_FP32 ${dims(output)} }`).join(',\n')}
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
