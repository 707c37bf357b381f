/** Lets one loop sleep until somebody rings. A ring while nobody sleeps is kept: the next wait returns at once. */
export class Doorbell {
  private rung = false;
  private answer: (() => void) | undefined;

  ring(): void {
    if (this.answer === undefined) {
      this.rung = true;
      return;
    }
    const answer = this.answer;
    this.answer = undefined;
    answer();
  }

  async wait(): Promise<void> {
    if (!this.rung) await new Promise<void>((resolve) => (this.answer = resolve));
    this.rung = false;
  }
}
