import {
  type Band,
  type Chunk,
  chunkLength,
  FURTHER_LEADS_MAX,
  isPlausibleTime,
  type LeadBlock,
  type Phase,
  type Placement,
  type Samples,
  standardLead,
} from '../ecg/index.js';
import * as pb from './gen/ecg/v1/signal.js';
import type { Reject, RejectReason } from './reject.js';

const SCHEMA_VERSION = 1;
const RATE_MIN_HZ = 100;
const RATE_MAX_HZ = 1000;
const CHUNK_MAX_S = 60;
/** No pacemaker, nor two, paces as fast. */
const PACE_MARKS_PER_S_MAX = 25;
const GAIN_MIN = 1e-3;
const GAIN_MAX = 1e8;
/** Beyond int32: no converter has such a zero. */
const OFFSET_MAX_ADU = 2 ** 32;
/** Of a float32 sample; mV stay finite with any gain that is allowed. */
const FLOAT_SAMPLE_MAX = 1e12;
/** Sample numbers stay well inside the safe integers, so that sums of them do too. */
const SAMPLE_NUMBER_MAX = 2 ** 50;
const DEVICE = /^[A-Za-z0-9._:@+/-]{1,128}$/;
const LEAD_NAME = /^[\x21-\x7e][\x20-\x7e]{0,31}$/;

export type Decoded = { readonly ok: true; readonly chunk: Chunk } | { readonly ok: false; readonly reject: Reject };

const ORIGINS: readonly LeadBlock['origin'][] = ['measured', 'measured', 'derived', 'easi', 'modified'];
const PLACEMENTS: readonly Placement[] = ['unknown', 'standard', 'mason-likar', 'easi'];
/** By the number on the wire. */
export const PHASES: readonly Phase[] = ['unknown', 'causal', 'zero'];

class Refused extends Error {
  constructor(
    readonly reason: RejectReason,
    readonly field?: string,
  ) {
    super(reason);
  }
}

/** Bytes of ecg.signal.v1 → a checked chunk, or the reason why not. Never throws. `key` is the record's key. */
export function decodeChunk(bytes: Uint8Array, key: string | undefined): Decoded {
  let message: pb.SignalChunk;
  try {
    message = pb.SignalChunk.decode(bytes);
  } catch {
    return { ok: false, reject: { reason: 'undecodable', samples: 0 } };
  }
  try {
    return { ok: true, chunk: checked(message, key) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, reject: { reason: error.reason, field: error.field, samples: samplesIn(message) } };
  }
}

function checked(m: pb.SignalChunk, key: string | undefined): Chunk {
  if (m.schemaVersion !== SCHEMA_VERSION) throw new Refused('unsupported-version');
  if (!DEVICE.test(m.device)) throw new Refused('bad-device');
  if (key !== m.device) throw new Refused('key-mismatch');
  if (!(m.rateHz >= RATE_MIN_HZ && m.rateHz <= RATE_MAX_HZ)) throw new Refused('bad-rate');
  if (!(m.firstSample <= SAMPLE_NUMBER_MAX)) throw new Refused('bad-number', 'first_sample');
  if (!isPlausibleTime(m.deviceTimeMs)) throw new Refused('bad-time', 'device_time_ms');
  const declaredLeads = leadNames(m.declaredLeads);
  const blocks = m.blocks.map((block) => checkedBlock(block, m.rateHz));
  const seen = new Set<string>();
  for (const block of blocks) {
    if (seen.has(block.lead) || !declaredLeads.includes(block.lead)) throw new Refused('undeclared-lead');
    seen.add(block.lead);
    if (block.samples.length !== blocks[0].samples.length) throw new Refused('bad-length');
  }
  if (blocks.length === 0 && !m.endOfStream) throw new Refused('bad-length');
  const end = m.firstSample + chunkLength({ blocks });
  if (m.paceMarks.length > Math.ceil((PACE_MARKS_PER_S_MAX * (end - m.firstSample)) / m.rateHz) || m.paceMarks.some((mark) => mark < m.firstSample || mark >= end)) throw new Refused('bad-pace-marks');
  return {
    device: m.device,
    epoch: m.epoch,
    sequence: m.sequence,
    firstSample: m.firstSample,
    deviceTimeMs: m.deviceTimeMs,
    // A gateway whose clock is wrong costs no ECG.
    gatewayTimeMs: isPlausibleTime(m.gatewayTimeMs) ? m.gatewayTimeMs : undefined,
    rateHz: m.rateHz,
    declaredLeads,
    blocks,
    band: bandOf(m.band),
    placement: PLACEMENTS[m.placement] ?? 'unknown',
    paceMarks: m.paceReported ? m.paceMarks : undefined,
    calibration: m.calibration,
    demo: m.demo,
    endOfStream: m.endOfStream,
  };
}

