import { type CloseReason, type GainChange, isStandard, LEADS, type Segment, type SegmentLead, segmentId } from '../ecg/index.js';
import { segmentClock, trimAnchors } from './clock.js';
import { isDeclared, spansIn, trimSpans } from './declare.js';
import { copyOf, countSamples, firstFrom, isWhole, missingIn, trim } from './lead-buffer.js';
import { open, skipTo } from './runs.js';
import { gainChangesIn } from './scales.js';
import { type AssembleOptions, type Assembled, beforeOf, type DeviceState, endOf, type EpochState, floorOf, neededFrom, type Run, startOf } from './state.js';

/** A run of empty segments that grows by and by is reported when it is this long: five minutes at the default stride. */
const GAP_REPORTED_AFTER_SEGMENTS = 30;

/** Closes every segment whose time has come: whole, or past by the horizon, or beyond the end of its run. */
export function closeDue(state: DeviceState, epoch: EpochState, out: Assembled, options: AssembleOptions): void {
  for (;;) {
    const run = epoch.runs[0];
    const start = startOf(run, run.next, options);
    if (run.end !== undefined && ownFrom(run, options) >= run.end) {
      if (epoch.runs.length === 1) return;
      reportUncut(state, epoch, run, out, options);
      epoch.runs.shift();
      continue;
    }
    const end = endOf(run, run.next, options);
    const last = Math.min(end, run.end ?? end);
    const horizon = Math.ceil(options.horizonS * run.rateHz);
    const overdue = epoch.highestFirst >= last + horizon;
    if (!overdue && !isComplete(epoch, run, start, last, horizon)) return;
    closeNext(state, epoch, out, run.end !== undefined && run.end < end ? 'format-change' : overdue ? 'horizon' : 'complete', options);
  }
}

/** Closes all that is open: the epoch or the stream is over, or the device fell silent. */
export function closeAll(state: DeviceState, epoch: EpochState, out: Assembled, by: CloseReason, options: AssembleOptions): void {
  for (;;) {
    const run = epoch.runs[0];
    const from = ownFrom(run, options);
    const limit = Math.min(run.end ?? Infinity, epoch.highestEnd);
    if (from < limit && [...run.buffers.values()].some((buffer) => firstFrom(buffer, from) < Infinity)) closeNext(state, epoch, out, by, options);
    else if (epoch.runs.length > 1) {
      reportUncut(state, epoch, run, out, options);
      epoch.runs.shift();
    } else {
      reportUncut(state, epoch, run, out, options);
      // Nobody waits for what was before: a device that is away must not hold the low-water mark.
      forgetBefore(epoch, floorOf(run, options));
      return reportGap(epoch, out);
    }
  }
}

function isComplete(epoch: EpochState, run: Run, start: number, end: number, horizon: number): boolean {
  if (epoch.highestEnd < end || !isDeclared(epoch, start, end, epoch.start)) return false;
  // The stream began in mid-segment: a chunk before the first one may still come, out of order.
  if (epoch.start > start && epoch.highestFirst < epoch.start + horizon) return false;
  let any = false;
  for (const span of epoch.spans) {
    if (span.from >= end || span.to <= start) continue;
    for (const lead of span.declared.leads) {
      const buffer = run.buffers.get(lead);
      if (buffer === undefined || !isWhole(buffer, Math.max(span.from, start), Math.min(span.to, end))) return false;
      any = true;
    }
  }
  return any;
}

