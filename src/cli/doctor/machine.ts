import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, release, tmpdir, totalmem } from 'node:os';
import type { Looked } from '../looked.js';
import { VERSION } from '../version.js';

/** Under it the embedded log, recordings and reports have little time left. */
const DISK_MIN_BYTES = 2 ** 30;
const MEMORY_MIN_BYTES = 2 ** 30;
/** A monitor holds up to 12,000 connections to its page and 4,000 to gRPC. */
const FILES_MIN = 16_384;
/** The oldest Node that is tested. */
const NODE_MIN = [20, 19] as const;

export interface Machine {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly memoryMb: number;
}

export function machine(): Machine {
  return { version: VERSION, node: process.versions.node, platform: `${process.platform} ${release()} ${arch()}`, cpus: availableParallelism(), memoryMb: Math.round(totalmem() / 2 ** 20) };
}

/** Node, memory, free disk and open files, against what the programs need. */
export async function machineLooked(node: string = process.versions.node): Promise<readonly Looked[]> {
  const [major, minor] = node.split('.').map(Number);
  const isNew = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  const disks = [['the working folder', process.cwd()], ['the folder for temporary files', tmpdir()]] as const;
  return [
    { ok: isNew, text: `Node ${node}`, hint: `install Node ${NODE_MIN.join('.')} or later` },
    warned(totalmem() >= MEMORY_MIN_BYTES, `${gib(totalmem())} GiB of memory`, 'give it 1 GiB at least'),
    ...(await Promise.all(disks.map(([what, folder]) => diskLooked(what, folder)))),
    ...(await filesLooked()),
  ];
}

async function diskLooked(what: string, folder: string): Promise<Looked> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return warned(bavail * bsize >= DISK_MIN_BYTES, `${gib(bavail * bsize)} GiB free under ${what}`, 'make room: 1 GiB at least');
  } catch {
    return warned(false, `it is not known how much is free under ${what}`, 'look whether it is there');
  }
}

/** Linux says it; elsewhere it is not looked at. */
async function filesLooked(): Promise<readonly Looked[]> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) return [];
  return [warned(soft === 'unlimited' || Number(soft) >= FILES_MIN, `${soft} files may be open at once`, `a monitor with thousands of subscribers needs ${FILES_MIN}: ulimit -n, or LimitNOFILE of its service`)];
}

const warned = (isFine: boolean, text: string, hint: string): Looked => ({ ok: true, isWarning: !isFine, text, hint });
const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
