import { LEADS } from '../../ecg/index.js';
import type { Meaning, Reading } from './phrases.js';
import { type Token, tokensOf } from './tokens.js';

/** Classes of what a sentence says: they name the reason when two sentences differ. */
export type AtomKind = 'finding' | 'name' | 'number' | 'lead' | 'mark' | 'negation' | 'presence' | 'word';

/** One thing that a sentence says, whatever words it is said in. Two texts with the same atoms in the same order say the same. */
export interface Atom {
  readonly kind: AtomKind;
  readonly text: string;
}

type Found = { readonly atom?: Atom; readonly length: number };

/** Two numbers, or a number and the role of another, run into each other: nobody could say what is what. */
export const AMBIGUOUS: Atom = { kind: 'number', text: '?' };
const isEmpty = ({ is }: Meaning): boolean => is === 'glue' || is === 'presence';
const isLead = (token: Token | undefined): boolean => token?.kind === 'word' && (LEADS as readonly string[]).includes(token.raw);
const isSign = (token: Token | undefined, signs: string): boolean => token?.kind === 'sign' && signs.includes(token.text);

/** What a sentence says, in its order. Undefined: it has characters that no draft has. */
export function atomsOf(text: string, reading: Reading): readonly Atom[] | undefined {
  const all = tokensOf(text, reading.language);
  if (all === undefined) return undefined;
  const tokens = all.filter((token, i) => !reading.isArticle(token) || (all[i - 1]?.kind === 'number' && all[i + 1]?.kind === 'number'));
  return new Reader(tokens, reading).atoms();
}

class Reader {
  constructor(
    private readonly tokens: readonly Token[],
    private readonly reading: Reading,
  ) {}

  atoms(): readonly Atom[] {
    const found: Atom[] = [];
    for (let at = 0; at < this.tokens.length; ) {
      const { atom, length } = this.atomAt(at);
      if (atom !== undefined) found.push(atom);
      at += length;
    }
    return found;
  }

  private atomAt(at: number): Found {
    const { among, lexicon } = this.reading;
    const token = this.tokens[at];
    if (at === 0) {
      const answer = this.answer();
      if (answer !== undefined) return answer;
    }
    const opened = among([lexicon.between[0]], this.tokens, at) || among([lexicon.from], this.tokens, at);
    const range = opened > 0 ? this.range(at + opened, [...lexicon.to, lexicon.between[1]]) : undefined;
    if (range !== undefined) return { ...range, length: opened + range.length };
    if (token.kind === 'number') return this.number(at);
    const phrase = this.reading.phraseAt(this.tokens, at);
    if (phrase !== undefined) return this.meant(phrase.meaning, at, phrase.length);
    // Of a number's unit alone, or a slash, nobody knows what is meant.
    if (token.kind === 'sign') return { length: 1, ...('/%°−'.includes(token.text) && { atom: { kind: 'number', text: token.text } }) };
    const leads = this.leads(at);
    if (leads !== undefined) return { atom: { kind: 'lead', text: leads.names.join(',') }, length: leads.length };
    return { atom: isMark(token.raw, lexicon.marks) ? { kind: 'mark', text: token.raw } : { kind: 'word', text: token.text }, length: 1 };
  }

  /** Yes, no or none, as it begins an answer: what follows is a sign, or nothing. */
  private answer(): Found | undefined {
    const { among, lexicon } = this.reading;
    for (const [answer, texts] of Object.entries(lexicon.answers)) {
      const length = among(texts, this.tokens, 0);
      if (length > 0 && (length === this.tokens.length || isSign(this.tokens[length], '(,.:;–'))) return { atom: { kind: 'negation', text: `answer ${answer}` }, length };
    }
    return undefined;
  }

  private meant(meaning: Meaning, at: number, length: number): Found {
    switch (meaning.is) {
      case 'glue':
        return { length };
      case 'presence':
        return { atom: { kind: 'presence', text: 'there' }, length };
      case 'negation':
        return this.negated(at, length);
      case 'role':
        return this.role(meaning.key, at, length);
      default:
        return { atom: { kind: meaning.is, text: meaning.key }, length };
    }
  }

  /** A negation and what it denies are one: it cannot wander to something else. */
  private negated(at: number, own: number): Found {
    const { among, lexicon, phraseAt } = this.reading;
    let next = at + own;
    for (let link = among(lexicon.negationLinks, this.tokens, next); link > 0 && next < this.tokens.length; link = among(lexicon.negationLinks, this.tokens, next)) next += link;
    const target = this.tokens[next];
    if (target === undefined || target.kind !== 'word') return { atom: { kind: 'negation', text: 'not.' }, length: next - at };
    const phrase = phraseAt(this.tokens, next);
    // Twice denied: left as two, which no draft has.
    if (phrase?.meaning.is === 'negation') return { atom: { kind: 'negation', text: 'not.' }, length: next - at };
    const key = phrase === undefined || isEmpty(phrase.meaning) ? target.text : 'key' in phrase.meaning ? phrase.meaning.key : target.text;
    return { atom: { kind: 'negation', text: `not ${key}` }, length: next + (phrase?.length ?? 1) - at };
  }

