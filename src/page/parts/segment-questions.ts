import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { AnswerView } from '../../monitor/index.js';
import { askOrWhy } from '../link/connection.js';
import { language, LANGUAGES, say, time } from '../words/index.js';
import { PageElement } from './element.js';

/** As the monitor takes them at most. */
const QUESTION_MAX = 300;

/** What a bed's latest segment says: a drafted report, and answers to questions in words. */
@customElement('segment-questions')
export class SegmentQuestions extends PageElement {
  @property() accessor bed = '';
  /** An answer, why there is none, or that it is on its way. */
  @state() private accessor given: AnswerView | string | undefined;
  @query('input') private accessor words!: HTMLInputElement;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('bed')) return;
    this.given = undefined;
    this.asked++;
  }

  protected override render(): TemplateResult {
    const { given } = this;
    return html`
      <p class="note"><a href=${addressOf('/report', { bed: this.bed, format: 'html' })} target="_blank" rel="noopener">${say.reportOpen}</a> · <a href=${addressOf('/report', { bed: this.bed, format: 'pdf' })} target="_blank" rel="noopener">${say.reportPdf}</a> · <a href=${addressOf('/report', { bed: this.bed, format: 'html', neighbours: '1' })} target="_blank" rel="noopener">${say.reportNeighbours}</a></p>
      <form @submit=${this.submit}>
        <label for="segment-question">${say.questionLabel}</label>
        <div class="entry"><input id="segment-question" maxlength=${QUESTION_MAX} autocomplete="off" aria-describedby="segment-question-hint" /><button>${say.questionAsk}</button></div>
        <p class="note" id="segment-question-hint">${say.questionHint}</p>
      </form>
      <div class="answered" role="status">${given === undefined ? nothing : typeof given === 'string' ? html`<p>${given}</p>` : answered(given)}</div>
    `;
  }

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const question = this.words.value.trim();
    const asked = ++this.asked;
    if (question === '') return void (this.given = say.questionEmpty);
    this.given = say.questionUnderWay;
    const given = await askOrWhy<AnswerView>(addressOf('/ask', { bed: this.bed, question }));
    // Another question, or another bed, may have come meanwhile.
    if (asked === this.asked) this.given = given;
  };
}

function answered({ startMs, worded: { notice, understood, answer, reasons } }: AnswerView): TemplateResult {
  return html`
    <p class="notice">${notice}</p>
    <p><strong>${answer}</strong></p>
    <p class="note">${say.answerOf(time(startMs), understood)}</p>
    <h4>${say.answerBecause}</h4>
    <ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
  `;
}

/** In the page's language, as far as the monitor has it. */
function addressOf(path: string, query: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams({ ...query, lang: Object.hasOwn(LANGUAGES, language) ? language : 'en' }).toString()}`;
}
