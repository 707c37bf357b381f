/**
 * What a code of µ-law stands for: −8031 to 8031, 14 bits with their sign. Source: ITU-T G.711, table 2.
 */
export function expandedMu(code: number): number {
  const plain = ~code & 0xff;
  const magnitude = ((((plain & 0x0f) << 1) + 33) << ((plain >> 4) & 7)) - 33;
  // A minus before nothing is nothing.
  return (plain & 0x80) === 0 || magnitude === 0 ? magnitude : -magnitude;
}

/** What a code of A-law stands for: −4032 to 4032, 13 bits with their sign. Source: ITU-T G.711, table 1. */
export function expandedA(code: number): number {
  const plain = code ^ 0x55;
  const [step, exponent] = [((plain & 0x0f) << 1) + 1, (plain >> 4) & 7];
  const magnitude = exponent === 0 ? step : (step + 32) << (exponent - 1);
  return (plain & 0x80) === 0 ? -magnitude : magnitude;
}
