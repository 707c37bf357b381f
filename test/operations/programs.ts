import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const START_MAX_MS = 40_000;

export interface Program {
  /** What of the awaited line was asked for. */
  readonly found: RegExpExecArray;
  /** Everything on stdout so far. */
  readonly said: readonly string[];
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another compiled program. */
  readonly main?: string;
}

/** Starts a command of purkinje and waits for a line on its stdout. */
export async function startPurkinje(args: readonly string[], awaited: RegExp, { env, main = 'dist/cli/main.js' }: StartOptions = {}): Promise<Program> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const said: string[] = [];
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-2000)));
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`purkinje ${args.join(' ')}: ${why}: ${errors.trim().split('\n').at(-1)}`));
    const timer = setTimeout(() => fail(`said nothing within ${START_MAX_MS / 1000} s`), START_MAX_MS);
    child.once('exit', (code) => fail(`ended with ${code}`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      const match = awaited.exec(line);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    });
  });
  return { found, said, signal: (signal) => void child.kill(signal), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await gone;
  clearTimeout(timer);
}
