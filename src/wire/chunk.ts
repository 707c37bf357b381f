import { type Band, type Chunk, chunkLength, isPlausibleTime, isRate, type LeadBlock, type Phase, type Placement } from '../ecg/index.js';
import { declaredNames, type Detail, type Dropped, type Drop, samplesIn, soundBlocks } from './blocks.js';
import { unframed } from './frame.js';
import * as pb from './gen/ecg/v1/signal.js';
import { opaque } from './opaque.js';
import type { Reject, RejectReason } from './reject.js';

const SCHEMA_VERSION = 1;
const CHUNK_MAX_S = 60;
/** No pacemaker, nor two, paces as fast. */
const PACE_MARKS_PER_S_MAX = 25;
/** Sample numbers stay well inside the safe integers, so that sums of them do too. */
const SAMPLE_NUMBER_MAX = 2 ** 50;
const DEVICE = /^[A-Za-z0-9._:@+/-]{1,128}$/;

/** `dropped`: details that were left out of the chunk; undefined: none. */
export type Decoded = { readonly ok: true; readonly chunk: Chunk; readonly dropped?: readonly Dropped[] } | { readonly ok: false; readonly reject: Reject };

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

/** Bytes of ecg.signal.v1, with a schema registry's frame or without → a checked chunk without what is wrong in it, or the reason why there is none. Never throws. `key` is the record's key. */
export function decodeChunk(bytes: Uint8Array, key: string | undefined): Decoded {
  const content = unframed(bytes);
  if (content === undefined) return { ok: false, reject: { reason: 'bad-frame', samples: 0 } };
  let message: pb.SignalChunk;
  try {
    message = pb.SignalChunk.decode(content);
  } catch {
    return { ok: false, reject: { reason: 'undecodable', samples: 0 } };
  }
  const dropped: Dropped[] = [];
  try {
    const chunk = checked(message, key, (detail, count = 1, samples = 0) => dropped.push({ detail, count, samples }));
    return dropped.length === 0 ? { ok: true, chunk } : { ok: true, chunk, dropped };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, reject: { reason: error.reason, field: error.field, samples: message.blocks.reduce((sum, block) => sum + samplesIn(block), 0) } };
  }
}

function checked(m: pb.SignalChunk, key: string | undefined, drop: Drop): Chunk {
  if (m.schemaVersion !== SCHEMA_VERSION) throw new Refused('unsupported-version');
  if (!DEVICE.test(m.device)) throw new Refused('bad-device');
  if (key !== m.device) throw new Refused('key-mismatch');
  if (!isRate(m.rateHz)) throw new Refused('bad-rate');
  const [firstSample, deviceTimeMs, gatewayTimeMs] = [m.firstSample, m.deviceTimeMs, m.gatewayTimeMs].map(Number);
  if (!(firstSample <= SAMPLE_NUMBER_MAX)) throw new Refused('bad-number', 'first_sample');
  if (!isPlausibleTime(deviceTimeMs)) throw new Refused('bad-time', 'device_time_ms');
  // A gateway whose clock is wrong costs no ECG.
  if (gatewayTimeMs !== 0 && !isPlausibleTime(gatewayTimeMs)) drop('gateway-time');
  const declaredLeads = declaredNames(m.declaredLeads, drop);
  if (declaredLeads.length === 0) throw new Refused('bad-leads');
  const blocks = checkedBlocks(m, declaredLeads, drop);
  return {
    device: m.device,
    epoch: opaque(m.epoch),
    sequence: opaque(m.sequence),
    firstSample,
    deviceTimeMs,
    gatewayTimeMs: isPlausibleTime(gatewayTimeMs) ? gatewayTimeMs : undefined,
    rateHz: m.rateHz,
    declaredLeads,
    blocks,
    band: bandOf(m.band),
    placement: PLACEMENTS[m.placement] ?? 'unknown',
    paceMarks: m.paceReported ? marksIn(m, firstSample, firstSample + chunkLength({ blocks }), drop) : undefined,
    calibration: m.calibration,
    demo: m.demo,
    endOfStream: m.endOfStream,
  };
}

/** Why nothing is left of a chunk, by what was left out of it first. */
const REFUSALS: Readonly<Partial<Record<Detail, RejectReason>>> = { 'lead-undeclared': 'undeclared-lead', 'lead-name': 'bad-leads', 'lead-gain': 'bad-gain' };

function checkedBlocks({ blocks, rateHz, endOfStream }: pb.SignalChunk, declared: readonly string[], drop: Drop): LeadBlock[] {
  let why: Detail | undefined;
  const sound = soundBlocks(blocks, declared, (detail, count, samples) => {
    why ??= detail;
    drop(detail, count, samples);
  });
  if (sound.length === 0 && !(endOfStream && blocks.length === 0)) throw new Refused((why && REFUSALS[why]) ?? 'bad-length');
  if (chunkLength({ blocks: sound }) > rateHz * CHUNK_MAX_S) throw new Refused('too-long');
  return sound;
}

function marksIn({ paceMarks, rateHz }: pb.SignalChunk, from: number, to: number, drop: Drop): number[] {
  const inside = paceMarks.map(Number).filter((mark) => mark >= from && mark < to);
  const marks = inside.slice(0, Math.ceil((PACE_MARKS_PER_S_MAX * (to - from)) / rateHz));
  if (marks.length < paceMarks.length) drop('pace-mark', paceMarks.length - marks.length);
  return marks;
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

/** A chunk → bytes of ecg.signal.v1. */
export function encodeChunk(chunk: Chunk): Uint8Array {
  return pb.SignalChunk.encode(
    pb.SignalChunk.fromPartial({
      schemaVersion: SCHEMA_VERSION,
      device: chunk.device,
      epoch: String(chunk.epoch),
      sequence: String(chunk.sequence),
      firstSample: String(chunk.firstSample),
      deviceTimeMs: String(Math.round(chunk.deviceTimeMs)),
      gatewayTimeMs: String(Math.round(chunk.gatewayTimeMs ?? 0)),
      rateHz: chunk.rateHz,
      declaredLeads: chunk.declaredLeads.slice(),
      blocks: chunk.blocks.map(blockMessage),
      band: { ...chunk.band, phase: PHASES.indexOf(chunk.band.phase) },
      placement: PLACEMENTS.indexOf(chunk.placement),
      paceReported: chunk.paceMarks !== undefined,
      paceMarks: chunk.paceMarks?.map(String) ?? [],
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
