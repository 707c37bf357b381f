/** A port that cannot be had, said in one line. */
export class PortError extends Error {
  override readonly name = 'PortError';
  /** Of the system: EADDRINUSE, EACCES … */
  constructor(host: string, port: number, readonly code: string) {
    super(`port ${port} on ${host} cannot be used (${code}): stop what listens there, or choose another with --port`);
  }
}
