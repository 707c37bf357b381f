/** Questions on one tracing, or on two: words → question → answer, each with its evidence. */
export { type Answer, answerOf } from './answer.js';
export { type AskedFacts, likelihood } from './asked.js';
export { measuredOnly } from './measured-only.js';
export { parsedQuestion } from './parse.js';
export { relationsOf } from './relations.js';
export { ATTRIBUTES, NONE, NOT_SURE, type Question, QUESTION_TYPES, QuestionError, questionSchema } from './question.js';
