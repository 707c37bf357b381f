import { CELLS_MAX, type Counts, noSampleOf } from './counts.js';
import { RecordError, type RecordWarning } from './errors.js';
import type { FileSignal } from './record.js';

/** A signal that begins some time after the file's first sample. */
export interface Piece extends FileSignal {
  readonly atS: number;
  /** Place among the file's signals, where that identifies one that no code names: two may have the same label. */
  readonly channel?: number;
}

const isOneSignal = (a: Piece, b: Piece): boolean =>
  (a.lead === undefined ? a.label === b.label && a.channel === b.channel : true) && a.lead === b.lead && a.rateHz === b.rateHz && a.gain === b.gain && a.offset === b.offset && a.unit === b.unit && a.altered === b.altered;

/** The same pieces; stretches without a sample between those of a file are reported. */
export function gapsIn(pieces: readonly Piece[], where: string, warnings: RecordWarning[]): readonly Piece[] {
  const times = [...new Map(pieces.map((piece) => [`${piece.atS} ${endS(piece)}`, piece])).values()].sort((a, b) => a.atS - b.atS);
  let [endOfAll, gaps, seconds] = [times[0]?.atS ?? 0, 0, 0];
  for (const piece of times) {
    if ((piece.atS - endOfAll) * piece.rateHz > 1) {
      gaps++;
      seconds += piece.atS - endOfAll;
    }
    endOfAll = Math.max(endOfAll, endS(piece));
  }
  if (gaps > 0) warnings.push({ code: 'gap', what: `${gaps} ${gaps === 1 ? 'gap' : 'gaps'} of ${seconds.toFixed(1)} s in all: no sample is there`, where });
  return pieces;
}

const endS = ({ atS, rateHz, counts }: Piece): number => atS + counts.length / rateHz;

/**
 * Pieces in their places: those of one lead or name, rate and calibration make one signal, holes between them. Where two overlap the first stays.
 * @throws RecordError `unsupported` where the whole would be too long
 */
export function placed(pieces: readonly Piece[], where: string, warnings: RecordWarning[]): FileSignal[] {
  const firstS = pieces.reduce((first, { atS }) => Math.min(first, atS), Infinity);
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.find(([one]) => isOneSignal(one, piece));
    if (group === undefined) groups.push([piece]);
    else group.push(piece);
  }
  const from = ({ atS, rateHz }: Piece) => Math.round((atS - firstS) * rateHz);
  const lengths = groups.map((group) => group.reduce((end, piece) => Math.max(end, from(piece) + piece.counts.length), 0));
  const cells = lengths.reduce((sum, length) => sum + length, 0);
  if (cells > CELLS_MAX) throw new RecordError('unsupported', `${cells} samples in all`, where, `at most ${CELLS_MAX} are read: are its times right?`);
  return groups.map((group, i) => {
    const { atS: _, channel: __, ...first } = group[0];
    if (group.length === 1 && from(group[0]) === 0) return first;
    const isNarrow = group.every(({ counts }) => counts instanceof Int16Array);
    const counts: Counts = isNarrow ? new Int16Array(lengths[i]) : new Int32Array(lengths[i]);
    const hole = noSampleOf(counts);
    counts.fill(hole);
    let overlaps = 0;
    for (const piece of group) {
      const [start, none] = [from(piece), noSampleOf(piece.counts)];
      piece.counts.forEach((count: number, k: number) => {
        if (count === none) return;
        if (counts[start + k] === hole) counts[start + k] = count;
        else overlaps++;
      });
    }
    if (overlaps > 0) warnings.push({ code: 'gap', what: `${first.label}: ${overlaps} samples are there twice, the first are taken`, where });
    return { ...first, counts };
  });
}
