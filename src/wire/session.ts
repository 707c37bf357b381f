import { z } from 'zod';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

const PREFIX = 'session/';

const session = z.object({
  /** Its principal, as credentials named them. */
  who: z.string(),
  grants: z.record(z.string(), z.union([z.literal('*'), z.array(z.string())])),
  /** Hash of what gave the right: the door's token, or its issuer. */
  basis: z.string(),
  /** When it ends at the latest, ms since 1970. */
  untilMs: z.number(),
  /** When it was last used, to within some minutes. */
  seenMs: z.number(),
});
/** A browser's session, as the monitor keeps it: nothing in it opens anything. */
export type KeptSession = Readonly<z.output<typeof session>>;

/** Its key in the checkpoints topic, by the hash of its id. */
export function sessionKey(hash: string): string {
  return `${PREFIX}${hash}`;
}

/** Undefined: the record of something else. */
export function hashInKey(key: string | undefined): string | undefined {
  return key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
}

export function encodeSession(kept: KeptSession): Uint8Array {
  return encodeCheckpoint(kept);
}

/** Undefined: of another layout, or none. */
export function decodeSession(bytes: Uint8Array): KeptSession | undefined {
  try {
    return session.safeParse(decodeCheckpoint(bytes)).data;
  } catch {
    return undefined;
  }
}
