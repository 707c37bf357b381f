import { type Catalogue, type ContractTarget, sigmoid } from '../contract/index.js';
import { type Evidence, type FindingKind, type Priority, sha256 } from '../ecg/index.js';
import { BEAT_RULES, RULES } from './rules/index.js';

/** How one finding becomes an alert. */
export interface PolicyEntry {
  readonly finding: string;
  readonly kind: FindingKind;
  readonly priority: Priority;
  readonly evidence: Evidence;
  /** At or above: counts for the finding. */
  readonly threshold: number;
  /** Below: counts against it. Between the two nothing changes. */
  readonly release: number;
  /** Raised when `n` of the last `m` usable segments count for it. */
  readonly n: number;
  readonly m: number;
  readonly cooldownS: number;
  /** Leads that must be without fault, one set of them; empty: any segment that is not unusable. */
  readonly leadSets: readonly (readonly string[])[];
  readonly placements: readonly string[];
  readonly bandHz?: { readonly highpassMax?: number; readonly lowpassMin?: number };
}

export interface Policy {
  readonly entries: ReadonlyMap<string, PolicyEntry>;
  readonly structural: StructuralPolicy;
  /** Every alert carries it. */
  readonly hash: string;
  /** Of the thresholds alone, finding by finding. */
  readonly thresholdSetHash: string;
}

/** One decision per encounter: the first moment with enough segments over enough time, from their median. */
export interface StructuralPolicy {
  readonly segmentsMin: number;
  readonly spanMinS: number;
  readonly againAfterS: number;
}

export interface PolicySettings {
  readonly priorityCeiling: Priority;
  readonly structural: StructuralPolicy;
  /** How many segments must agree, and how long it rests; `beats`: rules on beats in a row, which need no second segment. */
  readonly kinds: Readonly<Record<'episodic' | 'sustained' | 'beats', { readonly n: number; readonly m: number; readonly cooldownS: number }>>;
  /** No finding is raised that its own model holds for less likely, however high the specificity there. */
  readonly probabilityMin: number;
  /** Hysteresis: release = threshold × this. */
  readonly releaseShare: number;
}

export const POLICY_DEFAULTS: PolicySettings = {
  priorityCeiling: 'medium',
  structural: { segmentsMin: 30, spanMinS: 1800, againAfterS: 86_400 },
  kinds: { beats: { n: 1, m: 3, cooldownS: 0 }, episodic: { n: 2, m: 3, cooldownS: 300 }, sustained: { n: 4, m: 5, cooldownS: 3600 } },
  probabilityMin: 0.1,
  releaseShare: 0.6,
};

const RANK: readonly Priority[] = ['none', 'low', 'medium', 'high'];

/** One ordinary record in a thousand is as like a watch phrase as this. */
const WATCH_RANK = 0.999;
/** Below this rank it counts against. */
const WATCH_RELEASE = 0.99;

/** A watch phrase by its id, and the leads of the model that scores it. */
export interface WatchClaim {
  readonly id: string;
  readonly leads: readonly string[];
}

/** The one table that drives deciding: the catalogue and what the models claim, under the site's settings. Watch phrases are uncalibrated: low at most, and without evidence. */
export function policyOf(catalogue: Catalogue, targets: readonly ContractTarget[], settings: PolicySettings, watch: readonly WatchClaim[] = []): Policy {
  const claims = new Map(targets.map((target) => [target.id, target]));
  const entries = new Map<string, PolicyEntry>();
  for (const { id, kind, priority } of catalogue.findings) {
    const rule = RULES.find((r) => r.id === id);
    const claim = claims.get(id);
    if (rule === undefined && claim === undefined) continue;
    const persistence = kind === 'structural' ? { n: 1, m: 1, cooldownS: settings.structural.againAfterS } : settings.kinds[BEAT_RULES.some((one) => one.id === id) ? 'beats' : kind];
    const threshold = claim === undefined ? 0.5 : Math.max(claim.threshold, settings.probabilityMin);
    entries.set(id, {
      finding: id,
      kind,
      priority: clamp(priority, settings.priorityCeiling),
      evidence: rule ? 'rule' : claim!.evidence.level,
      threshold,
      release: threshold * settings.releaseShare,
      ...persistence,
      leadSets: claim?.leadSets ?? [],
      placements: claim?.placements ?? [],
      bandHz: claim?.bandHz,
    });
  }
  for (const { id, leads } of watch) {
    entries.set(id, {
      ...{ finding: id, kind: 'sustained', priority: clamp('low', settings.priorityCeiling), evidence: 'none', threshold: WATCH_RANK, release: WATCH_RELEASE },
      ...settings.kinds.sustained,
      leadSets: [leads],
      placements: ['standard'],
    });
  }
  return hashed(entries, settings);
}

function hashed(entries: ReadonlyMap<string, PolicyEntry>, settings: Pick<PolicySettings, 'structural'>): Policy {
  const shortHash = (told: unknown): string => sha256(JSON.stringify(told)).slice(0, 16);
  const own = [...entries.values()];
  return { entries, structural: settings.structural, hash: shortHash([own, settings]), thresholdSetHash: shortHash(own.map(({ finding, threshold, release }) => [finding, threshold, release])) };
}

/** The same policy with every threshold moved by so many logits: another operating point of the same test. Rules have none. */
export function withThresholdsMoved(policy: Policy, logits: number): Policy {
  const moved = (p: number): number => sigmoid(Math.log(p / (1 - p)) + logits);
  const entries = new Map([...policy.entries].map(([id, entry]) => [id, entry.evidence === 'rule' ? entry : { ...entry, threshold: moved(entry.threshold), release: moved(entry.release) }]));
  return hashed(entries, policy);
}

function clamp(priority: Priority, ceiling: Priority): Priority {
  return RANK[Math.min(RANK.indexOf(priority), RANK.indexOf(ceiling))];
}
