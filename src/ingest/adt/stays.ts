import type { AdtEvent } from './event.js';

/** From when to when an encounter was in a bed. */
export interface Stay {
  readonly encounter: string;
  readonly bed: string;
  readonly sinceMs: number;
  /** Undefined: still. */
  readonly untilMs: number | undefined;
  readonly ageYears?: number;
  readonly sex?: 'female' | 'male';
}

/**
 * The stays of one encounter, from all that was ever said of it. A function of the set: in whatever order events came, the same.
 * A cancellation takes back what had been entered by then: an admission with everything before it, the latest move into its bed, the
 * latest discharge. An update places a patient whom nothing else has placed.
 */
export function staysOf(encounter: string, said: readonly AdtEvent[]): readonly Stay[] {
  const valid = withoutCancelled(said);
  const person = personOf(valid);
  const stays: Stay[] = [];
  let open: { readonly bed: string; readonly sinceMs: number } | undefined;
  let isPlaced = false;
  const end = (untilMs: number | undefined): void => {
    if (open !== undefined && (untilMs === undefined || untilMs > open.sinceMs)) stays.push({ encounter, ...open, untilMs, ...person });
    open = undefined;
  };
  for (const { kind, bed, atMs } of [...valid].sort((a, b) => a.atMs - b.atMs || byEntry(a, b))) {
    if (kind === 'discharge') end(atMs);
    else if (bed !== undefined && (kind !== 'update' || !isPlaced) && open?.bed !== bed) {
      end(atMs);
      open = { bed, sinceMs: atMs };
    }
    isPlaced ||= bed !== undefined || kind === 'discharge';
  }
  end(undefined);
  return stays;
}

/** In the order of entry; what was entered at once, in a fixed order. */
export function byEntry(a: AdtEvent, b: AdtEvent): number {
  return a.recordedMs - b.recordedMs || compare(identityOf(a), identityOf(b));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Two events of the same identity are one that came twice. */
export function identityOf({ kind, encounter, atMs, recordedMs, bed, into, ageYears, sex }: AdtEvent): string {
  return JSON.stringify([kind.startsWith('cancel') ? 1 : 0, kind, encounter, atMs, recordedMs, bed, into, ageYears, sex]);
}

function withoutCancelled(said: readonly AdtEvent[]): readonly AdtEvent[] {
  let valid: AdtEvent[] = [];
  for (const event of [...said].sort(byEntry)) {
    switch (event.kind) {
      case 'cancel-admit':
        valid = [];
        break;
      case 'cancel-move':
        valid = without(valid, ({ kind, bed }) => kind === 'move' && (event.bed === undefined || bed === event.bed));
        break;
      case 'cancel-discharge':
        valid = without(valid, ({ kind }) => kind === 'discharge');
        break;
      case 'merge':
        break;
      default:
        valid.push(event);
    }
  }
  return valid;
}

/** Without the latest that is so. */
function without(events: readonly AdtEvent[], isSo: (event: AdtEvent) => boolean): AdtEvent[] {
  const at = events.findLastIndex(isSo);
  return events.filter((_, k) => k !== at);
}

/** As it was entered last. */
function personOf(valid: readonly AdtEvent[]): Pick<Stay, 'ageYears' | 'sex'> {
  const ageYears = valid.findLast((event) => event.ageYears !== undefined)?.ageYears;
  const sex = valid.findLast((event) => event.sex !== undefined)?.sex;
  return { ...(ageYears !== undefined && { ageYears }), ...(sex !== undefined && { sex }) };
}
