/** The bill of materials that is shipped. `npm sbom --omit dev` leaves out packages that development needs too, so it names all, and marks those. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

test('names every package that runs, direct or brought by another, with version and hash, and marks those for development', () => {
  const { scripts, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string>; dependencies: Record<string, string> };
  const folder = mkdtempSync(join(tmpdir(), 'purkinje-sbom-'));
  const file = join(folder, 'sbom.json');
  execFileSync('sh', ['-c', scripts.sbom.replace('dist/sbom.cdx.json', file)], { stdio: 'ignore' });
  const { bomFormat, components } = JSON.parse(readFileSync(file, 'utf8')) as { bomFormat: string; components: readonly Component[] };
  rmSync(folder, { recursive: true });
  expect(bomFormat).toBe('CycloneDX');
  const listed = new Map(components.map((one) => [`${one.name}@${one.version}`, one]));
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
  // Of optional packages those of other platforms are not installed.
  const installed = Object.entries(packages).filter(([path, { optional }]) => path !== '' && optional !== true);
  expect(installed.length).toBeGreaterThan(100);
  for (const [path, { version, dev = false }] of installed) {
    const one = listed.get(`${path.replace(/^.*node_modules\//, '')}@${version}`);
    expect(one?.hashes, path).toHaveLength(1);
    expect(one!.properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true'), path).toBe(dev);
  }
  for (const [name, version] of Object.entries(dependencies)) expect(listed.get(`${name}@${version}`)?.licenses, name).toHaveLength(1);
});
