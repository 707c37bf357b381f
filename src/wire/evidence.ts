import { cutText, type Focus } from '../ecg/index.js';
import { isId, isSegmentId } from './bounds.js';
import * as pb from './gen/ecg/v1/alert.js';

/** Of the chunks of one message; a segment with more takes several. */
const PART_MAX_BYTES = 512 * 2 ** 10;
const CHUNK_MAX_BYTES = 768 * 2 ** 10;
const MISSING_MAX_BYTES = 256;
/** Heaviest first, so that the first ones say most. */
const FOCUS_MAX = 32;

/** One message of ecg.evidence.v1. */
export interface EvidencePart {
  readonly alertId: string;
  readonly segment: string;
  /** As they lay in ecg.signal.v1. */
  readonly chunks: readonly Uint8Array[];
  /** Why some, or all, are not there; empty: all are. */
  readonly missing: string;
  /** 1 … parts. */
  readonly part: number;
  readonly parts: number;
  /** Where the model looked; in the first part. */
  readonly focus?: readonly Focus[];
}

/** May a chunk be kept as evidence? One that passed the signal topic compressed may be larger than a message here should be. */
export function fitsEvidence({ length }: Uint8Array): boolean {
  return length <= CHUNK_MAX_BYTES;
}

/** The samples of a segment that decided as messages, each within its bound; at least one, so that what is missing is said too. Chunks that do not fit are left out. */
export function evidenceParts({ alertId, segment, chunks, missing, focus }: Omit<EvidencePart, 'part' | 'parts'>): Uint8Array[] {
  const parts = inParts(chunks.filter(fitsEvidence));
  return parts.map((part, i) => encodeEvidence({ alertId, segment, chunks: part, missing, part: i + 1, parts: parts.length, ...(i === 0 && { focus }) }));
}

function inParts(chunks: readonly Uint8Array[]): Uint8Array[][] {
  const parts: Uint8Array[][] = [[]];
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes > 0 && bytes + chunk.length > PART_MAX_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts[parts.length - 1].push(chunk);
    bytes += chunk.length;
  }
  return parts;
}

export function encodeEvidence({ missing, focus = [], ...evidence }: EvidencePart): Uint8Array {
  const chunks = [...evidence.chunks];
  return pb.Evidence.encode(pb.Evidence.fromPartial({ ...evidence, chunks, missing: cutText(missing, MISSING_MAX_BYTES), focus: focus.slice(0, FOCUS_MAX) })).finish();
}

/** Undefined for bytes that are no part of an alert's evidence. */
export function decodeEvidence(bytes: Uint8Array): (EvidencePart & { readonly focus: readonly Focus[] }) | undefined {
  try {
    const { alertId, segment, chunks, missing, part, parts, focus } = pb.Evidence.decode(bytes);
    if (!isId(alertId) || !isSegmentId(segment)) return undefined;
    const looked = focus.filter(({ fromMs, toMs, weight }) => [fromMs, toMs, weight].every(Number.isFinite));
    return { alertId, segment, chunks, missing, part, parts, focus: looked.map(({ fromMs, toMs, weight }) => ({ fromMs, toMs, weight })) };
  } catch {
    return undefined;
  }
}
