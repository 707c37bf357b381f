import { CELLS_MAX, type Counts, noSampleOf } from '../counts.js';
import { RecordError, type RecordWarning } from '../errors.js';
import type { FileRecording, FileSignal } from '../record.js';
import { voltageOf } from '../units.js';
import type { RecordHeader } from './header.js';

const INT32_MAX = 2_147_483_647;

/** A signal of one segment at its place in the whole. */
interface Piece {
  readonly signal: FileSignal;
  readonly from: number;
  /** Of the segment, by the header of the whole. */
  readonly length: number;
}

/**
 * A record of several segments as one. In the fixed layout every segment has the same signals in the same order; in the variable layout
 * the first, of no length, names all signals, and each segment has some of them. Source: WFDB header(5).
 * @param parts one a segment of the header; undefined where it is a gap
 * @throws RecordError `unsupported` (too long), `bad-header`
 */
export function joined(where: string, header: RecordHeader, parts: readonly (FileRecording | undefined)[]): FileRecording {
  const segments = header.segments!;
  const isVariable = segments[0].samples === 0;
  const layout = parts.find((part) => part !== undefined);
  if (layout === undefined) throw new RecordError('bad-header', 'gaps only', where, 'a record has a segment with signals at least');
  const warnings: RecordWarning[] = [...header.warnings, ...parts.flatMap((part) => part?.warnings ?? [])];
  const frames = segments.reduce((sum, { samples }) => sum + samples, 0);
  if (header.samples !== undefined && header.samples !== frames) warnings.push({ code: 'truncated', what: `segments have ${frames} samples in all, the header says ${header.samples}`, where });
  const cells = layout.signals.reduce((sum, signal) => sum + frames * perFrame(signal, header), 0);
  if (cells > CELLS_MAX) throw new RecordError('unsupported', `${frames} samples of ${layout.signals.length} signals`, where, `at most ${CELLS_MAX} are read in all: read its segments one by one`);
  const pieces: Piece[][] = layout.signals.map(() => []);
  let from = 0;
  segments.forEach(({ name, samples }, index) => {
    const part = parts[index];
    if (part !== undefined && samples > 0) {
      const there = part.signals.reduce((most, signal) => Math.max(most, signal.counts.length / perFrame(signal, header)), 0);
      if (there < samples) warnings.push({ code: 'truncated', what: `segment ${name} has ${there} samples, the header says ${samples}: the rest is missing`, where });
      if (there > samples) warnings.push({ code: 'longer-than-header', what: `segment ${name} has ${there} samples, the header says ${samples}`, where });
      if (!isVariable && isReordered(layout.signals, part.signals)) warnings.push({ code: 'text', what: `segment ${name} names its signals otherwise than the first: they are placed by their names`, where });
      part.signals.forEach((signal, position) => {
        const place = isVariable || isReordered(layout.signals, part.signals) ? placeOf(layout.signals, part.signals, position) : position;
        const known = layout.signals[place];
        if (known === undefined || known.rateHz !== signal.rateHz) warnings.push({ code: 'skipped-signal', what: `signal ${signal.label} of segment ${name} is not among the record's signals, or has another rate`, where });
        else pieces[place].push({ signal, from: from * perFrame(signal, header), length: samples * perFrame(signal, header) });
      });
    }
    from += samples;
  });
  return {
    where,
    startMs: header.startMs ?? (isVariable ? undefined : layout.startMs),
    annotationHz: header.rateHz,
    comments: [...new Set([...header.comments, ...parts.flatMap((part) => part?.comments ?? [])])],
    warnings,
    signals: layout.signals.map((signal, place) => whole(signal, inOneUnit(pieces[place], where, warnings), frames * perFrame(signal, header))),
  };
}

const perFrame = ({ rateHz }: FileSignal, header: RecordHeader): number => Math.round(rateHz / header.rateHz);