function leadNames(labels: readonly string[]): string[] {
  const names = labels.map(leadName);
  const further = names.filter((name) => standardLead(name) === undefined).length;
  if (names.length === 0 || further > FURTHER_LEADS_MAX || new Set(names).size !== names.length) throw new Refused('bad-leads');
  return names;
}

function leadName(label: string): string {
  const lead = standardLead(label);
  if (lead === undefined && !LEAD_NAME.test(label)) throw new Refused('bad-leads');
  return lead ?? label;
}

function checkedBlock(block: pb.LeadBlock, rateHz: number): LeadBlock {
  if (!(block.aduPerMv >= GAIN_MIN && block.aduPerMv <= GAIN_MAX) || !(Math.abs(block.offsetAdu) <= OFFSET_MAX_ADU)) throw new Refused('bad-gain');
  const samples = typedSamples(block);
  if (samples.length > rateHz * CHUNK_MAX_S) throw new Refused('too-long');
  return {
    lead: leadName(block.lead),
    origin: ORIGINS[block.origin] ?? 'measured',
    aduPerMv: block.aduPerMv,
    offsetAdu: block.offsetAdu,
    samples,
    leadOff: block.leadOff,
  };
}

/** Protobuf bytes are often odd-aligned, so the samples are copied. */
function typedSamples(block: pb.LeadBlock): Samples {
  const bytes = block.samples;
  const size = block.format === pb.SampleFormat.SAMPLE_FORMAT_INT16 ? 2 : 4;
  if (bytes.length === 0 || bytes.length % size !== 0) throw new Refused('bad-length');
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  switch (block.format) {
    case pb.SampleFormat.SAMPLE_FORMAT_INT16:
      return new Int16Array(buffer);
    case pb.SampleFormat.SAMPLE_FORMAT_INT32:
      return new Int32Array(buffer);
    case pb.SampleFormat.SAMPLE_FORMAT_FLOAT32: {
      const samples = new Float32Array(buffer);
      if (!samples.every((value) => Math.abs(value) <= FLOAT_SAMPLE_MAX)) throw new Refused('nonfinite-samples');
      return samples;
    }
    default:
      throw new Refused('bad-length', 'format');
  }
}

function bandOf(band: pb.Band | undefined): Band {
  const known = (value: number | undefined) => (value !== undefined && value > 0 && Number.isFinite(value) ? value : undefined);
  return {
    highpassHz: known(band?.highpassHz),
    lowpassHz: known(band?.lowpassHz),
    notchHz: known(band?.notchHz),
    phase: PHASES[band?.phase ?? 0] ?? 'unknown',
  };
}

/** Samples a message claims to hold, for the account of what was rejected. "No sample" is none. */
function samplesIn(m: pb.SignalChunk): number {
  let count = 0;
  for (const block of m.blocks) {
    const size = block.format === pb.SampleFormat.SAMPLE_FORMAT_INT16 ? 2 : 4;
    count += Math.floor(block.samples.length / size);
  }
  return count;
}

/** A chunk → bytes of ecg.signal.v1. */
export function encodeChunk(chunk: Chunk): Uint8Array {
  return pb.SignalChunk.encode(
    pb.SignalChunk.fromPartial({
      schemaVersion: SCHEMA_VERSION,
      device: chunk.device,
      epoch: chunk.epoch,
      sequence: chunk.sequence,
      firstSample: chunk.firstSample,
      deviceTimeMs: Math.round(chunk.deviceTimeMs),
      gatewayTimeMs: Math.round(chunk.gatewayTimeMs ?? 0),
      rateHz: chunk.rateHz,
      declaredLeads: chunk.declaredLeads.slice(),
      blocks: chunk.blocks.map(blockMessage),
      band: { ...chunk.band, phase: PHASES.indexOf(chunk.band.phase) },
      placement: PLACEMENTS.indexOf(chunk.placement),
      paceReported: chunk.paceMarks !== undefined,
      paceMarks: chunk.paceMarks?.slice() ?? [],
      calibration: chunk.calibration,
      demo: chunk.demo,
      endOfStream: chunk.endOfStream,
    }),
  ).finish();
}

function blockMessage(block: LeadBlock) {
  const { samples } = block;
  const format =
    samples instanceof Int16Array
      ? pb.SampleFormat.SAMPLE_FORMAT_INT16
      : samples instanceof Int32Array
        ? pb.SampleFormat.SAMPLE_FORMAT_INT32
        : pb.SampleFormat.SAMPLE_FORMAT_FLOAT32;
  return {
    lead: block.lead,
    origin: { measured: pb.Origin.ORIGIN_MEASURED, derived: pb.Origin.ORIGIN_DERIVED, easi: pb.Origin.ORIGIN_EASI, modified: pb.Origin.ORIGIN_MODIFIED }[block.origin],
    aduPerMv: block.aduPerMv,
    offsetAdu: block.offsetAdu,
    format,
    samples: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
    leadOff: block.leadOff,
  };
}