/** Closes the first open segment of the first run, or skips a run of empty ones as one gap. */
function closeNext(state: DeviceState, epoch: EpochState, out: Assembled, by: CloseReason, options: AssembleOptions): void {
  const run = epoch.runs[0];
  const [start, end, from] = [startOf(run, run.next, options), endOf(run, run.next, options), ownFrom(run, options)];
  const limit = Math.min(end, run.end ?? end);
  const stop = by === 'format-change' ? limit : Math.min(limit, epoch.highestEnd);
  const covered = coveredTo(run, from, stop, options);
  reportUncut(state, epoch, run, out, options);
  const buffers = [...run.buffers.values()];
  if (!buffers.some((buffer) => firstFrom(buffer, from) < limit)) {
    skipEmpty(state, epoch, run, from, out, options);
    return;
  }
  reportGap(epoch, out);
  const ended = by === 'end-of-stream' || by === 'end-of-epoch' || by === 'format-change';
  const partial = ended && stop < end;
  if (partial && stop - from < options.partialMinS * run.rateHz) {
    reportRest(state, epoch, run, covered, stop, out);
  } else {
    out.segments.push(cut(state, epoch, run, start, end, limit, by, partial));
  }
  open(run, run.next + 1);
  forget(epoch, run, options);
}

function reportGap(epoch: EpochState, out: Assembled): void {
  if (epoch.gap !== undefined) out.gaps.push(epoch.gap);
  epoch.gap = undefined;
}

/** From where on samples are the next segment's own: without any it is not made. */
function ownFrom(run: Run, options: AssembleOptions): number {
  return Math.max(startOf(run, run.next, options), floorOf(run, options));
}

/** Up to where the segment before has what is left, where segments overlap. */
function coveredTo(run: Run, from: number, stop: number, options: AssembleOptions): number {
  return run.next === 0 || run.openFrom !== undefined ? from : Math.min(Math.max(from, endOf(run, run.next - 1, options)), stop);
}

/** Samples of from … to make no segment: a gap that says how many there are. */
function reportRest(state: DeviceState, epoch: EpochState, run: Run, from: number, to: number, out: Assembled): void {
  const samples = [...run.buffers.values()].reduce((sum, buffer) => sum + countSamples(copyOf(buffer, from, to, to - from)), 0);
  if (samples === 0) return;
  out.account.rest += samples;
  const clock = segmentClock(epoch, from, to, run.rateHz);
  out.gaps.push({ device: state.device, epoch: epoch.epoch, firstSample: from, segments: 1, startMs: clock.startMs, restSamples: samples, clock });
}

/** After a change of the stride, what lies before the first segment of the new grid. */
function reportUncut(state: DeviceState, epoch: EpochState, run: Run, out: Assembled, options: AssembleOptions): void {
  if (run.openFrom === undefined) return;
  const to = Math.min(startOf(run, run.next, options), run.end ?? Infinity);
  if (run.openFrom < to) reportRest(state, epoch, run, run.openFrom, to, out);
  run.openFrom = undefined;
}

/** Everything that is open is left without a segment: its numbering was one stray chunk's. */
export function abandon(state: DeviceState, epoch: EpochState, out: Assembled, options: AssembleOptions): void {
  reportGap(epoch, out);
  for (const run of epoch.runs) {
    const from = floorOf(run, options);
    reportRest(state, epoch, run, from, Math.max(from, run.end ?? epoch.highestEnd), out);
  }
}

/** A run of segments without any sample is one gap, however long; before the first sample it is nothing. */
function skipEmpty(state: DeviceState, epoch: EpochState, run: Run, from: number, out: Assembled, options: AssembleOptions): void {
  const first = run.next;
  let target = Math.min(run.end ?? Infinity, epoch.highestFirst - Math.ceil(options.horizonS * run.rateHz));
  for (const buffer of run.buffers.values()) target = Math.min(target, firstFrom(buffer, from));
  open(run, run.next + 1);
  skipTo(run, target, options);
  if (from >= epoch.start) {
    const clock = segmentClock(epoch, from, from, run.rateHz);
    const before = epoch.gap ?? { device: state.device, epoch: epoch.epoch, firstSample: from, segments: 0, startMs: clock.startMs, clock };
    const more = run.next - first;
    epoch.gap = { ...before, segments: before.segments + more };
    // A device that keeps sending nothing but missing samples is reported meanwhile; one that was away, once and in one piece.
    if (epoch.gap.segments >= GAP_REPORTED_AFTER_SEGMENTS && more < GAP_REPORTED_AFTER_SEGMENTS) reportGap(epoch, out);
  }
  forget(epoch, run, options);
}

