/** From sample to sample. */
export type Episode = readonly [from: number, to: number];

interface Mark {
  readonly sample: number;
  readonly symbol: string;
  readonly aux: string;
}

/** Where a record's marks state one of these rhythms; one mark after the other of the same rhythm is one episode. Its end may be that of the record: Infinity. */
export function markedEpisodes(marks: readonly Mark[], names: readonly string[]): Episode[] {
  const rhythms = marks.filter(({ symbol, aux }) => symbol === '+' && aux.startsWith('('));
  const episodes: [number, number][] = [];
  for (const [i, { sample, aux }] of rhythms.entries()) {
    if (!names.some((name) => aux.startsWith(`(${name}`))) continue;
    const to = rhythms[i + 1]?.sample ?? Infinity;
    const last = episodes.at(-1);
    if (last?.[1] === sample) last[1] = to;
    else episodes.push([sample, to]);
  }
  return episodes;
}

const LONG_S = 60;

/** One record's episodes against its marks, as EC57 (4.5) compares them: an episode is found by one that meets it, however short. */
export interface EpisodeComparison {
  readonly marked: number;
  readonly markedFound: number;
  /** Of those that last a minute, which is what a rule on rhythm looks at. */
  readonly long: number;
  readonly longFound: number;
  readonly found: number;
  readonly foundRight: number;
  readonly markedS: number;
  readonly foundS: number;
  readonly markedFoundS: number;
  readonly foundRightS: number;
}

/**
 * @param marked what is to be found
 * @param right where it is no fault to find it: what is marked, and more
 * @param samples where the record ends
 */
export function compareEpisodes(marked: readonly Episode[], right: readonly Episode[], found: readonly Episode[], rateHz: number, samples: number): EpisodeComparison {
  const [toFind, mayBe, those] = [marked, right, found].map((list) => list.map(([from, to]): Episode => [from, Math.min(to, samples)]));
  const meeting = (ones: readonly Episode[], others: readonly Episode[]) => ones.filter((one) => others.some((other) => sharedOf(one, other) > 0)).length;
  const seconds = (list: readonly Episode[]) => list.reduce((sum, [from, to]) => sum + to - from, 0) / rateHz;
  const shared = (ones: readonly Episode[], others: readonly Episode[]) => ones.reduce((sum, one) => sum + others.reduce((part, other) => part + sharedOf(one, other), 0), 0) / rateHz;
  const long = toFind.filter(([from, to]) => to - from >= LONG_S * rateHz);
  return {
    marked: toFind.length, markedFound: meeting(toFind, those), long: long.length, longFound: meeting(long, those), found: those.length, foundRight: meeting(those, mayBe),
    markedS: seconds(toFind), foundS: seconds(those), markedFoundS: shared(toFind, those), foundRightS: shared(those, mayBe),
  };
}

const sharedOf = ([a, b]: Episode, [c, d]: Episode): number => Math.max(0, Math.min(b, d) - Math.max(a, c));

/** In percent, of all records together. */
export interface EpisodeFigures extends EpisodeComparison {
  readonly se: number | null;
  readonly ppv: number | null;
  readonly durationSe: number | null;
  readonly durationPpv: number | null;
}

export function episodeFigures(records: readonly EpisodeComparison[]): EpisodeFigures {
  const total = (key: keyof EpisodeComparison) => Math.round(records.reduce((sum, one) => sum + one[key], 0));
  const share = (part: number, whole: number) => (whole > 0 ? Math.round((1000 * part) / whole) / 10 : null);
  const [marked, markedFound, long, longFound, found, foundRight] = [total('marked'), total('markedFound'), total('long'), total('longFound'), total('found'), total('foundRight')];
  const [markedS, foundS, markedFoundS, foundRightS] = [total('markedS'), total('foundS'), total('markedFoundS'), total('foundRightS')];
  return {
    ...{ marked, markedFound, long, longFound, found, foundRight, markedS, foundS, markedFoundS, foundRightS },
    ...{ se: share(markedFound, marked), ppv: share(foundRight, found), durationSe: share(markedFoundS, markedS), durationPpv: share(foundRightS, foundS) },
  };
}
