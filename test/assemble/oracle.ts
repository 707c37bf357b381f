import type { Chunk } from '../../src/ecg/index.js';

/** The slow, obvious windower: every sample of a stream in a map, every segment read from it. One epoch, one format, begun at sample 0. */
export interface OracleSegment {
  readonly id: string;
  /** By lead, NaN where there is no sample. */
  readonly counts: Record<string, number[]>;
  /** The two seconds before. */
  readonly before: Record<string, number[]>;
}

/** @param phaseS seconds to the second segment */
export function naiveSegments(chunks: readonly Chunk[], strideS: number, partialMinS: number, phaseS: number): OracleSegment[] {
  const { device, epoch, rateHz } = chunks[0];
  const samples = new Map<string, Map<number, number>>();
  let end = 0;
  let start = Infinity;
  for (const chunk of chunks) {
    for (const block of chunk.blocks) {
      const lead = samples.get(block.lead) ?? new Map<number, number>();
      samples.set(block.lead, lead);
      block.samples.forEach((value, i) => {
        const n = chunk.firstSample + i;
        end = Math.max(end, n + 1);
        if (block.samples instanceof Int16Array && value === -32768) return;
        start = Math.min(start, n);
        if (!lead.has(n)) lead.set(n, value);
      });
    }
  }
  const found: OracleSegment[] = [];
  for (let k = 0; ; k++) {
    const grid = k === 0 ? 0 : Math.round(phaseS * rateHz) - Math.round(strideS * rateHz);
    const from = grid + Math.round(k * strideS * rateHz);
    const to = grid + Math.round((k * strideS + 10) * rateHz);
    if (from >= end) return found;
    // Without a phase the second one would begin here: what is before decides nothing.
    const decides = k === 1 ? Math.round(strideS * rateHz) : from;
    if (to > end && end - decides < partialMinS * rateHz) continue;
    const counts: Record<string, number[]> = {};
    const before: Record<string, number[]> = {};
    let any = false;
    for (const [lead, values] of samples) {
      counts[lead] = Array.from({ length: to - from }, (_, i) => values.get(from + i) ?? NaN);
      before[lead] = Array.from({ length: Math.round(2 * rateHz) }, (_, i) => values.get(from - Math.round(2 * rateHz) + i) ?? NaN);
      any ||= counts[lead].slice(decides - from).some((value) => !Number.isNaN(value));
    }
    if (any) found.push({ id: `${device}/${epoch}/${from}`, counts, before });
  }
}
