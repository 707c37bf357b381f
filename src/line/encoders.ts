import { condition, type Conditioned, type Known } from '../condition/index.js';
import { type Contract, ensembleFindings, ensembleIdentity, type WatchPhrase } from '../contract/index.js';
import type { OutcomeStatus, Physical } from '../ecg/index.js';
import type { Clock, Encoder, EncoderInput } from '../ports/index.js';
import { type EncodeOptions, EncodeSeam, type Scoring } from './encode.js';
import type { LineMeters } from './meters.js';

/** A model at work: what the engine knows of it, and who answers for it (undefined: nobody). */
export interface Model {
  readonly contract: Contract;
  readonly encoder: Encoder | undefined;
  /** An operator's own phrases, of the model's text side. */
  readonly watch?: readonly WatchPhrase[];
}

/** Of several models' answers the one that says most. */
const SAYS_MOST: readonly OutcomeStatus[] = ['scored', 'shed', 'unscored'];

/** All models of an engine: each conditions a segment its own way and is asked by itself; the findings are combined. */
export class Encoders {
  readonly identity: ReturnType<typeof ensembleIdentity>;
  private readonly seams: readonly EncodeSeam[];
  private readonly has: readonly ReadonlySet<string>[];

  constructor(
    private readonly models: readonly Model[],
    clock: Clock,
    meters: LineMeters,
    options: EncodeOptions,
  ) {
    this.identity = ensembleIdentity(models.map(({ contract }) => contract));
    this.seams = models.map(({ encoder, contract, watch }) => new EncodeSeam(encoder, contract, clock, meters, options, watch));
    this.has = models.map(({ contract, watch = [] }) => new Set([...contract.targets, ...watch].map(({ id }) => id)));
  }

  /** What each model gets, or why it refuses; undefined where not all leads are sound that any of its targets needs. */
  conditioned(segment: Physical, known: Known, sound: ReadonlySet<string>): readonly (Conditioned | undefined)[] {
    return this.models.map(({ contract }) => {
      const isClaimable = contract.targets.some(({ leadSets }) => leadSets.some((set) => set.every((lead) => sound.has(lead))));
      return isClaimable ? condition(segment, contract, known) : undefined;
    });
  }

  /** Calls `done` once, when every model that gets something has answered or given up; at once where none gets anything: the segment may be good for beats and rules. */
  submit(inputs: readonly (EncoderInput | undefined)[], done: (scoring: Scoring) => void): void {
    const answers: (Scoring | undefined)[] = inputs.map(() => undefined);
    let open = inputs.filter((input) => input !== undefined).length;
    if (open === 0) return done({ status: 'unusable', findings: [] });
    inputs.forEach((input, i) => {
      if (input === undefined) return;
      this.seams[i].submit(input, (scoring) => {
        answers[i] = scoring;
        if (--open === 0) done(this.together(answers));
      });
    });
  }

  /** Gives up the oldest that still waits for a place in a batch, of each model. */
  shedOldest(): void {
    for (const seam of this.seams) seam.shedOldest();
  }

  close(): void {
    for (const seam of this.seams) seam.close();
  }

  private together(answers: readonly (Scoring | undefined)[]): Scoring {
    const status = SAYS_MOST.find((one) => answers.some((answer) => answer?.status === one))!;
    return { status, findings: ensembleFindings(this.has, answers.map((answer) => (answer?.status === 'scored' ? answer.findings : undefined))) };
  }
}
