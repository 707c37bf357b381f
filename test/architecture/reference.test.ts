/** What others build on changes only where somebody sees it: commands and options, keys of the configuration, fields of a contract. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { referenceFiles } from '../../src/cli/reference/index.js';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, 'docs/reference', name), 'utf8');

describe('the reference', async () => {
  const files = await referenceFiles();

  test.each(Object.keys(files))('%s is what the code says: `npm run reference` writes it', (name) => expect(read(name)).toBe(files[name]));

  test('and nothing else is there', () => expect(readdirSync(join(root, 'docs/reference')).sort()).toEqual(Object.keys(files).sort()));

  test('the schema of contracts takes each contract that ships, and refuses a misspelt field', () => {
    const schema = z.fromJSONSchema(JSON.parse(read('encoder.schema.json')));
    const contracts = ['purkinje-s', ...readdirSync(join(root, 'models/contracts')).map((name) => `contracts/${name}`)].map((name) => join(root, 'models', name, 'encoder.json')).filter((path) => existsSync(path));
    expect(contracts.length).toBeGreaterThan(10);
    for (const path of contracts) {
      const contract = JSON.parse(readFileSync(path, 'utf8'));
      expect(schema.safeParse(contract).error, path).toBeUndefined();
      expect(schema.safeParse({ ...contract, modle: {} }).success).toBe(false);
    }
  });

  test('the schema of the configuration takes the example of the documentation, and refuses a misspelt key', () => {
    const schema = z.fromJSONSchema(JSON.parse(read('configuration.schema.json')));
    const text = (key: string) => parse(`policy:\n  ${key}: medium\n  lowPerBedDay: 6\n  findings:\n    atrial-fibrillation: { threshold: 0.5, cooldownS: 600 }\n`);
    expect(schema.safeParse(text('priorityCeiling')).error).toBeUndefined();
    expect(schema.safeParse(text('priorityCieling')).success).toBe(false);
  });
});
