import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { until } from '../log/probe-step.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** Below node_modules, so that the compiled program finds its packages. */
const OUT = join(ROOT, 'node_modules', '.cache', 'purkinje-test');

let compiled: Promise<unknown> | undefined;

/** Compiles the member program once a run, without checking its types: the tests' own check does that. */
function compile(): Promise<unknown> {
  const options = ['--noCheck', '--module', 'nodenext', '--target', 'es2023', '--rootDir', ROOT, '--outDir', OUT, '--types', 'node'];
  return (compiled ??= promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'tsc'), [...options, join(ROOT, 'test', 'kafka', 'member.ts')]));
}

/** A running member process and the lines it has written. */
export interface MemberProcess {
  readonly lines: readonly string[];
  said(line: string, withinMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<void>;
}

export async function startMember(config: object): Promise<MemberProcess> {
  await compile();
  const child: ChildProcess = spawn(process.execPath, [join(OUT, 'test', 'kafka', 'member.js'), JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  if (child.stdout) createInterface(child.stdout).on('line', (line) => lines.push(line));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    lines,
    said: (line, withinMs) => until(`the member to say ${line}`, () => lines.includes(line), withinMs),
    signal: (signal) => void child.kill(signal),
    ended: () => ended,
  };
}
