/** Waves as grading keeps them from segment to segment: 1/1000 mV, as 16 bits, base64. */
const UNIT = 1000;
const COUNT_MAX = 32_767;

export function packed(wave: Float32Array | Float64Array): string {
  const counts = new Int16Array(wave.length);
  for (let i = 0; i < wave.length; i++) counts[i] = Math.max(-COUNT_MAX, Math.min(COUNT_MAX, Math.round(wave[i] * UNIT)));
  return Buffer.from(counts.buffer).toString('base64');
}

export function unpacked(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const wave = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < wave.length; i++) wave[i] = ((bytes[2 * i] | (bytes[2 * i + 1] << 8)) << 16 >> 16) / UNIT;
  return wave;
}
