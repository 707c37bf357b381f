/** A port that cannot be had, said in one line. */
export class PortError extends Error {
  override readonly name = 'PortError';
  constructor(host: string, port: number, code: string) {
    super(`port ${port} on ${host} cannot be used (${code}): stop what listens there, or choose another with --port`);
  }
}
