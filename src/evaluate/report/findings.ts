/** What a report said of one record, and what its labels say. */
export interface FoundRecord {
  readonly said: ReadonlySet<string>;
  readonly labels: ReadonlyMap<string, boolean>;
}

export interface Found {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  /** Null: of nothing. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

export interface GroupFigures {
  readonly micro: Found;
  /** Means over the statements that some record has. */
  readonly macro: { readonly precision: number | null; readonly recall: number | null; readonly f1: number | null; readonly statements: number };
  readonly byStatement: Readonly<Record<string, Found>>;
}

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

function foundOf(tp: number, fp: number, fn: number): Found {
  return { tp, fp, fn, precision: share(tp, tp + fp), recall: share(tp, tp + fn), f1: share(2 * tp, 2 * tp + fp + fn) };
}

/** Precision, recall and F1 of a group of statements, over records of which each is known. */
export function groupFigures(records: readonly FoundRecord[], statements: readonly string[]): GroupFigures {
  const each = statements.map((id) => {
    const known = records.filter(({ labels }) => labels.has(id));
    const count = (isSaid: boolean, isThere: boolean) => known.filter(({ said, labels }) => said.has(id) === isSaid && labels.get(id) === isThere).length;
    return [id, foundOf(count(true, true), count(true, false), count(false, true))] as const;
  });
  const sum = (key: 'tp' | 'fp' | 'fn') => each.reduce((total, [, found]) => total + found[key], 0);
  const there = each.flatMap(([, found]) => (found.tp + found.fn === 0 ? [] : [found]));
  // A statement that is never said has no precision: it counts as 0, or saying nothing would be precise.
  const mean = (key: 'precision' | 'recall' | 'f1') => share(there.reduce((total, found) => total + (found[key] ?? 0), 0), there.length);
  return { micro: foundOf(sum('tp'), sum('fp'), sum('fn')), macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), statements: there.length }, byStatement: Object.fromEntries(each) };
}
