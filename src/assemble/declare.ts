import type { Chunk, LeadBlock } from '../ecg/index.js';
import type { Declared, EpochState, Span } from './state.js';

/** What a chunk declares of its samples. */
export function declaredBy(chunk: Chunk): Pick<Span, 'declared' | 'signature'> {
  const declared: Declared = {
    leads: chunk.declaredLeads,
    placement: chunk.placement,
    band: chunk.band,
    paceReported: chunk.paceMarks !== undefined,
    calibration: chunk.calibration,
    demo: chunk.demo,
  };
  return { declared, signature: signatureOf(declared) };
}

/** Canonical text of a declaration, however its fields are ordered. */
export function signatureOf({ leads, placement, band, paceReported, calibration, demo }: Declared): string {
  return JSON.stringify([leads, placement, band.highpassHz, band.lowpassHz, band.notchHz, band.phase, paceReported, calibration, demo]);
}

/** Notes what the device declared from the chunk's first sample to its end. The first declaration of a sample stays. */
export function declare(epoch: EpochState, chunk: Chunk, { declared, signature }: Pick<Span, 'declared' | 'signature'>, to: number): void {
  for (const block of chunk.blocks) if (block.leadOff) noteLeadOff(epoch, block.lead, chunk.firstSample, to);
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

/** By how many spans `declare` would add to those that are there: each stretch without a declaration is one, unless a neighbour takes it in. */
export function spansAdded({ spans }: EpochState, signature: string, from: number, to: number): number {
  let added = 0;
  let before: Span | undefined;
  for (const span of [...spans, undefined]) {
    const until = Math.min(to, span?.from ?? to);
    if (from < until) {
      added++;
      if (before?.to === from && before.signature === signature) added--;
      if (span?.from === until && span.signature === signature) added--;
    }
    from = Math.max(from, span?.to ?? to);
    before = span;
  }
  return added;
}

function knownLeadOff(epoch: EpochState, lead: string, from: number, to: number): EpochState['leadsOff'][number] | undefined {
  return epoch.leadsOff.find((off) => off.lead === lead && off.from <= to && off.to >= from);
}

function noteLeadOff(epoch: EpochState, lead: string, from: number, to: number): void {
  const known = knownLeadOff(epoch, lead, from, to);
  if (known === undefined) epoch.leadsOff.push({ lead, from, to });
  else {
    known.from = Math.min(known.from, from);
    known.to = Math.max(known.to, to);
  }
}

/** How many stretches of a lead that is off `declare` would add to those that are there. */
export function leadsOffAdded(epoch: EpochState, chunk: Chunk, to: number): number {
  const isNew = (block: LeadBlock) => block.leadOff && knownLeadOff(epoch, block.lead, chunk.firstSample, to) === undefined;
  return chunk.blocks.filter(isNew).length;
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
