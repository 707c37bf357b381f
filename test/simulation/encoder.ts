import { type Contract } from '../../src/contract/index.js';
import { type Encoder, EncoderAwayError, type EncoderInput, type EncoderScores } from '../../src/ports/index.js';
import type { SimulatedClock } from './clock.js';
import type { Dice } from './random.js';

/** Two leads at 100 Hz, three targets of three kinds, nothing to compute. */
export const CONTRACT: Contract = {
  schemaVersion: 1,
  model: { name: 'hash', version: '1', license: 'none', sha256: '0'.repeat(64), opset: 17, trainedOn: [], citation: '' },
  input: {
    tensor: 'ecg',
    layout: 'NCT',
    wire: 'FP32',
    leads: ['I', 'II'],
    rateHz: 100,
    samples: 1000,
    unit: 'mV',
    pipeline: [],
    missing: 'zero',
    nan: 'zero',
  },
  outputs: { logits: { tensor: 'logits', activation: 'sigmoid', targets: ['atrial-fibrillation', 'stemi', 'cardiac-amyloidosis'] } },
  targets: ['atrial-fibrillation', 'stemi', 'cardiac-amyloidosis'].map((id) => ({
    id,
    threshold: 0.5,
    calibration: { method: 'none' },
    evidence: { level: 'internal' },
    leadSets: [['I', 'II']],
    placements: ['standard'],
  })),
};

/** Scores that depend on every sample of the tensor, and on nothing else. */
export function hashScores(tensor: Float32Array): EncoderScores {
  let h = 2166136261;
  const words = new Uint32Array(tensor.buffer, tensor.byteOffset, tensor.length);
  for (let i = 0; i < words.length; i++) h = Math.imul(h ^ words[i], 16777619);
  return { logits: Float32Array.from([0, 1, 2], (k) => ((Math.imul(h, 2654435761 + 2 * k) >>> 0) / 2 ** 32) * 8 - 4) };
}

/** Answers late, sometimes not at all, and is away while set so. */
export class HashEncoder implements Encoder {
  away = false;
  slow = false;

  constructor(
    private readonly clock: SimulatedClock,
    private readonly dice: Dice,
  ) {}

  score(batch: readonly EncoderInput[]): Promise<readonly EncoderScores[]> {
    const delayMs = this.slow ? this.dice.between(500, 8000) : this.dice.between(2, 40);
    return new Promise((resolve, reject) => {
      this.clock.after(delayMs, () => {
        if (this.away) reject(new EncoderAwayError('away'));
        else resolve(batch.map(({ tensor }) => hashScores(tensor)));
      });
    });
  }

  ready(): boolean {
    return !this.away;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
