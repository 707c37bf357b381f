import type { MarkedWave } from './boundaries.js';

interface Mark {
  readonly sample: number;
  readonly symbol: string;
}

/** What a reader calls a beat (EC57; WFDB's isqrs). */
const BEATS = new Set('NLRBAaJSVrFejnE/fQ?');
const WAVES: Readonly<Record<string, MarkedWave['wave']>> = { p: 'P', N: 'QRS', t: 'T' };

/** Beats as samples, and the stretches of ventricular flutter in which `bxb` compares nothing. */
export function markedBeats(marks: readonly Mark[]): { readonly beats: readonly number[]; readonly flutter: readonly (readonly [number, number])[] } {
  const flutter: [number, number][] = [];
  let from: number | undefined;
  for (const { sample, symbol } of marks) {
    if (symbol === '[') from = sample;
    if (symbol === ']' && from !== undefined) {
      flutter.push([from, sample]);
      from = undefined;
    }
  }
  return { beats: marks.filter(({ symbol }) => BEATS.has(symbol)).map(({ sample }) => sample), flutter };
}

/** Waves as LUDB and QTDB mark them: `(` peak `)`, either bracket may be absent. */
export function markedWaves(marks: readonly Mark[]): MarkedWave[] {
  return marks.flatMap(({ sample, symbol }, i) => {
    const wave = WAVES[symbol];
    if (wave === undefined) return [];
    const [before, after] = [marks[i - 1], marks[i + 1]];
    return [{ wave, peak: sample, onset: before?.symbol === '(' ? before.sample : undefined, offset: after?.symbol === ')' ? after.sample : undefined }];
  });
}
