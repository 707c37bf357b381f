import { isIPv6, type Server } from 'node:net';

/** Open connections of one server. One more is closed before anything of it is read. */
export interface ConnectionLimits {
  readonly connections: number;
  /** Of one address; of IPv6 of one /64, which is one machine's or one site's. */
  readonly connectionsOfAddress: number;
}

export interface ConnectionWatch {
  opened(count: number): void;
  /** own: the address has as many as one may have. all: everybody together has. */
  refused(whose: 'own' | 'all'): void;
}

export function limitConnections(server: Server, { connections, connectionsOfAddress }: ConnectionLimits, watch?: ConnectionWatch): void {
  const open = new Map<string, number>();
  let all = 0;
  const change = (network: string, by: number): void => {
    all += by;
    const own = (open.get(network) ?? 0) + by;
    if (own > 0) open.set(network, own);
    else open.delete(network);
    watch?.opened(all);
  };
  server.on('connection', (socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    const whose = (open.get(network) ?? 0) >= connectionsOfAddress ? 'own' : all >= connections ? 'all' : undefined;
    if (whose !== undefined) {
      watch?.refused(whose);
      return void socket.destroy();
    }
    change(network, 1);
    socket.once('close', () => change(network, -1));
  });
}

/** An IPv4 address, or the first 64 bits of an IPv6 one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [before, after] = address.split('%', 1)[0].split('::');
  const [first, last] = [before, after ?? ''].map((half) => (half === '' ? [] : half.split(':')));
  const zeros = after === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':');
}
