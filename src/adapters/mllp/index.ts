/** HL7 version 2 over TCP or TLS, in the Minimal Lower Layer Protocol. */
export { ANSWER_MAX_MS, MllpClient, type MllpOptions } from './client.js';
export { type Acknowledgement, decodeAcknowledgement, encodeEr7 } from './er7.js';
export { FrameReader, frameOf } from './frames.js';
export { DROP_REASONS, type DropReason, HELD_MAX_BYTES, ListenError, MESSAGE_MAX_BYTES, type MllpServer, type MllpServerOptions, serveMllp, type ServerTls } from './server.js';
