import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const START_MS = 30_000;
const STOP_MS = 5_000;
/** One that ended unexpectedly is started again after this. */
const AGAIN_MS = 1_000;

/** The encoder service in a process of its own, on a free port of this machine. */
export interface BundledEncoder {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts `purkinje encoder` beside us, waits until it serves, and starts it again on the same port whenever it ends unexpectedly (`onEnded`). */
export async function startBundledEncoder(model: string, onEnded: () => void = () => {}): Promise<BundledEncoder> {
  let stopping = false;
  let again: NodeJS.Timeout | undefined;
  let child = run(model, 0);
  const cleanUp = () => void child.kill('SIGKILL');
  process.once('exit', cleanUp);
  const port = await served(child);
  const watch = () =>
    child.once('exit', () => {
      if (stopping) return;
      onEnded();
      again = setTimeout(() => {
        child = run(model, port);
        watch();
      }, AGAIN_MS);
    });
  watch();
  return {
    endpoint: `127.0.0.1:${port}`,
    async stop() {
      stopping = true;
      clearTimeout(again);
      process.off('exit', cleanUp);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

function run(model: string, port: number): ChildProcess {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const args = [main, 'encoder', '--model', model, '--host', '127.0.0.1', '--port', String(port)];
  // In the clear on loopback, whatever encoders elsewhere are to use. Its own process group: Ctrl-C in a terminal reaches us alone, and we stop it once nothing needs it any more. If we are
  // killed, the channel between us closes and it ends too.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true, env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PURKINJE_ENCODER_'))) });
  // Read it, or it stands still once the pipe is full.
  child.stderr!.resume();
  return child;
}

/** Its port, once it serves. */
function served(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the encoder did not start within ${START_MS / 1000} s`)), START_MS);
    let errors = '';
    child.stderr!.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-2000)));
    child.once('exit', (code) => reject(new Error(`the encoder ended with code ${code}: ${errors.trim().split('\n').at(-1) ?? ''}`)));
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve((message as { port: number }).port);
    });
  });
}
