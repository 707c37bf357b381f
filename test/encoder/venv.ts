import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Venv {
  readonly python: string;
  /** Its site-packages. */
  readonly site: string;
  /** As in 3.11. */
  readonly version: string;
}

/**
 * A Python environment kept between runs, made at the first. Undefined, and said aloud, where this machine has no
 * Python that can make one; under CI that is a failure.
 */
export function venv(name: string, requirements: readonly string[], options: readonly string[] = []): Venv | undefined {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'purkinje', name);
  const python = join(folder, 'bin', 'python');
  const marker = join(folder, 'complete');
  const wanted = [...requirements, ...options].join('\n');
  try {
    if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' });
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...options, ...requirements], { stdio: 'pipe' });
      writeFileSync(marker, wanted);
    }
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n').at(-1) ?? String(error);
    if (process.env['CI'] === 'true') throw new Error(`no Python environment ${name}: ${said}`);
    console.warn(`\n*** SKIPPED: no Python environment ${name}: ${said} ***\n`);
    return undefined;
  }
  const version = readdirSync(join(folder, 'lib')).find((entry) => entry.startsWith('python'))!.slice('python'.length);
  return { python, site: join(folder, 'lib', `python${version}`, 'site-packages'), version };
}

/** Runs a script and parses the JSON it prints. */
export function runPython(python: string, script: string, args: readonly string[]): any {
  const run = spawnSync(python, [script, ...args], { encoding: 'utf8', timeout: 120_000 });
  if (run.status !== 0) throw new Error(`${script} ended with ${run.status}: ${run.stderr.trim().split('\n').slice(-3).join(' | ')}`);
  return JSON.parse(run.stdout);
}
