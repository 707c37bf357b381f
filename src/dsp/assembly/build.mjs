// AssemblyScript → src/dsp/gen/kernels.ts: the module's bytes as text, because a room reads no files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const gen = join(import.meta.dirname, '../gen');
const flags = ['--outFile', 'kernels.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
let wasm;
const { error, stderr } = await asc.main([join(import.meta.dirname, 'index.ts'), ...flags], {
  writeFile: (_name, contents) => {
    wasm = contents;
  },
});
if (error) {
  console.error(stderr.toString() || error.message);
  process.exit(1);
}
mkdirSync(gen, { recursive: true });
writeFileSync(join(gen, 'kernels.ts'), `export const KERNELS = '${Buffer.from(wasm).toString('base64')}';\n`);
