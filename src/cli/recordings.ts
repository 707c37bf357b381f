import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listRecords } from '../records/index.js';
import { UsageError } from './failure.js';

/** A recording and the device it will be: its file's name, or its path relative to the folder that was named. */
export interface Recording {
  readonly path: string;
  readonly device: string;
}

/** RECORD is a path without extension, or a folder: every record below it. */
export async function recordingsOf(paths: readonly string[]): Promise<Recording[]> {
  const found: Recording[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then((s) => s.isDirectory(), () => false);
    if (!isFolder) {
      const stem = path.replace(/\.(hea|dat|mat)$/, '');
      found.push({ path: stem, device: deviceName(basename(stem)) });
      continue;
    }
    const names = await listRecords(path);
    if (names.length === 0) throw new UsageError(`${path}: no WFDB record (.hea) below it`);
    found.push(...names.map((name) => ({ path: join(path, name), device: deviceName(name) })));
  }
  return found;
}

/** A device id has letters, digits and ._:@+/- only. */
function deviceName(name: string): string {
  return name.replace(/[^A-Za-z0-9._:@+/-]/g, '_').slice(-128);
}