function cut(
  state: DeviceState,
  epoch: EpochState,
  run: Run,
  start: number,
  end: number,
  limit: number,
  closedBy: CloseReason,
  partial: boolean,
): Segment {
  const spans = spansIn(epoch, start, limit);
  const declared = new Set(spans.flatMap((span) => span.declared.leads));
  const before = [...run.buffers.values()].some((buffer) => firstFrom(buffer, start - beforeOf(run)) < start) ? beforeOf(run) : 0;
  const leads: SegmentLead[] = [];
  const gainChanges: GainChange[] = [];
  for (const lead of inOrder([...run.buffers.keys()])) {
    const buffer = run.buffers.get(lead)!;
    const counts = copyOf(buffer, start, limit, end - start);
    const gaps = limit === end && isWhole(buffer, start, end) ? [] : missingIn(counts);
    if (!declared.has(lead) && gaps.length === 1 && gaps[0][0] === 0 && gaps[0][1] === counts.length) continue;
    const toMs = (sample: number) => (sample / run.rateHz) * 1000;
    const { origin, aduPerMv, offsetAdu } = buffer.calibration;
    gainChanges.push(...gainChangesIn(lead, buffer.scales, start, limit, run.rateHz));
    leads.push({ lead, origin, aduPerMv, offsetAdu, counts, before: copyOf(buffer, start - before, start, before), gaps: gaps.map(([a, b]) => ({ fromMs: toMs(a), toMs: toMs(b) })) });
  }
  const first = spans[0]?.declared;
  const paced = spans.length > 0 && spans.every((span) => span.declared.paceReported);
  return {
    id: segmentId(state.device, epoch.epoch, start),
    device: state.device,
    epoch: epoch.epoch,
    firstSample: start,
    samples: end - start,
    before,
    last: closedBy !== 'complete' && closedBy !== 'horizon' && (limit < end || epoch.highestEnd <= end),
    rateHz: run.rateHz,
    leads,
    closedBy,
    partial,
    placement: first?.placement ?? 'unknown',
    band: first?.band ?? { phase: 'unknown' },
    paceMarks: paced ? epoch.paceMarks.filter((mark) => mark >= start && mark < limit).map((mark) => mark - start) : undefined,
    calibration: spans.some((span) => span.declared.calibration),
    demo: spans.some((span) => span.declared.demo),
    leadsOff: inOrder([...new Set(epoch.leadsOff.filter((off) => off.from < limit && off.to > start).map((off) => off.lead))]),
    clock: segmentClock(epoch, start, end, run.rateHz),
    ...(gainChanges.length > 0 && { gainChanges }),
    sources: epoch.sources.filter((source) => source.from < limit && source.to > start - before).map((source) => source.offset),
  };
}

/** Forgets what no open segment needs. */
function forget(epoch: EpochState, run: Run, options: AssembleOptions): void {
  const from = neededFrom(run, options);
  const sample = Math.min(from, run.end ?? from);
  forgetBefore(epoch, sample - beforeOf(run));
  if (epoch.paceMarks.length > 0) epoch.paceMarks = epoch.paceMarks.filter((mark) => mark >= sample);
  trimSpans(epoch, sample);
  trimAnchors(epoch, sample);
}

/** Samples before this one, and the chunks that they came from. */
function forgetBefore(epoch: EpochState, sample: number): void {
  for (const buffer of epoch.runs[0].buffers.values()) trim(buffer, sample);
  epoch.sources = epoch.sources.filter((source) => source.to > sample);
  for (const source of epoch.sources) source.from = Math.max(source.from, sample);
  if (epoch.voids.length > 0) epoch.voids = epoch.voids.filter((gone) => gone.to > sample);
}

function inOrder(leads: string[]): string[] {
  const rank = (lead: string) => (isStandard(lead) ? LEADS.indexOf(lead) : LEADS.length);
  return leads.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
