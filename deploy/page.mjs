// src/page → dist/page: one script, one stylesheet, one document, served as they are.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [from, to] = [join(root, 'src/page'), join(root, 'dist/page')];
/** Of the page's files together, compressed. */
const MAX_BYTES = 60_000;

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
await build({
  entryPoints: [join(from, 'page.ts'), join(from, 'page.css')],
  outdir: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome120', 'firefox121', 'safari17.5'],
  legalComments: 'inline',
  logLevel: 'warning',
});
copyFileSync(join(from, 'index.html'), join(to, 'index.html'));
const bytes = ['page.js', 'page.css', 'index.html'].reduce((sum, name) => sum + gzipSync(readFileSync(join(to, name))).length, 0);
if (bytes > MAX_BYTES) {
  console.error(`the page is ${bytes} bytes compressed: at most ${MAX_BYTES}`);
  process.exit(1);
}
