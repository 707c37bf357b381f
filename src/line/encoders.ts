import { condition, type Conditioned, type Known } from '../condition/index.js';
import type { Graded } from '../grade/index.js';
import { type Contract, ensembleFindings, ensembleIdentity, type WatchPhrase } from '../contract/index.js';
import type { OutcomeStatus, Physical } from '../ecg/index.js';
import type { Clock, Encoder, EncoderInput } from '../ports/index.js';
import type { Patient } from './association.js';
import type { LineMeters } from './meters.js';
import { type EncodeOptions, Scorer, type Scoring } from './scorer.js';

export { type EncodeOptions, Scorer, type Scoring } from './scorer.js';

/** A model at work: what the engine knows of it, and who answers for it (undefined: nobody). */
export interface Model {
  readonly contract: Contract;
  readonly encoder: Encoder | undefined;
  /** An operator's own phrases, of the model's text side. */
  readonly watch?: readonly WatchPhrase[];
}

/** A segment before its scores. */
export interface Prepared {
  readonly graded: Graded;
  readonly inputs: readonly (EncoderInput | undefined)[];
}

/** Of several models' answers the one that says most. */
const SAYS_MOST: readonly OutcomeStatus[] = ['scored', 'shed', 'unscored'];

/** All models of an engine: each conditions a segment its own way and is asked separately; the findings are combined. */
export class Encoders {
  readonly identity: ReturnType<typeof ensembleIdentity>;
  private readonly scorers: readonly Scorer[];
  private readonly has: readonly ReadonlySet<string>[];

  constructor(
    private readonly models: readonly Model[],
    clock: Clock,
    meters: LineMeters,
    options: EncodeOptions,
  ) {
    this.identity = ensembleIdentity(models.map(({ contract }) => contract));
    this.scorers = models.map(({ encoder, contract, watch }) => new Scorer(encoder, contract, clock, meters, options, watch));
    this.has = models.map(({ contract, watch = [] }) => new Set([...contract.targets, ...watch].map(({ id }) => id)));
  }

  /** What each model gets of a segment (undefined: nothing), and its grading with the reasons of models that refuse it. */
  prepare(mv: Physical, graded: Graded, patient: Patient): Prepared {
    if (graded.grade === 'unusable') return { graded, inputs: [] };
    const origins = new Map(graded.leads.map((lead) => [lead.lead, lead.origin]));
    const sound = new Set([...graded.usable].filter((lead) => origins.get(lead) !== 'modified'));
    const conditioned = this.conditioned(mv, { ...patient, measurements: graded.measurements }, sound);
    const refusals = conditioned.flatMap((one) => (one?.ok === false ? [`model-${one.code}`] : []));
    return { graded: { ...graded, reasons: [...graded.reasons, ...new Set(refusals)] }, inputs: conditioned.map((one) => (one?.ok === true ? one : undefined)) };
  }

  /** Resolves when every model that gets something has answered or given up; at once where none gets anything: the segment may be good for beats and rules. */
  async submit(inputs: readonly (EncoderInput | undefined)[]): Promise<Scoring> {
    if (inputs.every((input) => input === undefined)) return { status: 'unusable', findings: [] };
    return this.combined(await Promise.all(inputs.map(async (input, i) => input && this.scorers[i].submit(input))));
  }

  /** Gives up the oldest that still waits for a place in a batch, of each model. */
  shedOldest(): void {
    for (const scorer of this.scorers) scorer.shedOldest();
  }

  close(): void {
    for (const scorer of this.scorers) scorer.close();
  }

  /** Undefined where not all leads are sound that any of the model's targets needs. */
  private conditioned(segment: Physical, known: Known, sound: ReadonlySet<string>): readonly (Conditioned | undefined)[] {
    return this.models.map(({ contract }) => {
      const isClaimable = contract.targets.some(({ leadSets }) => leadSets.some((set) => set.every((lead) => sound.has(lead))));
      return isClaimable ? condition(segment, contract, known) : undefined;
    });
  }

  private combined(answers: readonly (Scoring | undefined)[]): Scoring {
    const status = SAYS_MOST.find((one) => answers.some((answer) => answer?.status === one))!;
    return { status, findings: ensembleFindings(this.has, answers.map((answer) => (answer?.status === 'scored' ? answer.findings : undefined))) };
  }
}
