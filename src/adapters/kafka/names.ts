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
}
