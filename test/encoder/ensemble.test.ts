/**
 * Two models of different layout, rate and lead set at once, each behind its own encoder: a target that both have is the mean of
 * their calibrated probabilities, and is left out while one of them is away.
 */
import type { Graded } from '../../src/grade/index.js';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { condition } from '../../src/condition/index.js';
import { type Contract, probabilities } from '../../src/contract/index.js';
import type { Physical } from '../../src/ecg/index.js';
import { type EncoderServer, startEncoderServer } from '../../src/encoder/index.js';
import { Encoders, lineMeters, type Scoring } from '../../src/line/index.js';
import type { Encoder } from '../../src/ports/index.js';
import { linearModel, weight } from './onnx.js';
import { client, countingMeter, ensureBuilt, eventually, seeded, serverOptions } from './support.js';

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

function modelOf(name: string, targets: readonly string[], calibration: object, input: object, leadSets: readonly (readonly string[])[]) {
  return linearModel({
    schemaVersion: 1,
    model: { name, version: '1', license: 'none', weights: 'made by the test', trainedOn: [], citation: '' },
    input: { tensor: 'ecg', wire: 'FP32', unit: 'mV', missing: 'zero', nan: 'zero', ...input },
    outputs: { logits: { tensor: 'logits', activation: 'sigmoid', targets } },
    targets: targets.map((id) => ({ id, threshold: 0.5, calibration, evidence: { level: 'none' }, leadSets, placements: ['standard'] })),
  });
}

const LONG = modelOf('long', ['atrial-fibrillation', 'stemi'], { method: 'platt', a: 2, b: -1 },
  { layout: 'NTC', leads: LEADS, rateHz: 100, samples: 1000, pipeline: [{ step: 'resample', rateHz: 100, method: 'polyphase' }] }, [['I', 'II', 'V1']]);
const SHORT = modelOf('short', ['sinus-bradycardia', 'atrial-fibrillation'], { method: 'isotonic', logits: [-3, 0, 3], probabilities: [0.01, 0.2, 0.95] },
  { layout: 'NCT', leads: ['II'], rateHz: 250, samples: 2500, pipeline: [] }, [['II']]);

function segmentOf(seed: number): Physical {
  const random = seeded(seed);
  const rows = LEADS.map((lead) => ({ lead, origin: 'measured' as const, mv: Float32Array.from({ length: 2500 }, (_, i) => Math.sin(i / (9 + 5 * random())) + random()), gaps: [] }));
  return { rateHz: 250, samples: 2500, rows };
}

let servers: EncoderServer[];
let connected: Encoder[];
let encoders: Encoders;

beforeAll(async () => {
  ensureBuilt();
  servers = [];
  for (const { folder } of [LONG, SHORT]) servers.push(await startEncoderServer(serverOptions({ model: folder })));
  // Both know of both servers: each finds the one that has its model.
  const endpoints = servers.map(({ port }) => `127.0.0.1:${port}`);
  connected = [];
  for (const { contract } of [LONG, SHORT]) connected.push(await client(endpoints, { contract, healthIntervalMs: 100 }));
  const batch = { preferred: [], maxBatch: 16, longestWaitMs: 2, maxInFlight: 2, maxQueued: 512, order: 'newest' } as const;
  encoders = new Encoders([LONG, SHORT].map(({ contract }, i) => ({ contract, encoder: connected[i] })), systemClock(), lineMeters(countingMeter()), { batch, maxAgeMs: Infinity, deadlineMs: 20_000 });
}, 120_000);

afterAll(async () => {
  encoders?.close();
  for (const encoder of connected ?? []) await encoder.close();
  for (const server of servers ?? []) await server.drain().catch(() => {});
});

