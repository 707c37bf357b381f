/** HL7 version 2 over TCP or TLS, in the Minimal Lower Layer Protocol. */
export { ANSWER_MAX_MS, MllpClient, type MllpOptions } from './client.js';
export { type Acknowledgement, decodeAcknowledgement, encodeEr7 } from './er7.js';
export { FrameReader, frameOf } from './frames.js';
export { type DropReason, type MllpServer, type MllpServerOptions, serveMllp, type ServerTls } from './server.js';
