/** The command line as a whole: every command is listed, a misspelt one gets a suggestion, and a command loads only what it needs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { purkinje } from './purkinje.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');
const HEAVY = ['@grpc/grpc-js', 'kafkajs', 'onnxruntime-node', 'classic-level', 'prom-client'];

/** Which of the heavy packages a command loads. */
function loadedBy(...args: string[]): string[] {
  const script = `
    process.argv.splice(1, Infinity, ${JSON.stringify(MAIN)}, ...${JSON.stringify(args)});
    process.on('exit', () => console.error('LOADED ' + Object.keys(require('node:module')._cache).join(' ')));
    import(${JSON.stringify(MAIN)});
  `;
  const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const loaded = /^LOADED (.*)$/m.exec(stderr)?.[1] ?? '';
  expect(loaded, stderr).toContain('commander');
  return HEAVY.filter((name) => loaded.includes(`node_modules/${name}/`));
}

describe('the command line', () => {
  it('loads nothing heavy for its version or for the help of a command that calls a monitor', () => {
    expect(loadedBy('--version')).toEqual([]);
    expect(loadedBy('alerts', 'list', '--help')).toEqual([]);
    // The check would see it.
    expect(loadedBy('engine', '--help')).toEqual(expect.arrayContaining(['kafkajs', '@grpc/grpc-js']));
  });

  it('lists every command, whether or not one was named', async () => {
    const all = await purkinje(['--help']);
    expect(all.code).toBe(0);
    const names = [...all.out.split('Commands:')[1].split('Example:')[0].matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(names).toEqual(['up', 'engine', 'encoder', 'monitor', 'gateway', 'replay', 'segments', 'report', 'ask', 'mcp', 'convert', 'simulate', 'evaluate', 'models', 'alerts', 'check', 'doctor', 'help']);
    const nested = await purkinje(['help', 'alerts']);
    expect(nested.out).toMatch(/verify/);
  });

  it.each([
    [['upp'], /Did you mean up\?/],
    [['alerts', 'lst'], /Did you mean list\?/],
    [['toString'], /unknown command 'toString'/],
  ])('reports a command that is not there, with the nearest one: %j', async (args, hint) => {
    const { code, err } = await purkinje(args);
    expect([code, err]).toEqual([2, expect.stringMatching(hint)]);
  });
});