function scored(segment: Physical, sound: readonly string[] = LEADS): Promise<Scoring> {
  const leads = segment.rows.map(({ lead, origin, gaps }) => ({ lead, origin, reasons: [], gaps }));
  const graded: Graded = { ...{ grade: 'good', score: 1, gates: { rate: true, morphology: true, twelveLead: true }, reasons: [], pacing: 'none', kinds: [] }, leads, usable: new Set(sound), measurements: { beats: [], voltages: [], st: [] }, unobserved: [] };
  return encoders.submit(encoders.prepare(segment, graded, {}).inputs);
}

/** The model's sum done here, and its calibration. */
function said(contract: Contract, segment: Physical): Map<string, number> {
  const conditioned = condition(segment, contract);
  if (!conditioned.ok) throw new Error(conditioned.code);
  const logits = contract.targets.map((_, column) => conditioned.tensor.reduce((sum, x, i) => sum + x * weight(i, column), 0));
  return new Map(probabilities(contract, logits).map(({ id, probability }) => [id, probability]));
}

const reported = ({ findings }: Scoring): Record<string, number> => Object.fromEntries(findings.map(({ id, probability }) => [id, probability]));

describe('two encoders at once', () => {
  it('are combined per target after calibration', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const segment = segmentOf(seed);
      const [long, short] = [said(LONG.contract, segment), said(SHORT.contract, segment)];
      const scoring = await scored(segment);
      expect(scoring.status).toBe('scored');
      const found = reported(scoring);
      expect(Object.keys(found).sort()).toEqual(['atrial-fibrillation', 'sinus-bradycardia', 'stemi']);
      expect(found['atrial-fibrillation']).toBeCloseTo((long.get('atrial-fibrillation')! + short.get('atrial-fibrillation')!) / 2, 5);
      expect(found['stemi']).toBeCloseTo(long.get('stemi')!, 5);
      expect(found['sinus-bradycardia']).toBeCloseTo(short.get('sinus-bradycardia')!, 5);
    }
  }, 60_000);

  it('with leads for one of them alone say what that one alone can', async () => {
    const found = reported(await scored(segmentOf(3), ['II']));
    expect(Object.keys(found)).toEqual(['sinus-bradycardia']);
  });

  it('of which one goes away leave out what they would say together', async () => {
    await servers[1].drain();
    await eventually(() => !connected[1].ready(), 10_000);
    const scoring = await scored(segmentOf(4));
    expect([scoring.status, Object.keys(reported(scoring))]).toEqual(['scored', ['stemi']]);
  }, 30_000);
});

describe('encoder.also', () => {
  const work = mkdtempSync(join(tmpdir(), 'purkinje-ensemble-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const purkinje = (...args: string[]) => execFileSync(process.execPath, ['dist/cli/main.js', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('runs further models beside the first, through the whole engine', () => {
    const config = join(work, 'config.yaml');
    writeFileSync(config, `encoder:\n  model: ${LONG.folder}\n  also: [${SHORT.folder}]\n`);
    purkinje('simulate', '--out', work, '--condition', 'atrial-fibrillation', '--duration', '30s', '--seed', '3');
    const record = readdirSync(work).find((file) => file.endsWith('.hea'))!;
    const lines = purkinje('replay', '--direct', join(work, record), '--config', config, '--json').trim().split('\n').map((line) => JSON.parse(line));
    const segments = lines.filter((line) => line.type === 'segment');
    // The grid may leave less than a segment at the end.
    const scored = segments.filter(({ outcome }) => outcome === 'scored');
    expect(scored.length).toBeGreaterThanOrEqual(3);
    expect(scored).toEqual(segments.slice(0, scored.length));
    for (const { model, findings } of scored) {
      expect(model).toBe('long@1+short@1');
      expect(findings.map(({ id }: { id: string }) => id).sort()).toEqual(['atrial-fibrillation', 'sinus-bradycardia', 'stemi']);
    }
  }, 60_000);

  it('reports two models of one name', () => {
    const config = join(work, 'twice.yaml');
    writeFileSync(config, `encoder:\n  model: ${LONG.folder}\n  also: [${LONG.folder}]\n`);
    expect(() => purkinje('replay', '--direct', work, '--config', config)).toThrow(/two models 'long'/);
  });
});
