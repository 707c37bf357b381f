import { type Attribute, type Question, QuestionError } from './question.js';
import { ASKS_WHICH, CHOICE, COMPARED, FILLERS, GAINED, GROUP_WORDS, IN_FULL, LEAD_WORDS, LOST, NEGATION, type Phrase, PHRASES, PLACE_WORDS, plainOf } from './words.js';

/** A question longer than this is none. */
const LENGTH_MAX = 300;
const NORMAL = 'normal';
/** Asks of numbers, whichever. */
const NUMERIC = /\b(features?|numeric|intervals?|numbers|values|werte|intervalle)\b/;
const HINT = 'ask, as in "Is there atrial fibrillation?", "Left or right bundle branch block?", "What is the rhythm?", "Is the QRS duration above normal?"';

/** Words that are left of a text as phrases are taken out of it. */
class Rest {
  constructor(private text: string) {}

  /** Takes a phrase out, where it stands as whole words. */
  take(phrase: string): boolean {
    const at = ` ${this.text} `.indexOf(` ${phrase} `);
    if (at < 0) return false;
    // What was taken keeps words apart that did not stand together.
    this.text = `${this.text.slice(0, at)}|${this.text.slice(at + phrase.length)}`.replaceAll('|', ' | ').replaceAll(/\s+/g, ' ').trim();
    return true;
  }

  takeOne(phrases: readonly string[]): boolean {
    return phrases.filter((phrase) => this.take(phrase)).length > 0;
  }

  words(): readonly string[] {
    return this.text.split(' ').filter((word) => word !== '' && word !== '|');
  }
}

/**
 * A question in words → its schema, by a grammar over the names that are known: no model, the same text always the same question. Throws QuestionError that says which words were not
 * understood; nothing is guessed.
 */
export function parsedQuestion(text: string): Question {
  const plain = IN_FULL.reduce((said, [short, full]) => said.replace(short, full), plainOf(text));
  if (plain === '' || plain.length > LENGTH_MAX) throw new QuestionError(plain === '' ? 'nothing is asked' : `the question has more than ${LENGTH_MAX} characters`, HINT);
  const rest = new Rest(plain);
  const isLost = rest.takeOne(LOST);
  const isGained = !isLost && rest.takeOne(GAINED);
  const isCompared = rest.takeOne(COMPARED) || isLost || isGained;
  if (NEGATION.test(rest.words().join(' '))) throw new QuestionError('the question has a negation', 'ask whether it is there: the answer may be no');
  const named = PHRASES.filter(({ text: phrase }) => phrase !== NORMAL).flatMap((phrase) => (rest.take(phrase.text) ? [phrase] : []));
  const isNumeric = named.some(({ attribute }) => attribute === 'numeric') || (named.length === 0 && NUMERIC.test(plain));
  const places = isNumeric ? PLACE_WORDS.flatMap(([word, texts]) => (rest.takeOne(texts) ? [word] : [])) : [];
  // "Normal" alone is a statement where no number is asked of.
  const phrases = [...named, ...PHRASES.filter((phrase) => phrase.text === NORMAL && rest.take(NORMAL))];
  const found: Taken = {
    phrases, places, isNumeric,
    leads: [...LEAD_WORDS].flatMap(([word, lead]) => (rest.take(word) ? [lead] : [])),
    groups: GROUP_WORDS.flatMap(([word, texts]) => (rest.takeOne(texts) ? [word] : [])),
    isChoice: rest.takeOne(CHOICE),
    asksWhich: ASKS_WHICH.test(plain),
    direction: isLost ? 'lost' : 'gained',
  };
  const unknown = rest.words().filter((word) => !FILLERS.has(word));
  if (unknown.length > 0) throw new QuestionError(`these words are not understood: ${unknown.join(', ')}`, HINT);
  return isCompared ? compared(found) : ofOne(found);
}

interface Taken {
  readonly phrases: readonly Phrase[];
  readonly leads: readonly string[];
  readonly groups: readonly string[];
  readonly places: readonly string[];
  readonly isNumeric: boolean;
  readonly isChoice: boolean;
  readonly asksWhich: boolean;
  readonly direction: string;
}

