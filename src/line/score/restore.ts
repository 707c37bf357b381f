import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { Decoded } from './decode.js';
import type { StateStore } from './state-store.js';

/** Holds back what the checkpoints speak for already: such a chunk only fills the open segments of its device again. */
export function restore(store: StateStore): MonoTypeOperatorFunction<Decoded> {
  return filter((input) => {
    switch (input.type) {
      case 'idle':
        return true;
      case 'skipped':
        return input.skipped.reason === 'recreated' || !store.offsets.isKnown(input.skipped.to - 1);
      case 'rejected':
        return !store.offsets.isKnown(input.record.offset);
      case 'chunk': {
        const { chunk, record } = input;
        if (!store.offsets.isApplied(chunk.device, record.offset)) return true;
        store.refill(chunk, record);
        return false;
      }
    }
  });
}
