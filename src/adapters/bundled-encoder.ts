import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const START_MS = 30_000;
const STOP_MS = 5_000;

/** The encoder service in a process of its own, on a free port of this machine. */
export interface BundledEncoder {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts `purkinje encoder` beside us and waits until it serves. */
export async function startBundledEncoder(model: string): Promise<BundledEncoder> {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const args = [main, 'encoder', '--model', model, '--host', '127.0.0.1', '--port', '0'];
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop it once nothing needs it any more.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const cleanUp = () => void child.kill('SIGKILL');
  process.once('exit', cleanUp);
  const endpoint = await ready(child);
  return {
    endpoint,
    async stop() {
      process.off('exit', cleanUp);
      if (child.exitCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the encoder did not start within ${START_MS / 1000} s`)), START_MS);
    let errors = '';
    child.stderr!.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-2000)));
    child.once('exit', (code) => reject(new Error(`the encoder ended with code ${code}: ${errors.trim().split('\n').at(-1) ?? ''}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const found = /"port":(\d+)/.exec(line);
      if (found === null) return;
      clearTimeout(timer);
      resolve(`127.0.0.1:${found[1]}`);
    });
  });
}