  /** What a number is, and the number right behind it. */
  private role(key: string, at: number, own: number): Found {
    const { among, lexicon } = this.reading;
    const isApart = isSign(this.tokens[at + own], ',');
    const isLinked = isApart || !lexicon.conjunctions.includes(this.textAt(at));
    let next = at + own + (isApart ? 1 : 0);
    for (;;) {
      const link = isSign(this.tokens[next], ':(') ? 1 : isLinked ? among(lexicon.roleLinks, this.tokens, next) : 0;
      if (link === 0 || next >= this.tokens.length) break;
      next += link;
    }
    if (this.tokens[next]?.kind !== 'number') return { atom: { kind: 'word', text: key }, length: own };
    const { atom, length } = this.number(next);
    return { atom: atom === AMBIGUOUS ? atom : { kind: 'number', text: `${key} = ${atom?.text ?? ''}` }, length: next + length - at };
  }

  /** A number with its unit; so many of so many; a range; a number in a lead. */
  private number(at: number): { readonly atom: Atom; readonly length: number } {
    const { among, lexicon } = this.reading;
    const range = this.range(at, lexicon.to);
    if (range !== undefined) return this.alone(range.atom, at, range.length);
    const of = among(lexicon.outOf, this.tokens, at + 1);
    const whole = this.tokens[at + 1 + of];
    if (of > 0 && whole?.kind === 'number') return this.alone({ kind: 'number', text: `${this.textAt(at)} of ${whole.text}` }, at, of + 2);
    const { unit, length } = this.unit(at + 1);
    let end = at + 1 + length;
    let text = `${this.textAt(at)}${unit}`;
    const opening = isSign(this.tokens[end], '(') ? 1 : 0;
    const leads = this.leads(end + opening + among(lexicon.inLead, this.tokens, end + opening));
    const isIn = leads !== undefined && (opening === 1 || among(lexicon.inLead, this.tokens, end) > 0);
    if (isIn) {
      end = leads.end;
      text += ` in ${leads.names.join(',')}`;
    }
    // With its lead it is closed.
    return isIn ? { atom: { kind: 'number', text }, length: end - at } : this.alone({ kind: 'number', text }, at, end - at);
  }

  /** Neither a role stands right behind it, nor another number with nothing but empty words between. */
  private alone(atom: Atom, at: number, length: number): { readonly atom: Atom; readonly length: number } {
    let next = at + length;
    let phrase = this.reading.phraseAt(this.tokens, next);
    const isRole = phrase?.meaning.is === 'role';
    for (; phrase !== undefined && isEmpty(phrase.meaning); phrase = this.reading.phraseAt(this.tokens, next)) next += phrase.length;
    return { atom: isRole || this.tokens[next]?.kind === 'number' ? AMBIGUOUS : atom, length };
  }

  private range(at: number, middles: readonly string[]): { readonly atom: Atom; readonly length: number } | undefined {
    if (this.tokens[at]?.kind !== 'number') return undefined;
    const first = this.unit(at + 1);
    let next = at + 1 + first.length;
    const middle = isSign(this.tokens[next], '–-') ? 1 : this.reading.among(middles, this.tokens, next);
    next += middle;
    if (middle === 0 || this.tokens[next]?.kind !== 'number') return undefined;
    const second = this.unit(next + 1);
    if (first.unit !== '' && first.unit !== second.unit) return undefined;
    return { atom: { kind: 'number', text: `${this.textAt(at)} to ${this.textAt(next)}${second.unit}` }, length: next + 1 + second.length - at };
  }

  private unit(at: number): { readonly unit: string; readonly length: number } {
    let best = { unit: '', length: 0 };
    for (const [unit, texts] of Object.entries(this.reading.lexicon.units)) {
      const length = this.reading.among(texts, this.tokens, at);
      if (length > best.length) best = { unit, length };
    }
    return best;
  }

  /** Names of leads in a row, sorted: in whatever order, they are the same leads. */
  private leads(at: number): { readonly names: readonly string[]; readonly length: number; readonly end: number } | undefined {
    const { among, lexicon } = this.reading;
    const names: string[] = [];
    let next = at + among(lexicon.lead, this.tokens, at);
    while (isLead(this.tokens[next])) {
      names.push((this.tokens[next] as { readonly raw: string }).raw);
      next++;
      const comma = isSign(this.tokens[next], ',') ? 1 : 0;
      const between = comma + among(lexicon.and, this.tokens, next + comma);
      if (between === 0 || !isLead(this.tokens[next + between])) break;
      next += between;
    }
    return names.length === 0 ? undefined : { names: names.sort(), length: next - at, end: next };
  }

  private textAt(at: number): string {
    return (this.tokens[at] as { readonly text: string }).text;
  }
}

const isMark = (raw: string, marks: readonly string[]): boolean => marks.includes(raw);
