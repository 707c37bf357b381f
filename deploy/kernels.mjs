// src/dsp/assembly (AssemblyScript) → src/dsp/gen/kernels.ts: the module's bytes as text, because a room reads no files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const dsp = join(import.meta.dirname, '../src/dsp');
const flags = ['--outFile', 'kernels.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
let wasm;
const { error, stderr } = await asc.main([join(dsp, 'assembly/index.ts'), ...flags], {
  writeFile: (_name, contents) => {
    wasm = contents;
  },
});
if (error) {
  console.error(stderr.toString() || error.message);
  process.exit(1);
}
mkdirSync(join(dsp, 'gen'), { recursive: true });
writeFileSync(join(dsp, 'gen/kernels.ts'), `export const KERNELS = '${Buffer.from(wasm).toString('base64')}';\n`);
