import { InvalidArgumentError } from 'commander';

/** `500`, a positive number. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('not a number above 0.');
  return value;
}

/** A chunk holds at most a minute. */
export function chunkLengthMs(text: string): number {
  const value = positive(text);
  if (value > 60_000) throw new InvalidArgumentError('a chunk is at most 60000 ms long.');
  return value;
}

export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('not a whole number.');
  return value;
}

/** A whole number from 1 to `most`. */
export function positiveWhole(most: number): (text: string) => number {
  return (text) => {
    const value = whole(text);
    if (value < 1 || value > most) throw new InvalidArgumentError(`not a whole number from 1 to ${most}.`);
    return value;
  };
}

/** More than one machine carries: docs/performance.md. */
const BEDS_MAX = 1000;

/** Beds of `up`: simulation, engine, encoder and monitor on one machine. */
export function bedsHere(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError('a ward has one bed at least.');
  if (value > BEDS_MAX) throw new InvalidArgumentError(`more than ${BEDS_MAX} beds are too many for one machine; purkinje simulate writes more, purkinje replay sends them to Kafka, and several engines share them.`);
  return value;
}

export function portNumber(text: string): number {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('not a port.');
  return value;
}

/** `30s`, `500ms`, `2m`, `1h`; a bare number is seconds. In ms. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('not a duration like 30s, 2m or 1h.');
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's']!;
}

/** `max`, or how many times faster than real time. */
export function speed(text: string): number {
  return text === 'max' ? Infinity : positive(text);
}
