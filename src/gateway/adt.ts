import { createHmac } from 'node:crypto';
import { readAdt, type SiteMap } from '../ingest/index.js';
import type { Log } from '../ports/index.js';
import { type Door, type DoorOptions, serveDoor } from './hl7.js';
import { gatewayMeters, stayMeters } from './metrics.js';
import { Stays } from './stays.js';

/** Of the pseudonym, in hex: 128 bits. */
const PSEUDONYM_CHARS = 32;

export interface AdtOptions extends DoorOptions {
  readonly log: Pick<Log, 'append' | 'follow'>;
  readonly map: SiteMap;
  /** The site's own: without it nobody finds the visit number of an encounter. */
  readonly encounterKey: string;
}

/** Who is on which device, from ADT messages into the context topic: acknowledged when the log has what follows from them. */
export async function startAdtDoor(options: AdtOptions): Promise<Door> {
  const { log, map, encounterKey, meter, report } = options;
  const meters = gatewayMeters(meter);
  const counts = stayMeters(meter);
  let conflicts = 0;
  const stays = new Stays(log, map.beds, (count) => {
    counts.conflicts(count);
    if (count > conflicts) report('error', { conflicts: count }, 'two encounters are on one device at one time: see PurkinjeIdentityConflict');
    conflicts = count;
  });
  await stays.restore();
  const pseudonym = (visit: string): string => createHmac('sha256', encounterKey).update(visit).digest('hex').slice(0, PSEUDONYM_CHARS);
  return serveDoor(options, meters, async (message, nowMs) => {
    const { written, withdrawn } = await stays.take(readAdt(message, { timeZone: map.timeZone, nearMs: nowMs, pseudonym }));
    counts.changed(written, withdrawn);
  });
}
