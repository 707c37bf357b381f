import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32c } from '@node-rs/crc32';
import { uncompressSync } from 'snappy';

/*
 * LevelDB's tables carry a checksum for each block, and the binding has no switch to have them looked at: a flipped bit
 * within a block's structure ends the whole process in an assertion, at every start. So they are looked at here before
 * LevelDB opens the folder.
 *
 *   table:  blocks, then the footer: handles of the meta index and of the index, padding, magic
 *   block:  content, kind (0 plain, 1 snappy), checksum (CRC-32C of content and kind, masked)
 *   handle: offset, size (varints)
 *   index:  entries (shared, own and value length as varints, own part of the key, value: a block's handle), then the
 *           offsets of the restarts and their number (uint32)
 */

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const TRAILER_BYTES = 5;
const SNAPPY = 1;
/** Read at once: LevelDB's blocks are of 4 KiB or one record. */
const READ_BYTES = 2 ** 20;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** Another process may just be writing a table, and will be found out when the folder is opened. */
const SECOND_LOOK_MS = 250;

/** The first table that is not what was written, and what is wrong with it. Undefined: all are sound. Reads every byte of them. */
export async function findDamagedTable(folder: string): Promise<{ file: string; detail: string } | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /\.(ldb|sst)$/.test(one))) {
    const file = join(folder, name);
    if ((await look(file)) === undefined) continue;
    await sleep(SECOND_LOOK_MS);
    const detail = await look(file);
    if (detail !== undefined) return { file, detail };
  }
  return undefined;
}

async function look(file: string): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    // Compaction by another process has dropped it.
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return await damageOf(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

async function damageOf(file: FileHandle, size: number): Promise<string | undefined> {
  if (size < FOOTER_BYTES) return 'it is cut off';
  const footer = await read(file, size - FOOTER_BYTES, FOOTER_BYTES);
  if (!footer.subarray(FOOTER_BYTES - MAGIC.length).equals(MAGIC)) return 'its footer is damaged';
  try {
    const handles = new Handles(footer);
    const [metaIndex, index] = [handles.next(), handles.next()];
    const meta = blocksOf(await blockAt(file, metaIndex, size));
    const blocks = blocksOf(await blockAt(file, index, size));
    for (const block of meta) await blockAt(file, block, size);
    await checkAll(file, blocks, size);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** In their order in the file, many to one read. */
async function checkAll(file: FileHandle, blocks: readonly Handle[], size: number): Promise<void> {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  for (const { offset, size: length } of blocks) {
    const end = offset + length + TRAILER_BYTES;
    if (end > size) throw new Error(`a block ends beyond the file, at ${end}`);
    if (offset < start || end > start + window.length) {
      start = offset;
      window = await read(file, offset, Math.max(end - offset, Math.min(READ_BYTES, size - offset)));
    }
    check(window.subarray(offset - start, end - start), offset);
  }
}

async function blockAt(file: FileHandle, { offset, size }: Handle, fileSize: number): Promise<Buffer> {
  if (offset + size + TRAILER_BYTES > fileSize) throw new Error(`a block ends beyond the file, at ${offset + size}`);
  const block = await read(file, offset, size + TRAILER_BYTES);
  check(block, offset);
  return block[size] === SNAPPY ? (uncompressSync(block.subarray(0, size)) as Buffer) : block.subarray(0, size);
}

function check(block: Buffer, offset: number): void {
  const at = block.length - 4;
  const crc = crc32c(block.subarray(0, at)) >>> 0;
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (masked !== block.readUInt32LE(at)) throw new Error(`the block at byte ${offset} is damaged`);
}

/** The handles that an index block holds. */
function blocksOf(index: Buffer): Handle[] {
  const restarts = index.readUInt32LE(index.length - 4);
  const end = index.length - 4 - restarts * 4;
  const handles: Handle[] = [];
  const entries = new Handles(index);
  while (entries.at < end) {
    entries.varint();
    const own = entries.varint();
    const length = entries.varint();
    const behind = entries.at + own + length;
    entries.at += own;
    handles.push(entries.next());
    entries.at = behind;
  }
  return handles;
}

class Handles {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  next(): Handle {
    return { offset: this.varint(), size: this.varint() };
  }

  varint(): number {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  if (bytesRead < length) throw new Error('it is cut off');
  return buffer;
}
