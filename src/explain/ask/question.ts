import { z } from 'zod';
import { LEADS } from '../../ecg/index.js';

export const QUESTION_TYPES = ['verify', 'choose', 'query', 'compare-verify', 'compare-query'] as const;
export const ATTRIBUTES = ['scp', 'noise', 'stage', 'extra-systole', 'axis', 'numeric'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];
export type Attribute = (typeof ATTRIBUTES)[number];

/** Words that an answer may have beside codes. */
export const YES = 'yes';
export const NO = 'no';
export const NOT_SURE = 'not sure';
export const NONE = 'none';

/** Noise, as PTB-XL's columns name it. */
export const NOISES = ['baseline_drift', 'static_noise', 'burst_noise', 'electrodes_problems'] as const;
export type Noise = (typeof NOISES)[number];
/** Stages of an infarction, as PTB-XL's column names them. */
export const STAGES = ['Stadium I', 'Stadium I-II', 'Stadium II', 'Stadium II-III', 'Stadium III', 'unknown'] as const;
/** Extra systoles, as PTB-XL's column names them: of either kind, supraventricular, ventricular. */
export const EXTRA_SYSTOLES = ['ES', 'SVES', 'VES'] as const;
/** Numeric features of ECG-QA; and the rate, which is the RR interval in other words: it is asked of alone, and is in no list. */
export const LISTED_FEATURES = ['rr', 'p', 'pr', 'qrs', 'qt', 'qtc'] as const;
export const FEATURES = [...LISTED_FEATURES, 'rate'] as const;
export type Feature = (typeof FEATURES)[number];
export const PLACES = ['below', 'within', 'above'] as const;
/** What was gained since an earlier tracing, and what was lost. */
export const DIRECTIONS = ['gained', 'lost'] as const;

/**
 * A question in the kinds of ECG-QA (Oh 2023). `target` of verify: what is asked of (codes of PTB-XL, ids of the catalogue, or words of the attribute); of query: a group (`diagnostic`, `rhythm`,
 * `form`), or a word of the attribute. Leads and directions stand among the targets.
 */
export const questionSchema = z.object({
  type: z.enum(QUESTION_TYPES),
  attribute: z.enum(ATTRIBUTES),
  target: z.array(z.string().min(1).max(100)).max(100),
  options: z.array(z.string().min(1).max(100)).max(100).optional(),
});
export type Question = Readonly<Omit<z.infer<typeof questionSchema>, 'target' | 'options'>> & { readonly target: readonly string[]; readonly options?: readonly string[] };

/** A question that cannot be answered as it stands: what is wrong, and what to ask instead. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';

  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export const isLeadName = (word: string): boolean => (LEADS as readonly string[]).includes(word);
