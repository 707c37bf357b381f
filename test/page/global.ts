import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The browser's program, or undefined where it cannot be had. */
    chromium: string | undefined;
  }
}

const CHROMIUM = '/usr/bin/chromium';

/** Finds Chromium, or installs Debian's package, once for the whole run. */
export default function setup(project: TestProject): void {
  if (!existsSync(CHROMIUM)) {
    const install = () => spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore', timeout: 300_000 });
    if (install().status !== 0) {
      spawnSync('apt-get', ['update'], { stdio: 'ignore', timeout: 180_000 });
      install();
    }
  }
  const found = existsSync(CHROMIUM) ? CHROMIUM : undefined;
  if (found === undefined) {
    if (process.env.CI === 'true') throw new Error('the page tests need Chromium: apt-get install chromium');
    process.stderr.write('\n*** Chromium is not installed and cannot be: the page tests are SKIPPED ***\n\n');
  }
  project.provide('chromium', found);
}
