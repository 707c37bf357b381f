import { z } from 'zod';
import type { Catalogue } from '../../contract/index.js';
import type { RecordLabels } from './figures.js';

const joined = z.strictObject({
  /** Findings of the catalogue. */
  targets: z.array(z.string()),
  superclass: z.string().optional(),
  /** It might be one of these superclasses: they are unknown, unless another label says so. */
  doubtful: z.array(z.string()).optional(),
});

const labelMapsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  ptbxl: z.strictObject({
    /** Of the diagnostic statements. */
    superclasses: z.record(z.string(), z.string()),
    statements: z.array(z.string()),
    /** Of the column heart_axis. */
    axis: z.record(z.string(), z.string()),
  }),
  /** By column and line of ludb.csv. */
  ludb: z.record(z.string(), z.record(z.string(), joined)),
  /** `sources`: collections of the Challenge 2021 in which the code is used. `basis`: who joined it to its superclass. */
  snomed: z.record(z.string(), joined.extend({ basis: z.enum(['derived', 'assigned', 'excluded', 'none']), sources: z.array(z.string()) })),
});

/** How the codes of three label systems join targets and superclasses (`models/labels.json`). */
export type LabelMaps = z.infer<typeof labelMapsSchema>;
type Joined = z.infer<typeof joined>;

/** @throws ZodError */
export function parseLabelMaps(json: unknown): LabelMaps {
  return labelMapsSchema.parse(json);
}

export const SUPERCLASSES = ['NORM', 'MI', 'STTC', 'CD', 'HYP'] as const;
/** LUDB and SNOMED codes cannot express NORM: theirs says sinus rhythm alone. */
const WITHOUT_NORM = SUPERCLASSES.slice(1);

/** Whether the heart's axis was stated at all. */
const AXIS_STATED = ['MID'];

/** PTB-XL: every statement counts, whatever its likelihood; one that is not there is negative. `axis` is often empty: then unknown. */
export function ptbxlLabels(statements: ReadonlySet<string>, axis: string, maps: LabelMaps, catalogue: Catalogue): RecordLabels {
  const { ptbxl } = maps;
  const targets = new Map<string, boolean>();
  for (const { id, codes } of catalogue.findings) if (codes.scp.length > 0) targets.set(id, codes.scp.some((code) => statements.has(code)));
  if (ptbxl.axis[axis] !== undefined || AXIS_STATED.includes(axis)) for (const id of new Set(Object.values(ptbxl.axis))) targets.set(id, ptbxl.axis[axis] === id);
  const classes = new Set([...statements].map((code) => ptbxl.superclasses[code]));
  return {
    targets,
    superclasses: new Map(SUPERCLASSES.map((code) => [code, classes.has(code)])),
    statements: new Map(ptbxl.statements.map((code) => [code, statements.has(code)])),
  };
}

/** LUDB: all its columns are stated for every record. @param lines by column of ludb.csv */
export function ludbLabels(lines: ReadonlyMap<string, readonly string[]>, maps: LabelMaps): RecordLabels {
  const stated = [...lines].flatMap(([column, own]) => own.flatMap((line) => maps.ludb[column]?.[line] ?? []));
  const known = Object.values(maps.ludb).flatMap((column) => Object.values(column));
  return labelsOf(stated, known);
}

/**
 * SNOMED codes of the Challenge 2021: a target is known where the record's collection uses a code for it, since a code that a
 * collection never uses is no negative. Of a collection that is not named every joined target counts as known.
 */
export function snomedLabels(codes: readonly string[], source: string, maps: LabelMaps): RecordLabels {
  const all = Object.values(maps.snomed);
  const known = all.filter(({ sources }) => sources.includes(source));
  return labelsOf(codes.flatMap((code) => maps.snomed[code] ?? []), known.length === 0 ? all : known);
}

function labelsOf(stated: readonly Joined[], known: readonly Joined[]): RecordLabels {
  const positive = new Set(stated.flatMap(({ targets }) => targets));
  const classes = new Set(stated.flatMap(({ superclass }) => superclass ?? []));
  const doubtful = new Set(stated.flatMap(({ doubtful: codes }) => codes ?? []));
  return {
    targets: new Map([...new Set([...known.flatMap(({ targets }) => targets), ...positive])].map((id) => [id, positive.has(id)])),
    superclasses: new Map(WITHOUT_NORM.filter((code) => classes.has(code) || !doubtful.has(code)).map((code) => [code, classes.has(code)])),
    statements: new Map(),
  };
}
