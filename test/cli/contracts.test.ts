/** A contract without weights conditions recordings; served it cannot be, and the command says where the weights come from. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readNpy } from '../npy.js';
import { purkinje } from './purkinje.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('segments takes a contract alone', { timeout: 60_000 }, async () => {
  const [records, out, config] = ['records', 'out', 'purkinje.yaml'].map((name) => join(folder, name));
  writeFileSync(config, 'encoder:\n  model: models/contracts/ecg-fm\n');
  expect((await purkinje(['simulate', '--out', records, '--condition', 'sinus-rhythm', '--duration', '20s', '--seed', '3'])).code).toBe(0);
  expect(await purkinje(['segments', records, '--out', out, '--config', config])).toMatchObject({ code: 0 });
  const tensors = readdirSync(out).filter((name) => name.endsWith('.npy') && !name.includes('physical'));
  expect(tensors).toHaveLength(2);
  for (const name of tensors) expect(readNpy(join(out, name)).shape).toEqual([2, 12, 2500]);
});

test('encoder does not serve it', { timeout: 60_000 }, async () => {
  const { code, err } = await purkinje(['encoder', '--model', 'models/contracts/merl']);
  expect(code).not.toBe(0);
  expect(err).toContain('without weights');
  expect(err).toContain('MERL-ICML2024');
});