/** In the fixed layout signals stand in one order; a segment that names them in another has them there. */
function isReordered(layout: readonly FileSignal[], part: readonly FileSignal[]): boolean {
  return part.some(({ label }, position) => label !== '' && label !== (layout[position]?.label ?? label));
}

/** Where the layout has the signal: by its label, the second of a label for the second. */
function placeOf(layout: readonly FileSignal[], part: readonly FileSignal[], position: number): number {
  const { label } = part[position];
  const nth = part.slice(0, position).filter((other) => other.label === label).length;
  return layout.flatMap((one, place) => (one.label === label ? [place] : []))[nth] ?? -1;
}

const mvOf = ({ unit }: FileSignal): number | undefined => voltageOf(unit)?.mv;

/** Pieces that can be one signal: voltages, or all in the unit of the first. What is in another unit is left out, and reported. */
function inOneUnit(pieces: readonly Piece[], where: string, warnings: RecordWarning[]): readonly Piece[] {
  if (pieces.length === 0) return pieces;
  const { signal: kept } = pieces.find(({ signal }) => mvOf(signal) !== undefined) ?? pieces[0];
  const isOther = ({ signal }: Piece) => signal.unit !== kept.unit && (mvOf(kept) === undefined || mvOf(signal) === undefined);
  for (const unit of new Set(pieces.filter(isOther).map(({ signal }) => signal.unit))) {
    warnings.push({ code: 'skipped-signal', what: `signal ${kept.label} is in ${kept.unit}: its segments in ${unit} are left out`, where });
  }
  const alike = pieces.filter((piece) => !isOther(piece));
  const units = [...new Set(alike.map(({ signal }) => signal.unit))];
  // Where they become mV, nothing later sees in what they were.
  const doubts = units.length === 1 ? [] : units.flatMap((unit) => voltageOf(unit)).flatMap((voltage) => (voltage?.mv !== undefined && voltage.doubt !== undefined ? [voltage.doubt] : []));
  for (const doubt of doubts) warnings.push({ code: 'unit', what: doubt, where: `${where} ${kept.label}` });
  return alike;
}

/** One signal from its pieces; where their gains differ, in the finest of them: in their own unit, or in mV where several voltages meet. */
function whole(layout: FileSignal, pieces: readonly Piece[], samples: number): FileSignal {
  if (pieces.length === 0) return { ...layout, counts: new Int16Array(samples).fill(noSampleOf(new Int16Array(0))) };
  const [first] = pieces.map(({ signal }) => signal);
  const isOne = pieces.every(({ signal }) => signal.gain === first.gain && signal.offset === first.offset && signal.unit === first.unit);
  const isNarrow = isOne && pieces.every(({ signal }) => signal.counts instanceof Int16Array);
  const counts: Counts = isNarrow ? new Int16Array(samples) : new Int32Array(samples);
  const hole = noSampleOf(counts);
  counts.fill(hole);
  const within = (count: number) => (Math.abs(count) <= INT32_MAX ? Math.round(count) : hole);
  const unit = pieces.every(({ signal }) => signal.unit === first.unit) ? first.unit : 'mV';
  const perUnit = (signal: FileSignal) => (signal.unit === unit ? signal.gain : signal.gain / mvOf(signal)!);
  const finest = pieces.reduce((most, { signal }) => Math.max(most, Math.abs(perUnit(signal))), 0);
  for (const { signal, from, length: most } of pieces) {
    const none = noSampleOf(signal.counts);
    const scale = isOne ? 1 : finest / perUnit(signal);
    const offset = isOne ? 0 : signal.offset;
    const length = Math.min(signal.counts.length, most);
    for (let i = 0; i < length; i++) counts[from + i] = signal.counts[i] === none ? hole : isOne ? signal.counts[i] : within((signal.counts[i] - offset) * scale);
  }
  return isOne ? { ...first, label: layout.label, counts } : { ...first, label: layout.label, unit, gain: finest, offset: 0, counts, altered: 'rescaled' };
}
