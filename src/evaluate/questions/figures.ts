/** One question that was answered, and what is right. */
export interface AnsweredQuestion {
  readonly type: string;
  readonly attribute: string;
  /** What a query asks for: majorities are of questions that ask the same. */
  readonly asked: string;
  readonly answers: readonly string[];
  readonly right: readonly string[];
  readonly confidence: number;
  /** By measurement alone. */
  readonly measured: readonly string[];
}

export interface QuestionFigures {
  readonly n: number;
  /** Share of answers that are right as a whole set. */
  readonly accuracy: number;
  /** Of verify: the mean of what was right of the yes and of the no; null: not both are there. */
  readonly balanced: number | null;
  /** The commonest right answer of questions that ask the same. */
  readonly majority: number;
  readonly measurementOnly: number;
  readonly notSure: { readonly said: number; readonly share: number };
  /** How far confidence is from the share that is right, in ten bins of equal width. */
  readonly ece: number;
}

const setKey = (answers: readonly string[]): string => [...new Set(answers)].sort().join('\u0000');
const isRight = (answers: readonly string[], right: readonly string[]): boolean => setKey(answers) === setKey(right);
const share = (questions: readonly AnsweredQuestion[], is: (question: AnsweredQuestion) => boolean): number => questions.filter(is).length / questions.length;

const BINS = 10;

/** Undefined: no question. */
export function questionFigures(questions: readonly AnsweredQuestion[]): QuestionFigures | undefined {
  if (questions.length === 0) return undefined;
  const isSo = ({ answers, right }: AnsweredQuestion) => isRight(answers, right);
  const recall = (answer: string): number | null => {
    const own = questions.filter(({ right }) => setKey(right) === answer);
    return own.length === 0 ? null : share(own, isSo);
  };
  const [yes, no] = [recall('yes'), recall('no')];
  const notSure = questions.filter(({ answers }) => setKey(answers) === 'not sure').length;
  return {
    n: questions.length,
    accuracy: share(questions, isSo),
    balanced: yes === null || no === null ? null : (yes + no) / 2,
    majority: majorityOf(questions),
    measurementOnly: share(questions, ({ measured, right }) => isRight(measured, right)),
    notSure: { said: notSure, share: notSure / questions.length },
    ece: eceOf(questions, isSo),
  };
}

function majorityOf(questions: readonly AnsweredQuestion[]): number {
  const counts = new Map<string, Map<string, number>>();
  for (const { type, attribute, asked, right } of questions) {
    const key = `${type}/${attribute}/${asked}`;
    const own = counts.get(key) ?? new Map<string, number>();
    counts.set(key, own.set(setKey(right), (own.get(setKey(right)) ?? 0) + 1));
  }
  return [...counts.values()].reduce((sum, own) => sum + Math.max(...own.values()), 0) / questions.length;
}

function eceOf(questions: readonly AnsweredQuestion[], isSo: (question: AnsweredQuestion) => boolean): number {
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const own = questions.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin);
    if (own.length > 0) sum += Math.abs(share(own, isSo) * own.length - own.reduce((total, { confidence }) => total + confidence, 0));
  }
  return sum / questions.length;
}

/** By type and attribute; of queries by what they ask for, too. */
export function figuresByKind(questions: readonly AnsweredQuestion[]): Readonly<Record<string, QuestionFigures>> {
  const keys = (question: AnsweredQuestion): readonly string[] => {
    const own = `${question.type}/${question.attribute}`;
    return question.asked === '' ? [own] : [own, `${own}/${question.asked}`];
  };
  const kinds = [...new Set(questions.flatMap(keys))].sort();
  return Object.fromEntries(kinds.flatMap((kind) => {
    const figures = questionFigures(questions.filter((question) => keys(question).includes(kind)));
    return figures === undefined ? [] : [[kind, figures]];
  }));
}
