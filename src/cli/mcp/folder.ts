import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { stemOf } from '../../records/index.js';
import { UsageError } from '../failure.js';

const HEADER_MAX_BYTES = 1_048_576;
/** Segments of a record, and files of each. */
const NAMED_MAX = 2000;

/** A folder of recordings, out of which no path leads: not by its text, not by a link, not by what a header names. */
export class RecordingFolder {
  private constructor(private readonly root: string) {}

  /** Throws UsageError where there is no such folder. */
  static async open(folder: string): Promise<RecordingFolder> {
    const root = await realpath(resolve(folder)).catch(() => undefined);
    if (root === undefined || !(await stat(root)).isDirectory()) throw new UsageError(`--root: ${folder} is no folder`);
    return new RecordingFolder(root);
  }

  /** The path of a recording that is named relative to the folder. Throws UsageError. */
  async path(name: string): Promise<string> {
    const parts = name.split(/[/\\]/);
    if (name === '' || name.includes('\0') || isAbsolute(name) || parts.includes('..') || parts.every((part) => part === '' || part === '.') || parts.some((part) => /^[A-Za-z]:$/.test(part))) throw new UsageError(`recording: ${JSON.stringify(name.slice(0, 100))} is no path within the folder of recordings: name it relative to that, without ..`);
    const path = join(this.root, ...parts);
    const files = await this.filesOf(path);
    if (files.length === 0) throw new UsageError(`recording: there is no ${JSON.stringify(name.slice(0, 100))} in the folder of recordings`);
    for (const file of files) await this.inside(file);
    for (const header of files.filter((file) => /\.hea$/i.test(file))) await this.named(header);
    return path;
  }

  /** The file of that name, and those beside it that are read with it; none: there is no such recording. */
  private async filesOf(path: string): Promise<readonly string[]> {
    const folder = dirname(path);
    const names = await readdir(folder).catch(() => []);
    const stem = basename(stemOf(path));
    const own = names.filter((one) => one === basename(path) || basename(stemOf(one)) === stem);
    return own.length === 0 ? [] : [...own, `${stem}.yaml`, 'layout.yaml'].map((one) => join(folder, one));
  }

  private async inside(file: string): Promise<void> {
    const real = await realpath(file).catch(() => undefined);
    if (real !== undefined && real !== this.root && !real.startsWith(this.root + sep)) throw new UsageError('recording: it leads out of the folder of recordings by a link');
  }

  /** Files and segments that a WFDB header names lie beside it. */
  private async named(header: string, isSegment = false): Promise<void> {
    const found = await stat(header).catch(() => undefined);
    if (found === undefined) return;
    if (found.size > HEADER_MAX_BYTES) throw new UsageError('recording: its header is larger than 1 MiB');
    const lines = (await readFile(header, 'latin1')).split(/\r\n|\r|\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const names = [...new Set(lines.slice(1).map((line) => line.trim().split(/\s+/)[0]))].filter((one) => one !== '~');
    if (names.length > NAMED_MAX) throw new UsageError(`recording: its header names more than ${NAMED_MAX} files`);
    for (const one of names) {
      if (/[/\\]/.test(one)) throw new UsageError('recording: its header names a file of another folder');
      await this.inside(join(dirname(header), one));
      if (!isSegment) {
        await this.inside(join(dirname(header), `${one}.hea`));
        await this.named(join(dirname(header), `${one}.hea`), true);
      }
    }
  }
}
