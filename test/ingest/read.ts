import { Er7Message, type Piece, piecesOf, readWaves, Refused, siteMapSchema } from '../../src/ingest/index.js';

export const NOW_MS = Date.UTC(2026, 2, 1, 12);

/** Segments, one a line, as they would stand in a frame. */
export const er7 = (...lines: readonly string[]): string => lines.map((line) => `${line}\r`).join('');

/** The pieces of a message by a site map. Throws Refused. */
export function read(text: string, map: object = {}, nearMs = NOW_MS): readonly Piece[] {
  const site = siteMapSchema.parse(map);
  return piecesOf(readWaves(Er7Message.read(Buffer.from(text))!, site, nearMs).waves, site);
}

/** What `readWaves` makes of a message, and what it leaves out. Throws Refused. */
export const readLeaving = (text: string, map: object = { timeZone: 'UTC' }): ReturnType<typeof readWaves> => readWaves(Er7Message.read(Buffer.from(text))!, siteMapSchema.parse(map), NOW_MS);

/** Why a message is refused; undefined: it is not. */
export function refusal(text: string, map: object = {}): string | undefined {
  try {
    read(text, map);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.reason;
  }
}

/** Counts by lead. */
export const countsOf = (piece: Piece): Record<string, number[]> => Object.fromEntries(piece.blocks.map(({ lead, samples }) => [lead, [...samples]]));
