import { sha256 } from '../ecg/index.js';
import type { TargetProbability } from './probability.js';
import type { Contract, ContractTarget, Evidence } from './schema.js';

/** From the most that can be known of a target to nothing. */
const LEVELS: readonly Evidence['level'][] = ['external', 'internal', 'simulated', 'none'];

/**
 * The targets of several models at once. One that several have is claimed where each of them claims it, at the mean of their
 * thresholds, and with the least evidence among them: of their mean itself nothing was measured.
 */
export function ensembleTargets(contracts: readonly Contract[]): readonly ContractTarget[] {
  const targets = new Map<string, ContractTarget[]>();
  for (const target of contracts.flatMap((contract) => contract.targets)) targets.set(target.id, [...(targets.get(target.id) ?? []), target]);
  return [...targets.values()].map((own) => own.reduce((a, b) => both(a, b)))
    .map((target) => ({ ...target, threshold: mean(targets.get(target.id)!.map(({ threshold }) => threshold)) }));
}

function both(a: ContractTarget, b: ContractTarget): ContractTarget {
  const { evidence } = [a, b].reduce((least, one) => (LEVELS.indexOf(one.evidence.level) > LEVELS.indexOf(least.evidence.level) ? one : least));
  const bands = [a.bandHz, b.bandHz].filter((band) => band !== undefined);
  const [highpass, lowpass] = [bands.flatMap(({ highpassMax }) => highpassMax ?? []), bands.flatMap(({ lowpassMin }) => lowpassMin ?? [])];
  return {
    ...a,
    evidence,
    leadSets: a.leadSets.flatMap((one) => b.leadSets.map((other) => [...new Set([...one, ...other])])),
    placements: a.placements.filter((placement) => b.placements.includes(placement)),
    ...(bands.length > 0 && { bandHz: { ...(highpass.length > 0 && { highpassMax: Math.min(...highpass) }), ...(lowpass.length > 0 && { lowpassMin: Math.max(...lowpass) }) } }),
  };
}

/**
 * What several models say of one segment: the mean of their calibrated probabilities, a finding at a time. One that not every
 * model which has it answered for is left out: the mean of fewer would be another test, with another threshold.
 *
 * @param has ids that each model speaks of
 * @param said what each model said; undefined: it was not asked, or did not answer
 */
export function ensembleFindings(has: readonly ReadonlySet<string>[], said: readonly (readonly TargetProbability[] | undefined)[]): readonly TargetProbability[] {
  const found = new Map<string, number[]>();
  for (const { id, probability } of said.flatMap((findings) => findings ?? [])) found.set(id, [...(found.get(id) ?? []), probability]);
  return [...found]
    .filter(([id, values]) => values.length === has.filter((ids) => ids.has(id)).length)
    .map(([id, values]) => ({ id, probability: mean(values) }));
}

/** Name and hash of the models as one, as outcomes and alerts carry them; of one model its own, of none empty. */
export function ensembleIdentity(contracts: readonly Contract[]): { readonly model: string; readonly modelHash: string } {
  const hashes = contracts.map(({ model }) => model.sha256 ?? '');
  return {
    model: contracts.map(({ model }) => `${model.name}@${model.version}`).join('+'),
    modelHash: hashes.length > 1 ? sha256(hashes.join()) : (hashes[0] ?? ''),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
