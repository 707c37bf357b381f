import { type Catalogue, type ContractTarget, sigmoid } from '../contract/index.js';
import { type Evidence, type FindingKind, type OperatingPoint, type Priority, sha256 } from '../ecg/index.js';
import { VOTES_MAX } from './bounds.js';
import { BEAT_RULES, RULES, RULES_VERSION } from './rules/index.js';
import { TECHNICAL } from './rules/technical.js';

/** How far a finding may go: nowhere; recorded and counted; to a reader; to those its kind is for. */
export const MODES = ['off', 'shadow', 'reader', 'advisory'] as const;
export type Mode = (typeof MODES)[number];

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
  /** Over when so many in a row are against it; `m` where undefined. */
  readonly mEnd?: number;
  /** Instead of `n`, where not all twelve leads are sound. */
  readonly nFewLeads?: number;
  readonly cooldownS: number;
  /** It stays until somebody acknowledges it, though what it reports is over. */
  readonly latching: boolean;
  /** Unanswered for so long, it is escalated. */
  readonly escalateAfterS?: number;
  readonly mode: Mode;
  readonly ppv?: ExpectedPpv;
  /** Its expected PPV may lie below the floor: whatever any mode says, it is not delivered. */
  readonly isBelowFloor: boolean;
  /** A rule on beats in a row, whatever the borders of segments. */
  readonly isOnBeats: boolean;
  /** A site has named it: what is unproven may go to a reader. */
  readonly isNamed: boolean;
  /** Leads that must be without fault, one set of them; empty: any segment that is not unusable. */
  readonly leadSets: readonly (readonly string[])[];
  readonly placements: readonly string[];
  readonly bandHz?: { readonly highpassMax?: number; readonly lowpassMin?: number };
}

/** Findings that the same leads, placements and bands carry: what stands in the way of one stands in the way of all. */
export interface WatchGroup {
  readonly findings: readonly string[];
  readonly entry: PolicyEntry;
}

export interface Policy {
  readonly entries: ReadonlyMap<string, PolicyEntry>;
  readonly structural: StructuralPolicy;
  readonly units: PolicySettings['units'];
  readonly openToSimulated: boolean;
  readonly lowPerBedDay: number;
  /** Below it, by what was measured or by people's verdicts, nothing is delivered. */
  readonly ppvFloor: number;
  readonly demoted: readonly OperatingPoint[];
  /** All findings that could be announced to somebody. */
  readonly groups: readonly WatchGroup[];
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

/** What a site says of one finding. */
export interface FindingSettings {
  readonly mode?: Mode;
  readonly threshold?: number;
  readonly n?: number;
  readonly m?: number;
  readonly nFewLeads?: number;
  readonly cooldownS?: number;
  readonly priority?: Priority;
  readonly latching?: boolean;
  readonly escalateAfterS?: number;
  readonly ppv?: ExpectedPpv;
}

/** What a site measured of a threshold: of the alerts, how many are right, at its prevalence. */
export interface ExpectedPpv {
  readonly value: number;
  readonly lower95: number;
  readonly prevalence: number;
  /** Whose recordings said so. */
  readonly data: string;
}

/** A policy that cannot be: which finding, and what to do. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

export interface PolicySettings {
  readonly findings: Readonly<Record<string, FindingSettings>>;
  /** Modes by unit and finding; `*` is every finding. */
  readonly units: Readonly<Record<string, Readonly<Record<string, Mode>>>>;
  /** Simulated beds may show what is unproven. */
  readonly openToSimulated: boolean;
  /** Alerts of low priority at a bedside in 24 h; what is more waits. None of higher priority ever does. */
  readonly lowPerBedDay: number;
  /** Alerts of medium priority or above that nobody answers are escalated after this. */
  readonly escalateAfterS: number;
  /** A finding whose expected PPV may lie below this is not delivered. */
  readonly ppvFloor: number;
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
  findings: {
    // AF is announced after half a minute in total where few leads carry it.
    'atrial-fibrillation': { m: 4, nFewLeads: 3 },
  },
  units: {},
  openToSimulated: false,
  lowPerBedDay: 6,
  escalateAfterS: 300,
  ppvFloor: 0.1,
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
    const technical = TECHNICAL[id];
    if (rule === undefined && claim === undefined && technical === undefined) continue;
    const beatRule = BEAT_RULES.find((one) => one.id === id);
    const isOnBeats = beatRule !== undefined;
    const persistence = technical ?? (kind === 'structural' ? { n: 1, m: 1, cooldownS: settings.structural.againAfterS } : settings.kinds[isOnBeats ? 'beats' : kind]);
    const own = settings.findings[id] ?? {};
    const threshold = own.threshold ?? (claim === undefined ? 0.5 : Math.max(claim.threshold, settings.probabilityMin));
    const urgency = clamp(own.priority ?? priority, settings.priorityCeiling);
    entries.set(id, {
      finding: id,
      kind,
      priority: urgency,
      evidence: claim === undefined || rule !== undefined ? 'rule' : claim.evidence.level,
      threshold,
      release: threshold * settings.releaseShare,
      n: own.n ?? persistence.n,
      m: Math.max(own.m ?? persistence.m, own.n ?? persistence.n, own.nFewLeads ?? 0),
      mEnd: technical?.mEnd,
      nFewLeads: own.nFewLeads,
      cooldownS: own.cooldownS ?? beatRule?.cooldownS ?? persistence.cooldownS,
      latching: own.latching ?? false,
      escalateAfterS: own.escalateAfterS ?? (kind !== 'structural' && RANK.indexOf(urgency) >= RANK.indexOf('medium') ? settings.escalateAfterS : undefined),
      ppv: own.ppv,
      isBelowFloor: own.ppv !== undefined && own.ppv.lower95 < settings.ppvFloor,
      mode: own.mode ?? (beatRule?.isInShadow ? 'shadow' : 'advisory'),
      isOnBeats,
      isNamed: own.mode === 'reader',
      leadSets: claim?.leadSets ?? [],
      placements: claim?.placements ?? [],
      bandHz: claim?.bandHz,
    });
  }
  for (const { id, leads } of watch) {
    entries.set(id, {
      ...{ finding: id, kind: 'sustained', priority: clamp('low', settings.priorityCeiling), evidence: 'none', threshold: WATCH_RANK, release: WATCH_RELEASE },
      ...settings.kinds.sustained,
      ...{ latching: false, isBelowFloor: false, isOnBeats: false, mode: settings.findings[id]?.mode ?? 'advisory', isNamed: settings.findings[id]?.mode === 'reader' },
      leadSets: [leads],
      placements: ['standard'],
    });
  }
  checkNames(settings, entries, catalogue);
  const votes = [...entries.values()].reduce((sum, { m }) => sum + m, 0);
  if (votes > VOTES_MAX) throw new PolicyError(`policy: the m of all findings add up to ${votes}, and may to ${VOTES_MAX}: lower those that you set, in policy.findings or policy.kinds, or watch fewer phrases`);
  for (const { id } of watch) {
    const more = Object.keys(settings.findings[id] ?? {}).filter((key) => key !== 'mode');
    if (more.length > 0) throw new PolicyError(`policy.findings.${id}: of a watch phrase only the mode can be set, not ${more.join(', ')}`);
  }
  return hashed(entries, settings);
}

