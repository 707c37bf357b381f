/** Who calls: bearer tokens, client certificates, and the token of one machine. */
export { type ClientPemFiles, type ClientTls, clientTls } from './client-tls.js';
export { type DoorSettings, openDoor } from './door.js';
export { generateToken, loopbackDoor } from './loopback.js';
export { type PemFiles, type Secured, secured } from './tls.js';
export type { OnBroken } from './watched-files.js';
