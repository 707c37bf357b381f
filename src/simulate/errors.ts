export type SimulationErrorCode = 'unknown-condition' | 'bad-spec' | 'bad-profile' | 'missing-file';

/** A patient that cannot be made. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  constructor(
    readonly code: SimulationErrorCode,
    readonly what: string,
    readonly where: string,
    readonly hint: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${where}: ${what} (${hint})`, options);
  }
}
