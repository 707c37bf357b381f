import type { Chunk } from '../ecg/index.js';
import type { Declared, EpochState, Span } from './state.js';

/** Notes what the device declared from the chunk's first sample to its end. The first declaration of a sample stays. */
export function declare(epoch: EpochState, chunk: Chunk, to: number): void {
  const declared: Declared = {
    leads: chunk.declaredLeads,
    placement: chunk.placement,
    band: chunk.band,
    paceReported: chunk.paceMarks !== undefined,
    calibration: chunk.calibration,
    demo: chunk.demo,
  };
  for (const block of chunk.blocks) if (block.leadOff) noteLeadOff(epoch, block.lead, chunk.firstSample, to);
  const signature = JSON.stringify(declared);
  const { spans } = epoch;
  let from = chunk.firstSample;
  let i = spans.findIndex((span) => span.to > from);
  if (i < 0) i = spans.length;
  while (from < to) {
    const next = spans[i];
    const until = Math.min(to, next?.from ?? to);
    if (from < until) i = insert(spans, i, { from, to: until, declared, signature });
    from = Math.max(from, next?.to ?? to);
    i++;
  }
}

function noteLeadOff(epoch: EpochState, lead: string, from: number, to: number): void {
  const known = epoch.leadsOff.find((off) => off.lead === lead && off.from <= to && off.to >= from);
  if (known === undefined) epoch.leadsOff.push({ lead, from, to });
  else {
    known.from = Math.min(known.from, from);
    known.to = Math.max(known.to, to);
  }
}

/** Inserts at i, merged with equal neighbours; returns where it went. */
function insert(spans: Span[], i: number, span: Span): number {
  const before = spans[i - 1];
  const after = spans[i];
  const joinsBefore = before !== undefined && before.to === span.from && before.signature === span.signature;
  const joinsAfter = after !== undefined && after.from === span.to && after.signature === span.signature;
  if (joinsBefore && joinsAfter) {
    before.to = after.to;
    spans.splice(i, 1);
    return i - 1;
  }
  if (joinsBefore) before.to = span.to;
  else if (joinsAfter) after.from = span.from;
  else spans.splice(i, 0, span);
  return joinsBefore ? i - 1 : i;
}

/** The spans that touch from … to. */
export function spansIn(epoch: EpochState, from: number, to: number): Span[] {
  return epoch.spans.filter((span) => span.from < to && span.to > from);
}

/** Is anything before `to` and after the first thing ever declared left undeclared? Then a chunk is missing. */
export function isDeclared(epoch: EpochState, from: number, to: number, firstEver: number): boolean {
  let at = Math.max(from, firstEver);
  for (const span of epoch.spans) {
    if (span.to <= at) continue;
    if (span.from > at) break;
    at = span.to;
    if (at >= to) return true;
  }
  return at >= to;
}

export function trimSpans(epoch: EpochState, sample: number): void {
  while (epoch.spans.length > 0 && epoch.spans[0].to <= sample) epoch.spans.shift();
  if (epoch.leadsOff.length > 0) epoch.leadsOff = epoch.leadsOff.filter((off) => off.to > sample);
}
