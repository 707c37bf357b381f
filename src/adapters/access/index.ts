export { generateToken, loopbackDoor } from './loopback.js';
