/** The encoder port over any servers of the Open Inference Protocol: ours, Triton, KServe, OpenVINO Model Server. */
export { openInferenceEncoder } from './client.js';
export { EncoderMismatchError, type EndpointStatus, type InferenceEncoder, type InferenceEncoderOptions } from './options.js';
