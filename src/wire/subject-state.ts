import { z } from 'zod';
import { TRIGGERS } from '../ecg/index.js';
import { maybe, opaque } from './device-state.js';
import type { Frozen } from './frozen.js';

const byLead = <Numbers extends z.ZodRawShape>(numbers: Numbers) => z.array(z.object({ lead: z.string(), ...numbers }));
export const source = z.object({ partition: z.int(), offsets: z.array(z.int()) });

const measurements = z.object({
  heartRateBpm: maybe,
  atrialRateBpm: maybe,
  rrCv: maybe,
  longestPauseMs: maybe,
  qrsMs: maybe,
  prMs: maybe,
  qtMs: maybe,
  qtcMs: maybe,
  qtcBazettMs: maybe,
  axisDeg: maybe,
  beats: z.array(z.number()),
  voltages: byLead({ rMv: z.number(), sMv: z.number() }),
  st: byLead({ mv: z.number() }),
});

/** The signal's quality is stored as `score`: engines of either version read the other's states. */
const alertSnapshot = z.object({
  encounter: z.string().optional(),
  device: z.string(),
  bed: z.string().optional(),
  unit: z.string().optional(),
  finding: z.string(),
  kind: z.enum(['episodic', 'sustained', 'structural']),
  priority: z.enum(['high', 'medium', 'low', 'none']),
  channel: z.enum(['bedside', 'worklist', 'shadow']),
  probability: z.number(),
  threshold: z.number(),
  onsetMs: z.number(),
  segments: z.array(z.string()),
  votes: z.array(z.object({ segment: z.string(), probability: z.number() })),
  medianOf: maybe,
  usual: z.object({ qrsMs: maybe, qtcMs: maybe, st: byLead({ mv: z.number() }) }).optional(),
  measurements,
  reasons: z.array(z.string()),
  score: z.number(),
  model: z.string(),
  modelHash: z.string(),
  policyHash: z.string(),
  evidence: z.enum(['external', 'internal', 'simulated', 'none', 'rule']),
  expectedPpv: maybe,
  simulated: z.boolean(),
  accelerated: maybe,
  explainedBy: z.string().optional(),
  episode: z.string().optional(),
  trigger: z
    .object({ what: z.enum(TRIGGERS), fromMs: z.number(), toMs: z.number(), beats: z.int(), perMinute: maybe, kinds: z.string().optional() })
    .optional(),
}).transform(({ score: signalQuality, ...snapshot }) => ({ ...snapshot, signalQuality }));

const alertEvent = z.object({
  alertId: z.string(),
  sequence: z.int(),
  state: z.enum(['raised', 'updated', 'acknowledged', 'escalated', 'resolved', 'dismissed']),
  snapshot: alertSnapshot,
  cause: z.string(),
  atMs: z.number(),
  outcome: z.object({ partition: z.int(), offset: z.int() }).optional(),
  commandOffset: z.int().optional(),
  actor: z.string().optional(),
  previousHash: z.string(),
  hash: z.string(),
});

const sketch = z.object({ bins: z.record(z.string(), z.number()), count: z.int() });
const finding = z.object({
  recent: z.array(
    z.object({ segment: z.string(), startMs: z.number(), timeMs: z.number(), probability: z.number(), source: source.optional(), vote: z.union([z.literal(1), z.literal(0), z.literal(-1)]) }),
  ),
  active: alertEvent.optional(),
  raisedMs: maybe,
  isOver: z.literal(true).optional(),
  cooldownUntilMs: maybe,
  structural: z.object({ sketch, first: z.object({ segment: z.string(), startMs: z.number(), timeMs: z.number() }), decidedMs: maybe }).optional(),
  firstHour: z
    .object({ countedToMs: z.number(), lastMs: z.number(), seenMs: z.number(), againstMs: z.number(), hasBegun: z.literal(true).optional(), listedMs: maybe })
    .optional(),
});

/** What `decide` remembers of one subject. */
export const subjectState = z.object({
  subject: z.string(),
  kind: z.enum(['encounter', 'device']).optional(),
  findings: z.record(z.string(), finding),
  clock: z
    .object({
      timeMs: z.number(),
      startMs: z.number(),
      devices: z.array(z.object({ device: z.string(), epoch: opaque, firstSample: z.number(), startMs: z.number(), timeMs: z.number() })),
    })
    .optional(),
  rhythm: z
    .array(
      z.object({
        ...{ device: z.string(), epoch: opaque, fromS: z.number(), throughS: z.number(), beats: z.array(z.number()), before: z.int() },
        ...{ kinds: z.string().optional(), soundFromS: maybe },
        segments: z.array(z.object({ segment: z.string(), throughS: z.number(), source, hasP: z.literal(true).optional() })).optional(),
      }),
    )
    .optional(),
  baseline: z
    .object({ sinceMs: z.number(), sketches: z.record(z.string(), sketch), own: z.object({ qrsMs: maybe, qtcMs: maybe, stMv: z.record(z.string(), z.number()) }).optional() })
    .optional(),
  watched: z.array(z.string()).optional(),
  lowTold: z.array(z.number()).optional(),
});
export type SubjectState = Frozen<z.output<typeof subjectState>>;

/** As it is stored: what `subjectState` reads. */
export function storedSubjectState({ findings, ...state }: SubjectState): Frozen<z.input<typeof subjectState>> {
  return { ...state, findings: Object.fromEntries(Object.entries(findings).map(([id, { active, ...one }]) => [id, active === undefined ? one : { ...one, active: storedEvent(active) }])) };
}

function storedEvent({ snapshot: { signalQuality: score, ...snapshot }, ...event }: Frozen<z.output<typeof alertEvent>>): Frozen<z.input<typeof alertEvent>> {
  return { ...event, snapshot: { ...snapshot, score } };
}
