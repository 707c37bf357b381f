import * as pb from './gen/ecg/v1/checkpoint.js';

const VERSION = 1;
const PREFIX = 'deliver/';

/** How far a target of the monitor is. */
export interface TargetPosition {
  readonly cursor?: string;
  readonly owesSnapshot: boolean;
  readonly failingSinceMs?: number;
  readonly parkedSinceMs?: number;
  readonly refused: number;
}

/** Its key in the checkpoints topic. */
export function targetKey(name: string): string {
  return `${PREFIX}${name}`;
}

export function encodeTargetPosition({ cursor = '', owesSnapshot, failingSinceMs, parkedSinceMs, refused }: TargetPosition): Uint8Array {
  return pb.TargetPosition.encode({ version: VERSION, cursor, owesSnapshot, failingSinceMs: rounded(failingSinceMs), parkedSinceMs: rounded(parkedSinceMs), refused }).finish();
}

/** Undefined: of another layout, or no position at all. */
export function decodeTargetPosition(bytes: Uint8Array): TargetPosition | undefined {
  try {
    const { version, cursor, owesSnapshot, failingSinceMs, parkedSinceMs, refused } = pb.TargetPosition.decode(bytes);
    return version === VERSION ? { cursor: cursor === '' ? undefined : cursor, owesSnapshot, failingSinceMs, parkedSinceMs, refused } : undefined;
  } catch {
    return undefined;
  }
}

const rounded = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms));
