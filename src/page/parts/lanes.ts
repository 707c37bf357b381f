/** Where live traces lie, and how high they are drawn: as large as fits, so that none is cut. Pure. */

export const HEIGHT_PX = 136;
/** The browser's own millimetres: 96 pixels an inch. */
export const PX_PER_MM = 96 / 25.4;
/** What a millivolt is drawn as: the first at which everything fits. The last that paper uses is 2.5. */
const MM_PER_MV = [10, 5, 2.5];
/** Where two traces have their zeros, unless one would be cut: R waves are higher than S waves are deep. */
const ZEROS_PX = [56, 114];
/** Traces may cross; their zeros stay so far apart. */
const APART_PX = 40;
/** Half of a line's width, and a little. */
const EDGE_PX = 3;

/** mV */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Lanes {
  readonly mmPerMv: number;
  /** Of each trace, from the top. */
  readonly zerosPx: readonly number[];
  /** Something lies outside even so. */
  readonly isCut: boolean;
}

/** Of at most two traces, the upper one first. */
export function lanesOf(ranges: readonly Range[]): Lanes {
  for (const mmPerMv of MM_PER_MV) {
    const zerosPx = zerosAt(ranges, mmPerMv);
    if (zerosPx !== undefined) return { mmPerMv, zerosPx, isCut: false };
  }
  return { mmPerMv: MM_PER_MV[MM_PER_MV.length - 1], zerosPx: ZEROS_PX, isCut: true };
}

/** Whether traces of these ranges lie within them. */
export function holds({ mmPerMv, zerosPx }: Lanes, ranges: readonly Range[]): boolean {
  return ranges.every((range, row) => {
    const [top, bottom] = boundsOf(range, mmPerMv);
    return zerosPx[row] >= top && zerosPx[row] <= bottom;
  });
}

/** Undefined: at this scale they do not fit. */
function zerosAt(ranges: readonly Range[], mmPerMv: number): readonly number[] | undefined {
  const bounds = ranges.map((range) => boundsOf(range, mmPerMv));
  const zeros = bounds.map(([top, bottom], row) => Math.min(Math.max(ZEROS_PX[row], top), bottom));
  if (zeros.length === 2) {
    zeros[0] = Math.max(bounds[0][0], Math.min(zeros[0], zeros[1] - APART_PX));
    zeros[1] = Math.min(bounds[1][1], Math.max(zeros[1], zeros[0] + APART_PX));
    if (zeros[1] - zeros[0] < APART_PX - 1e-9) return undefined;
  }
  const lanes = { mmPerMv, zerosPx: [...zeros, ...ZEROS_PX.slice(zeros.length)], isCut: false };
  return holds(lanes, ranges) ? lanes.zerosPx : undefined;
}

/** Between which heights the zero of a trace may lie. */
function boundsOf({ low, high }: Range, mmPerMv: number): readonly [top: number, bottom: number] {
  const pxPerMv = mmPerMv * PX_PER_MM;
  return [EDGE_PX + high * pxPerMv, HEIGHT_PX - EDGE_PX + low * pxPerMv];
}
