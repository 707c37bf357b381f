import { z } from 'zod';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

const PREFIX = 'receivers/';

const receivers = z.object({
  /** Units whose alerts somebody receives from this monitor; null: beds without a unit. */
  units: z.array(z.string().nullable()),
});
/** What a monitor announces to the others over the same log. */
export type AnnouncedReceivers = Readonly<z.output<typeof receivers>>;

/** Its key in the checkpoints topic, by a random id of the monitor's run. */
export function receiversKey(monitor: string): string {
  return `${PREFIX}${monitor}`;
}

/** Undefined: the record of something else. */
export function monitorInKey(key: string | undefined): string | undefined {
  return key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
}

export function encodeReceivers(announced: AnnouncedReceivers): Uint8Array {
  return encodeCheckpoint(announced);
}

/** Undefined: of another layout, or none. */
export function decodeReceivers(bytes: Uint8Array): AnnouncedReceivers | undefined {
  try {
    return receivers.safeParse(decodeCheckpoint(bytes)).data;
  } catch {
    return undefined;
  }
}
