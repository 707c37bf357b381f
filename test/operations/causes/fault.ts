import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TOPICS } from '../../../src/ports/index.js';
import { encodeChunk } from '../../../src/wire/index.js';
import { playOf } from '../scenario.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOUND = 'if (counts[fate] !== 0)';
const FORGETFUL = "if (counts[fate] !== 0 && fate !== 'repeated')";

/** The compiled program with one fault: samples that came twice are read, and forgotten. No fault of ours that a sender could provoke is known. */
function forgetful(): string {
  const folder = join(ROOT, '.cache', 'forgetful');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['models', 'proto', 'package.json']) symlinkSync(join(ROOT, name), join(folder, name));
  const path = join(folder, 'dist', 'line', 'score', 'sample-accounting.js');
  const text = readFileSync(path, 'utf8');
  if (!text.includes(SOUND)) throw new Error(`${path}: the place of the planted fault is gone`);
  writeFileSync(path, text.replace(SOUND, FORGETFUL));
  return join(folder, 'dist', 'cli', 'main.js');
}

export const FAULT = playOf({
  name: 'a fault of the program',
  async open({ prometheus, stage: openStage }) {
    const stage = await openStage();
    // Rules only, as it is meant: nothing may speak of an encoder.
    const engine = await stage.engine('none', { main: forgetful() });
    await stage.admit(2);
    await stage.scrape(prometheus, { engine: [engine.metrics] });
    return { stage };
  },
  scenarios: [
    {
      story: 'samples come twice, and the program forgets to count them',
      cause({ stage: { beds } }) {
        const chunk = beds.chunkOf('bed-1');
        const twice = { topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) };
        beds.send(twice, twice);
      },
      fires: { PurkinjeSamplesUnaccounted: 660 },
    },
  ],
});
