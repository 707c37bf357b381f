import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SimulationError } from './errors.js';
import { parseProfile, type Profile } from './profile.js';

/** The profile that ships. */
export const PROFILE_FILE = fileURLToPath(new URL('../../models/patients.json', import.meta.url));

/** @throws SimulationError `missing-file`, `bad-profile` */
export async function readProfile(file: string = PROFILE_FILE): Promise<Profile> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SimulationError('missing-file', `cannot be read: ${cause.code ?? cause.message}`, file, 'a profile is a JSON file such as models/patients.json', { cause });
  });
  return parseProfile(text, file);
}
