/** What the doors cannot see: time and chance in the wrong place, servers of their own, files that grew too long, names that say nothing. Invariants: I21, I90, I91 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const LINES_MAX = 400;
const EFFECTS = /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.env\b|\bperformance\.now\(/;
/** Where time, chance and the environment may be touched; the page runs in a browser. */
const RIM = /^src\/(adapters|config|cli|page)\//;
/** Of the page: they follow from what they are given. */
const PAGE_PURE = /^src\/page\/(addresses\.ts|ward\/alerts\.ts|wall\/tiles\.ts|words\/(en|de|pseudo)\.ts)$/;
/** Rooms are pure steps: nothing in them waits, asks the network or draws lots. */
const ROOM = /^src\/(ingest|wire|assemble|grade|condition|encode|decide|deliver|evaluate|dsp|contract|ecg|explain)\//;
const WAITING = /\basync\b|\bawait\b|\bnew Promise\b|\bfetch\(|\bcrypto\.random|\brandomUUID\b/;
/** Sockets are opened where every connection gets its bounds, its headers, and its end with the certificate that let it in. */
const LISTENS = /\b(createServer|createSecureServer|bindAsync)\(/;
const DOORS = /^src\/adapters\/(http|mllp)\//;
const VAGUE = /(^|\/)(utils?|helpers?|common|misc|shared|manager|data|stuff|lib)(\.ts$|\/)/i;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'gen' ? [] : sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function offences(base: string): string[] {
  return sources(join(base, 'src')).flatMap((path) => {
    const name = path.slice(base.length + 1);
    const text = readFileSync(path, 'utf8');
    const found: string[] = [];
    if (!RIM.test(name) || PAGE_PURE.test(name)) {
      const line = text.split('\n').find((l) => EFFECTS.test(l) && !/^\s*(\*|\/\/|\/\*)/.test(l));
      if (line !== undefined) found.push(`${name}: an effect outside the rim: ${line.trim()}`);
    }
    if (ROOM.test(name)) {
      const line = text.split('\n').find((l) => WAITING.test(l) && !/^\s*(\*|\/\/|\/\*)/.test(l));
      if (line !== undefined) found.push(`${name}: a room that waits: ${line.trim()}`);
    }
    if (!DOORS.test(name) && LISTENS.test(text)) found.push(`${name}: a server of its own: listen with adapters/http or mllp`);
    if (text.split('\n').length > LINES_MAX) found.push(`${name}: over ${LINES_MAX} lines: which room inside wants a door of its own?`);
    if (VAGUE.test(name)) found.push(`${name}: a name that says nothing`);
    return found;
  });
}

test('time, chance and the environment stay at the rim; files stay short; names say something', () => expect(offences(root)).toEqual([]));

test.each(['has-a-clock', 'waits', 'listens'])('a planted offender is caught: %s', (name) => expect(offences(resolve(import.meta.dirname, 'offenders')).join()).toContain(`${name}.ts`));

test('no page waits to be filled in', () => {
  const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  expect(pages.filter((page) => /@[A-Z_]{2,}@|\bTODO\b|\bTBD\b/.test(readFileSync(join(root, page), 'utf8')))).toEqual([]);
});
