import type { GainChange } from '../ecg/index.js';

/** A stretch of one lead in one gain. */
export interface Scale {
  from: number;
  to: number;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
}

/** Gains that differ by less are one gain that is written differently: 0.1%, a tenth of what a monitor may be wrong by. */
const GAIN_TOLERANCE = 0.001;
/** Zeros of the scale that differ by less, in mV, are one: the least significant bit of most monitors is more. */
const ZERO_TOLERANCE_MV = 0.001;
/** Stretches kept of a lead; of more, the latest. */
export const SCALES_MAX = 4;

type Gain = Pick<Scale, 'aduPerMv' | 'offsetAdu'>;

function isSameGain(a: Gain, b: Gain): boolean {
  return Math.abs(a.aduPerMv - b.aduPerMv) <= GAIN_TOLERANCE * Math.abs(a.aduPerMv) && Math.abs(a.offsetAdu / a.aduPerMv - b.offsetAdu / b.aduPerMv) <= ZERO_TOLERANCE_MV;
}

/** Notes the gain of from … to. The first one said of a sample stays. */
export function noteScale(scales: readonly Scale[], from: number, to: number, { aduPerMv, offsetAdu }: Gain): Scale[] {
  const noted: Scale[] = [];
  let at = from;
  for (const scale of [...scales, { from: Infinity, to: Infinity, aduPerMv, offsetAdu }]) {
    if (at < Math.min(to, scale.from)) push(noted, { from: at, to: Math.min(to, scale.from), aduPerMv, offsetAdu });
    if (scale.from < Infinity) push(noted, scale);
    at = Math.max(at, scale.to);
  }
  return noted.slice(-SCALES_MAX);
}

function push(scales: Scale[], scale: Scale): void {
  const last = scales.at(-1);
  if (last !== undefined && isSameGain(last, scale)) last.to = Math.max(last.to, scale.to);
  else scales.push({ ...scale });
}

/** Of stretches that end before `sample`, only the last is kept: it says what the gain was. */
export function withoutScalesBefore(scales: Scale[], sample: number): Scale[] {
  const passed = scales.findLastIndex(({ to }) => to <= sample);
  return passed > 0 ? scales.slice(passed) : scales;
}

/** Changes of a lead's gain at samples of from … to. */
export function gainChangesIn(lead: string, scales: readonly Scale[], from: number, to: number, rateHz: number): GainChange[] {
  return scales.flatMap((scale, i) => {
    if (i === 0 || scale.from < from || scale.from >= to) return [];
    const before = scales[i - 1];
    return [{ lead, atMs: ((scale.from - from) / rateHz) * 1000, fromAduPerMv: before.aduPerMv, toAduPerMv: scale.aduPerMv }];
  });
}
