/** The cage: a text that a language model phrased is taken only where it says what its draft says, sentence by sentence. Tables and a reader of sentences, pure. */
export { CAGE_REASONS, type CageReason, type Drafted, refusalOf } from './judge.js';
export { type Asking, askingOf, askingOfAnswer, askingOfReport, type ChatMessage, REPHRASE_REASONS, type RephraseReason, rephrasedAnswer, rephrasedReport, takenFrom, type Wordsmith } from './rephrase.js';
