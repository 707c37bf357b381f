// What others build on, and the line of CHANGELOG.md that says how it changed: a change of the one without the other is refused.
//   node deploy/public-surface.mjs [--record] [FOLDER]
// Without --record it compares, and exits 1 where something changed since it was recorded. `npm run reference` records.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
const root = args.find((arg) => !arg.startsWith('--')) ?? join(import.meta.dirname, '..');
const record = join(root, 'test/architecture/public-surface.json');

const filesIn = (folder) => readdirSync(join(root, folder)).sort().map((name) => `${folder}/${name}`);
const surface = Object.fromEntries([...filesIn('docs/reference'), ...filesIn('proto/ecg/v1')].map((path) => [path, createHash('sha256').update(readFileSync(join(root, path))).digest('hex')]));
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const unreleased = (/^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog)?.[1] ?? '').split('\n').filter((line) => line.startsWith('- '));

const before = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : { surface: {}, lines: [] };
const changed = [...new Set([...Object.keys(surface), ...Object.keys(before.surface)])].filter((path) => surface[path] !== before.surface[path]);
const fresh = unreleased.filter((line) => !before.lines.includes(line));
if (changed.length > 0 && fresh.length === 0) {
  console.error(`changed, and CHANGELOG.md has no new line under Unreleased that says so: ${changed.join(', ')}`);
  process.exit(1);
}
if (args.includes('--record')) writeFileSync(record, `${JSON.stringify({ surface, lines: unreleased }, null, 2)}\n`);
else if (changed.length > 0) {
  console.error(`changed since it was recorded: ${changed.join(', ')}. Run npm run reference`);
  process.exit(1);
}
