import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In Challenge 2015 every alarm goes off here. */
export const ALARM_AT_S = 300;

export interface AlarmLabel {
  readonly alarm: string;
  readonly isTrue: boolean;
}

/** What a folder's ALARMS states (lines of record, alarm, 1 for true or 0), by record; nothing where there is none. */
export async function readAlarms(folder: string): Promise<ReadonlyMap<string, AlarmLabel>> {
  const text = await readFile(join(folder, 'ALARMS'), 'utf8').catch(() => '');
  const rows = text.split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.trim()));
  return new Map(rows.flatMap(([record, alarm, truth]) => (truth === '0' || truth === '1' ? [[record, { alarm, isTrue: truth === '1' }] as const] : [])));
}
