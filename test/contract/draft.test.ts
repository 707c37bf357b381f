/** A first contract, from what a model's file says of itself. */
import { describe, expect, test } from 'vitest';
import { draftContract, parseContract } from '../../src/contract/index.js';

const file = (input: readonly number[], more: Partial<Parameters<typeof draftContract>[0]> = {}) =>
  draftContract({ name: 'mine', sha256: 'a'.repeat(64), opset: 17, inputs: [{ name: 'x', shape: [-1, ...input] }], outputs: [{ name: 'y', shape: [-1, 3] }], ...more });

describe('a first contract', () => {
  test.each<[string, readonly number[], { layout: string; leads: number; samples: number; rateHz: number }]>([
    ['leads first', [12, 5000], { layout: 'NCT', leads: 12, samples: 5000, rateHz: 500 }],
    ['time first', [2500, 8], { layout: 'NTC', leads: 8, samples: 2500, rateHz: 250 }],
    ['as an image', [1, 1000, 12], { layout: 'N1TC', leads: 12, samples: 1000, rateHz: 100 }],
    ['laid end to end', [12000], { layout: 'flat', leads: 12, samples: 1000, rateHz: 100 }],
    ['one lead', [1, 1000], { layout: 'NCT', leads: 1, samples: 1000, rateHz: 100 }],
  ])('of a signal %s is valid', (_, shape, { leads, ...expected }) => {
    const draft = file(shape)!;
    expect(draft.input).toMatchObject(expected);
    expect(draft.input.leads).toHaveLength(leads);
    expect(parseContract(JSON.parse(JSON.stringify(draft)))).toMatchObject({ ok: true });
  });

  test('takes an output by name for an embedding, the other for logits, and names what nobody reads', () => {
    const draft = file([12, 1000], { outputs: [{ name: 'embedding', shape: [-1, 256] }, { name: 'scores', shape: [-1, 5] }, { name: 'attention', shape: [-1, 12, 250] }] })!;
    expect(draft.outputs).toMatchObject({ logits: { tensor: 'scores', targets: Array(5).fill(null) }, embedding: { tensor: 'embedding', size: 256 } });
    expect(draft.notes).toContain('Output attention is not read.');
  });

  test('takes the longest signal for the input, and asks where two outputs could be the logits', () => {
    const draft = file([12, 1000], { inputs: [{ name: 'demographics', shape: [-1, 24] }, { name: 'short', shape: [-1, 1, 100] }, { name: 'ecg', shape: [-1, 12, 5000] }], outputs: [{ name: 'pooled', shape: [-1, 768] }, { name: 'aux', shape: [-1, 9] }, { name: 'logits', shape: [-1, 5] }] })!;
    expect([draft.input.tensor, draft.outputs.logits?.tensor, draft.outputs.embedding?.tensor]).toEqual(['ecg', 'logits', 'pooled']);
    expect(draft.notes).toContain('TO DO outputs.logits.tensor: aux, logits could be it.');
  });

  test('says that a batch is fixed, and is not made where nothing comes out', () => {
    expect(file([12, 1000], { inputs: [{ name: 'x', shape: [1, 12, 1000] }] })!.notes).toContainEqual(expect.stringContaining('its batch is fixed to 1'));
    expect(file([12, 1000], { outputs: [{ name: 'map', shape: [-1, 12, 250] }] })).toBeUndefined();
  });

  test('makes a name that a folder can bear', () => {
    expect(file([12, 1000], { name: '../my model (v2)' })!.model.name).toBe('my-model-v2-');
    expect(file([12, 1000], { name: '…' })!.model.name).toBe('model');
  });

  test.each<[string, readonly number[]]>([['of free sizes', [-1, -1]], ['of pictures', [3, 224, 224]], ['of too many leads', [64, 1000]], ['without a shape', []], ['of a table', [24]]])('is not made of an input %s', (_, shape) => {
    expect(file(shape)).toBeUndefined();
  });
});
