/** The documentation is true where a machine can tell: links lead somewhere, and the commands in it exist with the options that it names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { withSubcommands } from '../../src/cli/subcommands.js';

const root = join(import.meta.dirname, '../..');
const scripts = new Set(Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts));
const program = await withSubcommands(new Command('purkinje'), COMMANDS, []);
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'models'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join(folder, name))),
];

/** Anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

/** What of a page's links leads nowhere. */
export function deadLinks(page: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path, anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return [link];
    return anchor === undefined || !target.endsWith('.md') || anchorsOf(readFileSync(join(root, target), 'utf8')).has(anchor) ? [] : [link];
  });
}

/** What of the commands in a page does not exist: lines of code blocks, and code within sentences. */
export function wrongCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([^]*?)^```|((?:^ {4,}.*\n)+)/gm)].flatMap(([, fenced, indented]) => (fenced ?? indented).replaceAll('\\\n', ' ').split('\n'));
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);
  return [...blocks, ...inline].flatMap((line) => [...line.matchAll(/(?:^|[\s=(;|&])(purkinje|npm run) ([^|;&>)#]*)/g)].flatMap(([, tool, rest]) => (tool === 'npm run' ? wrongScript(rest) : wrongWords(rest))));
}

function wrongScript(rest: string): string[] {
  const [name] = rest.trim().split(/\s+/);
  return scripts.has(name) ? [] : [`npm run ${name}`];
}

function wrongWords(rest: string): string[] {
  let command = program;
  const path = ['purkinje'];
  const words = rest.trim().split(/\s+/);
  while (words.length > 0) {
    const next = command.commands.find((one) => one.name() === words[0]);
    if (next === undefined) break;
    [command] = [next];
    path.push(words.shift()!);
  }
  if (command.commands.length > 0) return /^[a-z]+$/.test(words[0] ?? '') && words[0] !== 'help' ? [`${path.join(' ')} ${words[0]}`] : [];
  const known = new Set(['--help', '--version', ...command.options.flatMap(({ long, short }) => [long, short])]);
  return words.flatMap((word) => {
    const [flag] = word.split('=');
    return /^--?[a-z][a-z-]*$/.test(flag) && !known.has(flag) ? [`${path.join(' ')} ${flag}`] : [];
  });
}

describe('the documentation', () => {
  test.each(pages)('%s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    expect({ links: deadLinks(page, text), commands: wrongCommands(text) }).toEqual({ links: [], commands: [] });
  });

  test('a link to nowhere, an option and a script that are not there are caught', () => {
    expect(deadLinks('README.md', '[a](docs/nowhere.md) [b](docs/alerts.md#figures) [c](docs/alerts.md#no-such)')).toEqual(['docs/nowhere.md', 'docs/alerts.md#no-such']);
    const wrong = wrongCommands('Take `purkinje replay --dirct x`, `purkinje replya x`, `purkinje alerts lst` or\n\n    npx purkinje alerts list --unit a --beds b\n    npm run banch\n');
    expect(new Set(wrong)).toEqual(new Set(['purkinje alerts list --beds', 'npm run banch', 'purkinje replay --dirct', 'purkinje replya', 'purkinje alerts lst']));
  });
});
