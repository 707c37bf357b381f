import { WAVE_KINDS, type WaveComparison } from './boundaries.js';

/** Sensitivity and positive predictivity, percent to two decimals; undefined where nothing was counted. */
export interface Detection {
  readonly se?: number;
  readonly ppv?: number;
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
}

export interface BoundaryFigure {
  readonly wave: WaveComparison['wave'];
  readonly edge: 'onset' | 'offset';
  readonly scope: string;
  /** Found minus marked; undefined where nothing matched. */
  readonly meanMs?: number;
  readonly sdMs?: number;
  /** Marked waves, and how many of them were found. */
  readonly n: number;
  readonly matched: number;
}

export interface WaveFigure extends Detection {
  readonly wave: WaveComparison['wave'];
  readonly scope: string;
}

export function detection(tp: number, fn: number, fp: number): Detection {
  const percent = (all: number) => (all === 0 ? undefined : Math.round((tp / all) * 10_000) / 100);
  return { se: percent(tp + fn), ppv: percent(tp + fp), tp, fn, fp };
}

/** Figures of one scope ("global" or a lead), gross over all records. */
export function boundaryFigures(scope: string, comparisons: readonly WaveComparison[]): BoundaryFigure[] {
  return WAVE_KINDS.flatMap((kind) => {
    const of = comparisons.filter(({ wave }) => wave === kind);
    const [n, matched] = [sum(of.map(({ marked }) => marked)), sum(of.map((one) => one.matched))];
    return (['onset', 'offset'] as const).map((edge) => {
      const errors = of.flatMap((one) => (edge === 'onset' ? one.onsetMs : one.offsetMs));
      return { wave: kind, edge, scope, ...meanAndSd(errors), n, matched };
    });
  });
}

export function waveFigures(scope: string, comparisons: readonly WaveComparison[]): WaveFigure[] {
  return WAVE_KINDS.map((kind) => {
    const of = comparisons.filter(({ wave }) => wave === kind);
    const tp = sum(of.map(({ matched }) => matched));
    return { wave: kind, scope, ...detection(tp, sum(of.map(({ marked }) => marked)) - tp, sum(of.map(({ extra }) => extra))) };
  });
}

function meanAndSd(values: readonly number[]): { meanMs?: number; sdMs?: number } {
  if (values.length === 0) return {};
  const mean = sum(values) / values.length;
  const sd = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / Math.max(1, values.length - 1));
  return { meanMs: Math.round(mean * 10) / 10, sdMs: Math.round(sd * 10) / 10 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
