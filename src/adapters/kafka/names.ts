import type { StepName, Topic } from '../../ports/index.js';

/** Names on the broker. The prefix keeps several installations, or tests, on one cluster apart. */
export class Names {
  constructor(
    private readonly prefix: string,
    private readonly groupPrefix: string,
  ) {}

  topic(topic: Topic): string {
    return `${this.prefix}${topic}`;
  }

  group(step: StepName): string {
    return `${this.prefix}${this.groupPrefix}-${step}`;
  }

  /** The same for every engine: that is what lets the next owner fence the one before. */
  transactionalId(step: StepName, partition: number): string {
    return `${this.prefix}${this.groupPrefix}-${step}-${partition}`;
  }

  /** Of the trial of the rights to write: begins like the engines' own, so that the same rule of access covers it. */
  get probeId(): string {
    return `${this.prefix}${this.groupPrefix}-check`;
  }
}
