import type { Chunk } from '../../src/ecg/index.js';
import type { Dice } from './random.js';

export const RATE_HZ = 100;

/** What a bed sends, in order of sending: chunks, repeats, swaps, holes, restarts, and bytes that are no chunk. */
export type Sent = { readonly type: 'chunk'; readonly chunk: Chunk } | { readonly type: 'noise'; readonly bytes: Uint8Array };

export interface BedPlan {
  readonly device: string;
  readonly seconds: number;
  readonly chunkS: number;
  /** Chances per chunk. */
  readonly repeat: number;
  readonly swap: number;
  readonly hole: number;
  readonly restart: number;
  readonly hostile: number;
  readonly leadOut: number;
}

/** A cheap heart: a spike a beat on a slow wave. */
function sample(n: number, rr: number, lead: number): number {
  const phase = n % rr;
  const spike = phase < 3 ? 180 - 60 * phase : phase < 6 ? -40 : 0;
  return Math.round(spike * (lead === 0 ? 0.7 : 1) + 12 * Math.sin(n / 37) + ((n * 7919) % 5));
}

export function sentBy(plan: BedPlan, dice: Dice): Sent[] {
  const sent: Sent[] = [];
  const length = Math.round(plan.chunkS * RATE_HZ);
  const rr = 60 + dice.below(60);
  let epoch = 1 + dice.below(1000);
  let first = dice.chance(0.5) ? 0 : dice.below(5000);
  let sequence = 0;
  let timeMs = 1_700_000_000_000 + dice.below(600_000);
  const total = Math.ceil((plan.seconds * RATE_HZ) / length);
  for (let i = 0; i < total; i++) {
    if (i > 0 && i < total - 2 && dice.chance(plan.restart)) {
      epoch++;
      first = 0;
      sequence = 0;
    }
    const last = i === total - 1;
    const declaredLeads = ['I', 'II'];
    const leads = dice.chance(plan.leadOut) ? ['II'] : declaredLeads;
    const chunk: Chunk = {
      device: plan.device,
      epoch,
      sequence: sequence++,
      firstSample: first,
      deviceTimeMs: timeMs,
      rateHz: RATE_HZ,
      declaredLeads,
      blocks: leads.map((lead, l) => ({
        lead,
        origin: 'measured',
        aduPerMv: 200,
        offsetAdu: 0,
        samples: Int16Array.from({ length }, (_, k) => sample(first + k, rr, l)),
        leadOff: false,
      })),
      band: { phase: 'unknown' },
      placement: 'standard',
      calibration: false,
      demo: false,
      endOfStream: last,
    };
    first += length;
    timeMs += length * (1000 / RATE_HZ);
    if (!last && dice.chance(plan.hole)) continue;
    sent.push({ type: 'chunk', chunk });
    if (dice.chance(plan.repeat)) sent.push({ type: 'chunk', chunk });
    if (!last && dice.chance(plan.hostile)) sent.push(hostile(chunk, dice));
    if (!last && sent.length > 1 && dice.chance(plan.swap)) sent.push(...sent.splice(-2).reverse());
  }
  return sent;
}

/** One corrupt message: bytes, an epoch nobody continues, a sample number hours away. */
function hostile(chunk: Chunk, dice: Dice): Sent {
  switch (dice.below(3)) {
    case 0:
      return { type: 'noise', bytes: Uint8Array.from({ length: dice.below(40) }, () => dice.below(256)) };
    case 1:
      return { type: 'chunk', chunk: { ...chunk, epoch: Number(chunk.epoch) + 500_000, firstSample: 0, endOfStream: false } };
    default:
      return { type: 'chunk', chunk: { ...chunk, firstSample: chunk.firstSample + 10_000 * 3600, endOfStream: false } };
  }
}
