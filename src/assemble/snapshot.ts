import type { Chunk, LeadBlock } from '../ecg/index.js';
import { countSamples, holes, type Lane, place, sameCalibration } from './lane.js';
import { type AssembleOptions, type DeviceState, type EpochState, floorOf, type Run, type Void } from './state.js';

type LaneSnapshot = Pick<Lane, 'origin' | 'aduPerMv' | 'offsetAdu' | 'format'>;
type RunSnapshot = Omit<Run, 'lanes'> & { readonly lanes: readonly (readonly [string, LaneSnapshot])[] };
type EpochSnapshot = Omit<EpochState, 'runs'> & { readonly runs: readonly RunSnapshot[] };

/** A device's state without its samples: plain JSON that names the offsets of the chunks it still needs. */
export interface DeviceSnapshot {
  readonly device: string;
  readonly pastEpochs: readonly number[];
  readonly epoch: EpochSnapshot | undefined;
  readonly heldOffset: number | undefined;
  readonly heldHighestFirst: number | undefined;
}

export function snapshot(state: DeviceState): DeviceSnapshot {
  const { epoch, held } = state;
  return {
    device: state.device,
    pastEpochs: state.pastEpochs,
    epoch: epoch && {
      ...epoch,
      runs: epoch.runs.map((run) => ({
        ...run,
        lanes: [...run.lanes].map(([lead, { origin, aduPerMv, offsetAdu, format }]) => [lead, { origin, aduPerMv, offsetAdu, format }] as const),
      })),
    },
    heldOffset: held?.offset,
    heldHighestFirst: held?.highestFirst,
  };
}

/** Offsets of the chunks that `refill` must see again. */
export function neededOffsets(snap: DeviceSnapshot): number[] {
  const offsets = (snap.epoch?.sources ?? []).map((source) => source.offset);
  return snap.heldOffset === undefined ? offsets : [...offsets, snap.heldOffset];
}

export function restore(snap: DeviceSnapshot, options: AssembleOptions): DeviceState {
  const copy = structuredClone(snap);
  return {
    device: copy.device,
    pastEpochs: [...copy.pastEpochs],
    held: undefined,
    epoch: copy.epoch && {
      ...copy.epoch,
      runs: copy.epoch.runs.map((frozen) => {
        const run: Run = { ...frozen, lanes: new Map() };
        const base = Math.max(floorOf(run, options), run.origin);
        for (const [lead, lane] of frozen.lanes) {
          run.lanes.set(lead, { ...lane, base, counts: holes(lane.format, 0), end: base, whole: base });
        }
        return run;
      }),
    },
  };
}

/**
 * Puts back the samples of a chunk that was read before the snapshot was taken: nothing is closed or counted again.
 * Called in the order of offsets, so the first value written for a sample is the same as it was.
 */
export function refill(state: DeviceState, snap: DeviceSnapshot, chunk: Chunk, offset: number, options: AssembleOptions): void {
  const { epoch } = state;
  if (offset === snap.heldOffset) {
    const samples = chunk.blocks.reduce((sum, block) => sum + countSamples(block.samples), 0);
    state.held = { chunk, offset, samples, highestFirst: snap.heldHighestFirst ?? 0 };
    return;
  }
  if (epoch === undefined || !epoch.sources.some((source) => source.offset === offset)) return;
  for (const run of epoch.runs) {
    if (run.rateHz !== chunk.rateHz) continue;
    for (const block of chunk.blocks) {
      const lane = run.lanes.get(block.lead);
      if (lane === undefined || !sameCalibration(lane, block)) continue;
      const end = chunk.firstSample + block.samples.length;
      const from = Math.min(Math.max(chunk.firstSample, floorOf(run, options), run.origin), end);
      const to = Math.min(end, run.end ?? end);
      for (const [a, b] of without(voidsOf(epoch, chunk, block, offset), from, to)) {
        place(lane, block.samples, chunk.firstSample, a, b, { placed: 0, repeated: 0, conflicting: 0 });
      }
    }
  }
}

function voidsOf(epoch: EpochState, chunk: Chunk, block: LeadBlock, offset: number): Void[] {
  return epoch.voids.filter((gone) => gone.lead === block.lead && offset < gone.before && gone.rateHz === chunk.rateHz && sameCalibration(gone, block));
}

/** What is left of from … to. */
function without(voids: readonly Void[], from: number, to: number): [number, number][] {
  let left: [number, number][] = from < to ? [[from, to]] : [];
  for (const gone of voids) {
    left = left.flatMap(([a, b]): [number, number][] => [
      [a, Math.min(b, gone.from)],
      [Math.max(a, gone.to), b],
    ]);
    left = left.filter(([a, b]) => a < b);
  }
  return left;
}
