/** The encoder service: one model behind the Open Inference Protocol, batched across callers. */
export { startEncoderServer, type EncoderServer } from './server.js';
export { EncoderStartError, PROVIDERS, type EncoderLog, type EncoderServerOptions, type Provider } from './options.js';
