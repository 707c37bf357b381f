/** The catalogue: 89 targets in three groups and the rules on measurements, each with what the engine needs of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCatalogue } from '../../src/contract/index.js';
import { RULES } from '../../src/decide/index.js';

const parsed = parseCatalogue(JSON.parse(readFileSync('models/catalogue.json', 'utf8')));
if (!parsed.ok) throw new Error('the catalogue does not parse');
const { findings } = parsed.value;
const of = (group: string) => findings.filter((finding) => finding.group === group);

describe('the catalogue', () => {
  test('has 45 targets of the ECG, 39 of the echocardiogram and 5 rare diseases', () => {
    expect([of('ecg').length, of('echo').length, of('rare').length]).toEqual([45, 39, 5]);
  });

  test('has every rule of the engine beside them, and no other', () => {
    expect(of('rule').map(({ id }) => id).sort()).toEqual(RULES.map(({ id }) => id).filter((id) => id.startsWith('rule-')).sort());
    expect(findings).toHaveLength(89 + of('rule').length + of('technical').length);
  });

  test('names each finding once, and gives each target a prompt of its own', () => {
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    const prompts = findings.flatMap(({ group, prompt }) => (group === 'rule' || group === 'technical' ? [] : [prompt]));
    expect(prompts.every((prompt) => prompt !== undefined && prompt.length > 3)).toBe(true);
    expect(new Set(prompts).size).toBe(89);
  });

  test('calls nobody at high priority for a disease that does not come and go', () => {
    const structural = findings.filter(({ kind, group }) => kind === 'structural' && group !== 'rule');
    expect(structural.filter(({ priority }) => priority === 'high')).toEqual([]);
  });
});
