/** One message of a chat. */
export interface LanguageMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface WriteOptions {
  /** Of the whole answer, UTF-8: more is not read. */
  readonly bytesMax: number;
}

/** A language model behind whatever serves it. What it writes is a proposal: nobody takes it unread. */
export interface LanguageModel {
  /** As the operator names it. */
  readonly name: string;
  /** Text for messages, within the time that it was opened with. Rejects with LanguageError. */
  write(messages: readonly LanguageMessage[], options: WriteOptions): Promise<string>;
}

/** Why no text came. */
export const LANGUAGE_FAILURES = ['away', 'timeout', 'redirect', 'status', 'not-json', 'too-large', 'no-text', 'cut-short'] as const;
export type LanguageFailure = (typeof LANGUAGE_FAILURES)[number];

export class LanguageError extends Error {
  override readonly name = 'LanguageError';
  constructor(
    readonly failure: LanguageFailure,
    about: string,
  ) {
    super(about);
  }
}
