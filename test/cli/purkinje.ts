import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Of the page and AlertService of every program that is run here. */
export const TOKEN = 'a-token-for-the-programs-of-the-tests';
export const SIGNED_IN = { headers: { authorization: `Bearer ${TOKEN}` } };

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The JSON lines of stdout. */
  readonly lines: readonly any[];
}

type During = (child: { readonly pid: number; kill(signal: NodeJS.Signals): void; out(): string }) => Promise<void>;

/** Runs the built program as a user would, by default on the Node that runs the tests. `during` sees it while it runs. */
export function purkinje(args: readonly string[], during: During = async () => {}, node: string = process.execPath): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(node, [join(root, 'dist/cli/main.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PURKINJE_ECG_DIR: undefined, PURKINJE_MONITOR_TOKEN: TOKEN, PURKINJE_CLIENT_TOKEN: TOKEN } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    child.on('exit', (code) => {
      const lines = out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      done({ code, out, err, lines });
    });
    during({ pid: child.pid!, kill: (signal) => child.kill(signal), out: () => out + err }).catch((error) => {
      child.kill('SIGKILL');
      fail(error as Error);
    });
  });
}

/** Waits until what a program said matches. */
export async function said(child: { out(): string }, pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const found = pattern.exec(child.out());
    if (found !== null) return found;
    if (performance.now() > untilMs) throw new Error(`never said ${pattern}`);
    await new Promise((resolve_) => setTimeout(resolve_, 50));
  }
}

/** Processes whose parent is this one (Linux). */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === parent;
    } catch {
      return false;
    }
  });
}
