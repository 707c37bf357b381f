/** Words of one language, as the cage reads them. */
export interface Lexicon {
  /** Before nouns; they say nothing. */
  readonly articles: readonly string[];
  /** Words and phrases that hold a sentence together and say nothing of the heart, the signal or what is sure. */
  readonly glue: readonly string[];
  /** That something is there: they say nothing where a draft says so itself, and much beside what it denies or could not measure. */
  readonly presence: readonly string[];
  readonly negations: readonly string[];
  /** What may stand between a negation and what it denies. */
  readonly negationLinks: readonly string[];
  /** What a number is: the first is the draft's word, the others mean the same. A number belongs to the role right before it. */
  readonly roles: readonly (readonly [string, ...string[]])[];
  /** What may stand between a role and its number. */
  readonly roleLinks: readonly string[];
  /** Words of roles that a verb behind them turns into a conjunction, unless a comma stands between: "200 ms before it was 160 ms" turns the order of time round. */
  readonly conjunctions: readonly string[];
  /** Words of drafts and what means the same, each in every sentence. */
  readonly synonyms: readonly (readonly [string, ...string[]])[];
  /** Units by their texts. */
  readonly units: Readonly<Record<string, readonly string[]>>;
  readonly to: readonly string[];
  /** Between two numbers: so many of so many. */
  readonly outOf: readonly string[];
  /** What opens a range, and what stands between its numbers then. */
  readonly between: readonly [open: string, middle: string];
  readonly from: string;
  readonly and: readonly string[];
  /** Before the name of a lead. */
  readonly lead: readonly string[];
  readonly inLead: readonly string[];
  /** Answers, as they begin a sentence. */
  readonly answers: Readonly<Record<'yes' | 'no' | 'none', readonly string[]>>;
  /** Always in capitals. */
  readonly marks: readonly string[];
}
