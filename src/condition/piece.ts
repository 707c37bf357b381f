/** A record, or a crop of it, on its way through the pipeline. */
export interface Piece {
  /** One a lead in the contract's order, of one length; all leads are one row once flattened. Steps may write into them. */
  readonly rows: readonly Float64Array[];
  /** Leads that are not there and count in no statistic. */
  readonly masked: readonly boolean[];
  readonly rateHz: number;
}

export type RefusalCode = 'lead-missing' | 'lead-has-holes' | 'value-missing' | 'rate-too-low' | 'no-samples' | 'not-finite';

/** Why a segment has no tensor. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** The lead, value or step that it is about. */
  readonly name: string;
}

export function refusal(code: RefusalCode, name: string): Refusal {
  return { ok: false, code, name };
}

/** In words, for people. */
export function refusalText({ code, name }: Refusal): string {
  switch (code) {
    case 'lead-missing':
      return `${name} is missing`;
    case 'lead-has-holes':
      return `${name} has holes`;
    case 'value-missing':
      return `${name} is not known`;
    case 'rate-too-low':
      return `the device is too slow for ${name}`;
    case 'no-samples':
      return 'there is no sample';
    case 'not-finite':
      return `${name} makes numbers without bound`;
  }
}

/** The same piece with each row recomputed. */
export function mapped(piece: Piece, row: (signal: Float64Array) => Float64Array): Piece {
  return { ...piece, rows: piece.rows.map(row) };
}
