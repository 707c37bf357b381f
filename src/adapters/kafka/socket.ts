import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_DELAY_MS = 60_000;
/** Node takes a buffer of this size for every arrival, however little arrives: they are most of what its garbage collector has to count. */
const READ_BYTES = 65_536;

/** As kafkajs makes its sockets, but that what arrives in the clear is read into one buffer for each socket, and only as much as came is copied. */
export const createSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  if (ssl) {
    const socket = connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect);
    return socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  }
  const arrived = (bytes: number, buffer: Uint8Array): true => {
    socket.emit('data', Buffer.from(buffer.subarray(0, bytes)));
    return true;
  };
  const socket = connect({ host, port, onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: arrived } }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
};
