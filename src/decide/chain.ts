import type { AlertEvent } from '../ecg/index.js';
import { eventHash, isLegal } from './event.js';

/** What is wrong with an event beside the one before it. */
export type ChainFault =
  /** It does not say what it said when it was written. */
  | 'hash'
  /** Its predecessor is another than the one that is there. */
  | 'link'
  /** One is missing, or there twice. */
  | 'sequence'
  /** No alert goes from that state to this. */
  | 'transition';

/** Does an event follow from the one before it (undefined: it is the first that is still there)? Undefined: yes. */
export function chainFault(before: AlertEvent | undefined, event: AlertEvent): ChainFault | undefined {
  if (eventHash(event) !== event.hash) return 'hash';
  if (before === undefined) return event.sequence === 1 && (event.previousHash !== '' || event.state !== 'raised') ? 'link' : undefined;
  if (event.sequence !== before.sequence + 1) return 'sequence';
  if (event.previousHash !== before.hash) return 'link';
  return isLegal(before.state, event.state) ? undefined : 'transition';
}
