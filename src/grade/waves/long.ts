import { resampler, resampleRows } from '../../dsp/index.js';
import { lookAt } from './looks.js';
import { NETWORK_HZ } from './prepare.js';
import { oneBetween, type Span, spansOf } from './spans.js';

/**
 * The network knows T waves by their duration as it was taught them: of one that lasts much longer it sees the end early, or loses the middle.
 * At a quicker tempo such a wave is an ordinary one. It is looked at so where the first look has a QT of so many seconds, for of a wave whose
 * middle is lost it sees the first part alone, …
 */
const LOOK_AGAIN_S = 0.43;
const TEMPO = [3, 5] as const;
/** … and believed where QT then is as long as this: what is shorter the first look measures better. Both by simulated patients, then moved so that LUDB's ends stay where they were. */
const LONG_S = 0.6;

/**
 * The T waves at the quicker tempo where QT is long, else `t`, those of the first look. Spans in steps.
 * @param channel of T in the logits
 * @param gap parts of one T wave lie closer together, in steps
 */
export function longT(rows: readonly Float64Array[], qrs: readonly Span[], t: readonly Span[], channel: number, gap: number): readonly Span[] {
  if (!(qtOf(qrs, t) >= LOOK_AGAIN_S)) return t;
  const [up, down] = TEMPO;
  const quick = resampleRows(resampler(down, up), rows.map((row) => Float32Array.from(row))).map((row) => Float64Array.from(row));
  const look = lookAt(quick);
  if (look === undefined) return t;
  const scaled = (spans: readonly Span[], by: number) => spans.map(([from, to]): Span => [from * by, to * by]);
  const long = scaled(oneBetween(spansOf(look.logits, channel, quick[0].length, 0), scaled(qrs, up / down), gap), down / up);
  return qtOf(qrs, long) >= LONG_S ? long : t;
}

/** The middle one, in seconds; NaN: none. */
function qtOf(qrs: readonly Span[], t: readonly Span[]): number {
  const found = qrs.flatMap(([onset, end], i) => {
    const wave = t.find(([from]) => from >= end - 1 && from < (qrs[i + 1]?.[0] ?? Infinity));
    return wave === undefined ? [] : [(wave[1] - onset) / NETWORK_HZ];
  });
  return found.sort((a, b) => a - b)[found.length >> 1] ?? NaN;
}
