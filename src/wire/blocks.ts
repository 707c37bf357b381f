import { FURTHER_LEADS_MAX, type LeadBlock, type Samples, standardLead } from '../ecg/index.js';
import * as pb from './gen/ecg/v1/signal.js';

/** Details of a chunk that are left out while the rest of it counts. Closed list: each is a metric label. */
export const DETAILS = ['lead-name', 'lead-repeated', 'lead-beyond', 'lead-undeclared', 'lead-gain', 'lead-length', 'nonfinite-sample', 'pace-mark', 'gateway-time'] as const;
export type Detail = (typeof DETAILS)[number];

/** What was left out of one chunk. */
export interface Dropped {
  readonly detail: Detail;
  /** Leads, samples or marks. */
  readonly count: number;
  /** Of the leads that were left out, as far as they could be read. */
  readonly samples: number;
}

/** Notes what is left out. */
export type Drop = (detail: Detail, count?: number, samples?: number) => void;

const GAIN_MIN = 1e-3;
const GAIN_MAX = 1e8;
/** Beyond int32: no converter has such a zero. */
const OFFSET_MAX_ADU = 2 ** 32;
/** Of a float32 sample; mV stay finite with any gain that is allowed. */
const FLOAT_SAMPLE_MAX = 1e12;
const LEAD_NAME = /^[\x21-\x7e][\x20-\x7e]{0,31}$/;
const ORIGINS: readonly LeadBlock['origin'][] = ['measured', 'measured', 'derived', 'easi', 'modified'];

/** The leads that a chunk declares: what is no name, is there already, or is one further lead too many, is left out. */
export function declaredNames(labels: readonly string[], drop: Drop): string[] {
  const names = new Set<string>();
  let further = 0;
  for (const label of labels) {
    const name = leadName(label);
    if (name === undefined) drop('lead-name');
    else if (names.has(name)) drop('lead-repeated');
    else if (standardLead(name) === undefined && ++further > FURTHER_LEADS_MAX) drop('lead-beyond');
    else names.add(name);
  }
  return [...names];
}

function leadName(label: string): string | undefined {
  const lead = standardLead(label);
  return lead ?? (LEAD_NAME.test(label) ? label : undefined);
}

/** The blocks of leads that were declared, of one length: that of most of them. One that is wrong is left out, the others stay. */
export function soundBlocks(blocks: readonly pb.LeadBlock[], declared: readonly string[], drop: Drop): LeadBlock[] {
  const sound = new Map<string, LeadBlock>();
  const room = new Room(blocks);
  for (const block of blocks) {
    const lead = leadName(block.lead);
    const fault = faultOf(block, lead, declared, sound);
    if (fault === undefined) sound.set(lead!, blockOf(block, lead!, room, drop));
    else drop(fault, 1, samplesIn(block));
  }
  const found = [...sound.values()];
  const length = commonLength(found);
  for (const { samples } of found) if (samples.length !== length) drop('lead-length', 1, samples.length);
  return found.filter(({ samples }) => samples.length === length);
}

function faultOf({ aduPerMv, offsetAdu, format, samples }: pb.LeadBlock, lead: string | undefined, declared: readonly string[], sound: ReadonlyMap<string, LeadBlock>): Detail | undefined {
  if (lead === undefined) return 'lead-name';
  if (!declared.includes(lead)) return 'lead-undeclared';
  if (sound.has(lead)) return 'lead-repeated';
  if (!(aduPerMv >= GAIN_MIN && aduPerMv <= GAIN_MAX) || !(Math.abs(offsetAdu) <= OFFSET_MAX_ADU)) return 'lead-gain';
  return SIZES[format] === undefined || samples.length === 0 || samples.length % SIZES[format] !== 0 ? 'lead-length' : undefined;
}

const SIZES: Readonly<Partial<Record<pb.SampleFormat, number>>> = {
  [pb.SampleFormat.SAMPLE_FORMAT_INT16]: 2,
  [pb.SampleFormat.SAMPLE_FORMAT_INT32]: 4,
  [pb.SampleFormat.SAMPLE_FORMAT_FLOAT32]: 4,
};

/** Samples that a block claims to hold, for the account of what was refused. "No sample" is none. */
export const samplesIn = ({ format, samples }: pb.LeadBlock): number => Math.floor(samples.length / (SIZES[format] ?? 4));

/** The one that most blocks have; of as many, the first. */
function commonLength(blocks: readonly LeadBlock[]): number {
  const counts = new Map<number, number>();
  for (const { samples } of blocks) counts.set(samples.length, (counts.get(samples.length) ?? 0) + 1);
  const [first = [0, 0]] = counts;
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), first)[0];
}

function blockOf(block: pb.LeadBlock, lead: string, room: Room, drop: Drop): LeadBlock {
  const { aduPerMv, offsetAdu, leadOff } = block;
  return { lead, origin: ORIGINS[block.origin] ?? 'measured', aduPerMv, offsetAdu, samples: typedSamples(block, room, drop), leadOff };
}

/** Protobuf bytes are often odd-aligned, so the samples are copied: those of all leads into one buffer, since each buffer is one more for the garbage collector. */
class Room {
  private readonly buffer: ArrayBuffer;
  private used = 0;

  constructor(blocks: readonly pb.LeadBlock[]) {
    this.buffer = new ArrayBuffer(blocks.reduce((sum, { samples }) => sum + alignedBytes(samples.length), 0));
  }

  /** Where the copy begins. */
  copy(bytes: Uint8Array): readonly [ArrayBuffer, number] {
    const at = this.used;
    new Uint8Array(this.buffer, at, bytes.length).set(bytes);
    this.used += alignedBytes(bytes.length);
    return [this.buffer, at];
  }
}

/** Up to where the next samples may begin, of whatever size they are. */
const alignedBytes = (bytes: number): number => (bytes + 3) & ~3;

function typedSamples({ samples: bytes, format }: pb.LeadBlock, room: Room, drop: Drop): Samples {
  const [buffer, at] = room.copy(bytes);
  if (format === pb.SampleFormat.SAMPLE_FORMAT_INT16) return new Int16Array(buffer, at, bytes.length / 2);
  if (format === pb.SampleFormat.SAMPLE_FORMAT_INT32) return new Int32Array(buffer, at, bytes.length / 4);
  const samples = new Float32Array(buffer, at, bytes.length / 4);
  let missing = 0;
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]) <= FLOAT_SAMPLE_MAX) continue;
    samples[i] = NaN;
    missing++;
  }
  if (missing > 0) drop('nonfinite-sample', missing);
  return samples;
}
