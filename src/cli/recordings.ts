import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stemOf } from '../records/index.js';
import { UsageError } from './failure.js';

/** A recording and the device it will be: its file's name, or its path relative to the folder that was named. */
export interface Recording {
  readonly path: string;
  readonly device: string;
}

/** Lists the recordings below a folder, and reports those that cannot be read. */
export interface Listing {
  list(folder: string): Promise<readonly string[]>;
}

/** Formats of recordings, as errors and help name them. */
export const READ_HERE = 'WFDB, EDF, BDF, DICOM, SCP-ECG, HL7 aECG, FHIR, CSV with a layout';

/** RECORD is a file, the path of a WFDB record without extension, or a folder: every recording below it. */
export async function recordingsOf(paths: readonly string[], listing: Listing): Promise<Recording[]> {
  const found: Recording[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then((s) => s.isDirectory(), () => false);
    if (!isFolder) {
      found.push({ path: path.replace(/\.(hea|dat|mat)$/i, ''), device: deviceName(basename(stemOf(path))) });
      continue;
    }
    const names = await listing.list(path);
    if (names.length === 0) throw new UsageError(`${path}: no WFDB record (.hea) below it, and no other recording; read are ${READ_HERE}`);
    // Two recordings of one name in different formats keep their extensions.
    const stems = names.map(stemOf);
    found.push(...names.map((name, i) => ({ path: join(path, name), device: deviceName(stems.indexOf(stems[i]) === stems.lastIndexOf(stems[i]) ? stems[i] : name) })));
  }
  const seen = new Set<string>();
  const twice = found.find(({ device }) => seen.size === seen.add(device).size);
  if (twice !== undefined) throw new UsageError(`two recordings are named ${twice.device}, and one would be taken for the other: name the folder above them`);
  return found;
}

/** A device id has letters, digits and ._:@+/- only. */
function deviceName(name: string): string {
  return name.replace(/[^A-Za-z0-9._:@+/-]/g, '_').slice(-128);
}
