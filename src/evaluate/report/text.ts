import { l as rougeLOf } from 'js-rouge';

/** A text that was made, and the one that a person or a cart wrote. */
export interface TextPair {
  readonly made: string;
  readonly written: string;
}

/** Scores of 0 to 100, as papers have them; null: no pair. */
export interface TextFigures {
  readonly references: number;
  readonly bleu4: number | null;
  readonly rougeL: number | null;
}

/** Lower case; words and numbers, and every other sign alone. */
export function tokensOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** Corpus BLEU with n-grams of one to four (Papineni 2002), one reference each, not smoothed; ROUGE-L as the mean F1 of the longest common subsequence (Lin 2004). */
export function textFigures(pairs: readonly TextPair[]): TextFigures {
  if (pairs.length === 0) return { references: 0, bleu4: null, rougeL: null };
  const tokens = pairs.map(({ made, written }) => ({ made: tokensOf(made), written: tokensOf(written) }));
  return { references: pairs.length, bleu4: 100 * bleu4(tokens), rougeL: (100 * tokens.reduce((sum, pair) => sum + rougeL(pair), 0)) / tokens.length };
}

interface Tokens {
  readonly made: readonly string[];
  readonly written: readonly string[];
}

/** Texts are one sentence each, of tokens that are there already. */
function rougeL({ made, written }: Tokens): number {
  if (made.length === 0 || written.length === 0) return 0;
  return rougeLOf(made.join(' '), written.join(' '), { tokenizer: (text) => text.split(' '), segmenter: (text) => [text] });
}

const N_MAX = 4;

function bleu4(pairs: readonly Tokens[]): number {
  const lengths = { made: 0, written: 0 };
  const [matched, all] = [new Array<number>(N_MAX).fill(0), new Array<number>(N_MAX).fill(0)];
  for (const { made, written } of pairs) {
    lengths.made += made.length;
    lengths.written += written.length;
    for (let n = 1; n <= N_MAX; n++) {
      const [ours, theirs] = [gramsOf(made, n), gramsOf(written, n)];
      for (const [gram, count] of ours) {
        all[n - 1] += count;
        matched[n - 1] += Math.min(count, theirs.get(gram) ?? 0);
      }
    }
  }
  if (matched.includes(0)) return 0;
  const precision = matched.reduce((sum, count, k) => sum + Math.log(count / all[k]), 0) / N_MAX;
  return Math.min(1, Math.exp(1 - lengths.written / lengths.made)) * Math.exp(precision);
}

function gramsOf(tokens: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const gram = tokens.slice(i, i + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}
