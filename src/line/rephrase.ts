import { type Asking, askingOfAnswer, askingOfReport, type Language, REPHRASE_REASONS, rephrasedAnswer, rephrasedReport, type Report, type WordedAnswer, type Wording, type Wordsmith } from '../explain/index.js';
import { type Counter, LANGUAGE_FAILURES, LanguageError, type LanguageModel, type Meter } from '../ports/index.js';

/** Texts that are worded at once: a model has few places, and nobody waits in line for one. */
const AT_ONCE_MAX = 4;

/** Drafts in the words of a language model, where the cage takes them. Never rejects for what the model does: then the draft stands, and says so. */
export class Rephrasing {
  private readonly calls: Counter;
  private readonly sentences: Counter;
  private underWay = 0;

  constructor(
    private readonly model: LanguageModel,
    meter: Meter,
  ) {
    this.calls = meter.counter('purkinje_deliver_language_calls_total', 'Calls of the language model: answered, or why not', ['result']);
    this.sentences = meter.counter('purkinje_deliver_rephrased_sentences_total', 'Drafted sentences that a language model was to word: taken, or why the draft stands', ['result']);
    for (const result of ['answered', 'busy', ...LANGUAGE_FAILURES]) this.calls.add(0, { result });
    for (const result of ['taken', ...REPHRASE_REASONS]) this.sentences.add(0, { result });
  }

  async report(report: Report): Promise<Report> {
    const asking = askingOfReport(report);
    const { reply, by } = await this.ask(asking);
    const worded = rephrasedReport(report, asking, reply, by);
    this.count(worded.wording!);
    return worded;
  }

  async answer(worded: WordedAnswer, language: Language): Promise<WordedAnswer> {
    const asking = askingOfAnswer(worded, language);
    const { reply, by } = await this.ask(asking);
    const rephrased = rephrasedAnswer(worded, asking, reply, by);
    this.count(rephrased.wording!);
    return rephrased;
  }

  private async ask(asking: Asking): Promise<{ readonly reply?: string; readonly by: Wordsmith }> {
    const model = this.model.name;
    if (asking.given.length === 0) return { by: { model } };
    if (this.underWay >= AT_ONCE_MAX) return this.failed('busy');
    this.underWay++;
    try {
      const reply = await this.model.write(asking.messages, { bytesMax: asking.bytesMax });
      this.calls.add(1, { result: 'answered' });
      return { reply, by: { model } };
    } catch (error) {
      if (error instanceof LanguageError) return this.failed(error.failure);
      throw error;
    } finally {
      this.underWay--;
    }
  }

  private failed(failed: string): { readonly by: Wordsmith } {
    this.calls.add(1, { result: failed });
    return { by: { model: this.model.name, failed } };
  }

  private count({ taken, refused }: Wording): void {
    this.sentences.add(taken, { result: 'taken' });
    for (const [result, n] of Object.entries(refused)) this.sentences.add(n, { result });
  }
}