/** Every finding that a site names must be one that is known, and an unproven one may go to a reader at most. */
function checkNames({ findings, units }: PolicySettings, entries: ReadonlyMap<string, PolicyEntry>, catalogue: Catalogue): void {
  const known = new Set([...catalogue.findings.map(({ id }) => id), ...entries.keys(), '*']);
  const named = [...Object.keys(findings).map((id) => ({ where: 'policy.findings', id })), ...Object.entries(units).flatMap(([unit, modes]) => Object.keys(modes).map((id) => ({ where: `policy.units.${unit}`, id })))];
  for (const { where, id } of named) {
    if (!known.has(id)) throw new PolicyError(`${where}: there is no finding '${id}'; models/catalogue.json has them all`);
  }
  for (const [id, { mode }] of Object.entries(findings)) {
    const evidence = entries.get(id)?.evidence;
    if (mode === 'advisory' && (evidence === 'simulated' || evidence === 'none')) throw new PolicyError(`policy.findings.${id}: it is unproven (evidence: ${evidence}) and may go to a reader at most: mode reader`);
  }
}

function hashed(entries: ReadonlyMap<string, PolicyEntry>, settings: Pick<PolicySettings, 'structural' | 'units' | 'openToSimulated' | 'lowPerBedDay' | 'ppvFloor'>): Policy {
  const shortHash = (what: unknown): string => sha256(JSON.stringify(what)).slice(0, 16);
  const own = [...entries.values()];
  const { structural, units, openToSimulated, lowPerBedDay, ppvFloor } = settings;
  return { entries, structural, units, openToSimulated, lowPerBedDay, ppvFloor, demoted: [], groups: watchGroups(entries), hash: shortHash([own, settings, RULES_VERSION]), thresholdSetHash: shortHash(own.map(({ finding, threshold, release }) => [finding, threshold, release])) };
}

function watchGroups(entries: ReadonlyMap<string, PolicyEntry>): readonly WatchGroup[] {
  const groups = new Map<string, { findings: string[]; entry: PolicyEntry }>();
  for (const entry of entries.values()) {
    if (entry.priority === 'none' || entry.finding in TECHNICAL) continue;
    const key = JSON.stringify([entry.evidence === 'rule', entry.kind === 'structural', entry.leadSets, entry.placements, entry.bandHz]);
    const group = groups.get(key) ?? { findings: [], entry };
    group.findings.push(entry.finding);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The same policy with these in shadow: people who saw their alerts found too little. Alerts of the watching itself stay. */
export function withDemoted(policy: Policy, points: readonly OperatingPoint[]): Policy {
  const demoted = points.filter(({ finding }) => !(finding in TECHNICAL));
  return demoted.length === 0 ? policy : { ...policy, demoted, hash: sha256(JSON.stringify([policy.hash, demoted])).slice(0, 16) };
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
