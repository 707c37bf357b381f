import { basename, join } from 'node:path';
import { UsageError } from '../../failure.js';
import { rowsOf } from '../encoder/sources.js';

/**
 * The report that was written of each record, by its file's stem: the column `report` of ptbxl_database.csv, or of another table (`ecg_id`, `report`). Records without
 * one are not in it. Throws UsageError where the table that was named is none.
 */
export async function writtenReports(folder: string, table?: string): Promise<ReadonlyMap<string, string>> {
  const rows = (await rowsOf(join(folder, 'ptbxl_database.csv'), ['ecg_id'])) ?? [];
  const named = table === undefined ? undefined : await rowsOf(table, ['ecg_id', 'report']);
  if (table !== undefined && named === undefined) throw new UsageError(`${table}: no table of reports; one has ecg_id and report among its columns, and is not compressed`);
  const byId = new Map((named ?? rows).flatMap(({ ecg_id: id, report }) => (id === undefined || report === undefined || report.trim() === '' ? [] : [[Number(id), report.trim()] as const])));
  return new Map(rows.flatMap((row) => {
    const report = byId.get(Number(row['ecg_id']));
    return report === undefined ? [] : [row['filename_lr'], row['filename_hr']].flatMap((path) => (path ? [[basename(path), report] as const] : []));
  }));
}
