/** Outcomes in a row, and what is decided on them. */
import { readFileSync } from 'node:fs';
import { parseCatalogue, parseContract } from '../../src/contract/index.js';
import { initial, type Policy, POLICY_DEFAULTS, policyOf, type PolicySettings, step, type SubjectState } from '../../src/decide/index.js';
import { type AlertEvent, LEADS, type Outcome } from '../../src/ecg/index.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const catalogue = parseCatalogue(read('models/catalogue.json'));
const contract = parseContract(read('models/purkinje-s/encoder.json'));
if (!catalogue.ok || !contract.ok) throw new Error('the bundled catalogue or contract does not parse');
export const { value: CATALOGUE } = catalogue;
export const { value: CONTRACT } = contract;
/** Of the bundled model, with what a site says otherwise. */
export const policyWith = (settings: Partial<PolicySettings>): Policy => policyOf(CATALOGUE, CONTRACT.targets, { ...POLICY_DEFAULTS, ...settings });
/** With what the defaults of each kind say, and nothing of single findings. */
export const policy = policyWith({ findings: {} });
export const AF = 'atrial-fibrillation';
/** Beats of ten seconds, samples at 500 a second. */
const beating = (perMinute: number): number[] => Array.from({ length: Math.floor(perMinute / 6) }, (_, i) => Math.round((i + 0.5) * (30_000 / perMinute)));
export const STEADY = beating(78);

export function outcome(k: number, probability: number, more: Partial<Outcome> = {}, finding = AF): Outcome {
  return {
    id: `bed-1/1/${k * 5000}`,
    device: 'bed-1',
    epoch: 1,
    firstSample: k * 5000,
    samples: 5000,
    rateHz: 500,
    startMs: 1_700_000_000_000 + k * 10_000,
    steps: [],
    brokerOffsetMs: 0,
    brokerUncertaintyMs: 0,
    status: 'scored',
    grade: 'good',
    signalQuality: 1,
    gates: { rate: true, morphology: true, twelveLead: true },
    reasons: [],
    leads: LEADS.map((lead) => ({ lead, origin: 'measured', reasons: [], gaps: [] })),
    measurements: { beats: STEADY, voltages: [], st: [] },
    findings: [{ id: finding, probability }],
    model: 'purkinje-s@0.1.0',
    modelHash: 'h',
    source: { partition: 0, offsets: [k] },
    association: { encounter: 'e-1', knownConditions: [], contextOffset: 0 },
    demo: false,
    partial: false,
    pacing: 'none',
    placement: 'standard',
    phase: 'unknown',
    ...more,
  };
}

export function decide(outcomes: readonly Outcome[], by: Policy = policy) {
  let state: SubjectState = initial('e-1');
  const events: AlertEvent[] = [];
  const suppressed: string[] = [];
  outcomes.forEach((o, offset) => {
    const result = step(state, { type: 'outcome', outcome: o, partition: 0, offset }, by);
    state = result.state;
    events.push(...result.out.events.map(({ event }) => event));
    suppressed.push(...result.out.suppressed.map(({ why }) => why));
  });
  return { events, suppressed, state };
}
export const series = (...probabilities: number[]) => probabilities.map((p, k) => outcome(k, p));
export const states = (events: readonly AlertEvent[]) => events.map(({ state }) => state);