/** Words of an attribute that stand for the whole of it. */
const WHOLE: ReadonlySet<string> = new Set(['axis', 'noise', 'stage']);

function ofOne(taken: Taken): Question {
  const { phrases, leads, groups, places, isNumeric, isChoice, asksWhich } = taken;
  if (isNumeric) return ofNumbers(phrases, places, asksWhich);
  const said = phrases.filter(({ attribute, word }) => !(attribute === 'stage' && word === 'stage' && phrases.some((one) => one.attribute === 'stage' && one.word !== 'stage')));
  if (said.length === 0 && groups.length > 0) return { type: 'query', attribute: 'scp', target: [groups[0]] };
  const attribute = theOne(said);
  if (leads.length > 0 && attribute !== 'noise') throw new QuestionError(`${leads.join(', ')}: what is known of single leads is their noise`, 'ask without the lead');
  const words = said.map(({ word }) => word);
  if (isChoice && words.length > 1) return { type: 'choose', attribute, target: words, options: words };
  if (words.every((word) => WHOLE.has(word))) return asksWhich || attribute !== 'noise' ? { type: 'query', attribute, target: [...words, ...leads] } : { type: 'verify', attribute, target: [...words, ...leads] };
  if (asksWhich && attribute === 'noise') return { type: 'query', attribute, target: words };
  if (asksWhich && attribute === 'extra-systole') return { type: 'query', attribute, target: ['extra-systole'] };
  if (asksWhich) throw new QuestionError('the question asks which, and names something', HINT);
  return { type: 'verify', attribute, target: [...words, ...leads] };
}

function ofNumbers(numeric: readonly Phrase[], places: readonly string[], asksWhich: boolean): Question {
  if (numeric.length === 0 && places.length === 1) return { type: 'query', attribute: 'numeric', target: [places[0]] };
  if (numeric.length === 0) throw new QuestionError('the question says neither of which number nor where it is to lie', HINT);
  theOne(numeric);
  const lying = numeric.map(({ word }) => word).filter((word) => word.includes(':'));
  if (lying.length === numeric.length && places.length === 0) return lying.length > 1 ? { type: 'choose', attribute: 'numeric', target: lying, options: lying } : { type: 'verify', attribute: 'numeric', target: lying };
  if (numeric.length > 1 || lying.length > 0) throw new QuestionError('the question names several numbers', 'ask of one after the other');
  if (places.length === 0 || asksWhich) return { type: 'query', attribute: 'numeric', target: [numeric[0].word] };
  if (places.length > 1) return { type: 'choose', attribute: 'numeric', target: [numeric[0].word], options: places.map((place) => `${numeric[0].word}:${place}`) };
  return { type: 'verify', attribute: 'numeric', target: [`${numeric[0].word}:${places[0]}`] };
}

function compared({ phrases, leads, groups, direction, asksWhich }: Taken): Question {
  const words = phrases.map(({ word }) => word);
  if (words.length > 0 && !words.every((word) => WHOLE.has(word))) return { type: 'compare-verify', attribute: theOne(phrases), target: [direction, ...words, ...leads] };
  if (words.length > 0) return { type: 'compare-query', attribute: theOne(phrases), target: [direction, ...words, ...leads] };
  if (groups.length > 0 || asksWhich) return { type: 'compare-query', attribute: 'scp', target: [direction, groups[0] ?? 'diagnostic'] };
  throw new QuestionError('the question names nothing to compare', HINT);
}

/** Throws QuestionError where the phrases are of none, or of several. */
function theOne(phrases: readonly Phrase[]): Attribute {
  const attributes = [...new Set(phrases.map(({ attribute }) => attribute))];
  if (attributes.length === 0) throw new QuestionError('the question names nothing that is known', HINT);
  if (attributes.length > 1) throw new QuestionError(`the question asks of several things at once: ${attributes.join(', ')}`, 'ask of one after the other');
  return attributes[0];
}
