import { z } from 'zod';
import { BEAT_KINDS } from '../ecg/index.js';
import { LANGUAGES, questionSchema } from '../explain/index.js';
import { ALARMS } from './health.js';

/** What the monitor answers over HTTP, as schemas: docs/reference/openapi.json is made of them, and a test holds answers to them. */

const ms = z.number().describe('ms since 1970');
const share = z.number().min(0).max(1);
const evidence = z.enum(['external', 'internal', 'simulated', 'none', 'rule']).describe('what is known of a finding with the model; rule: measured, no model');
const focus = z.object({ fromMs: z.number(), toMs: z.number(), weight: share }).describe("where the model looked: ms from the segment's start, and its share of all that speaks for the finding");
const st = z.array(z.object({ lead: z.string(), mv: z.number() })).describe('60 ms after the QRS, mV');
const voltages = z.array(z.object({ lead: z.string(), rMv: z.number(), sMv: z.number() })).describe('of the QRS, mV');
const optionalNumber = z.number().optional();
const measurements = z
  .object({
    heartRateBpm: optionalNumber,
    atrialRateBpm: optionalNumber,
    rrCv: optionalNumber.describe('coefficient of variation of the RR intervals'),
    longestPauseMs: optionalNumber,
    qrsMs: optionalNumber,
    prMs: optionalNumber,
    qtMs: optionalNumber,
    qtcMs: optionalNumber.describe('by Fridericia'),
    qtcBazettMs: optionalNumber,
    axisDeg: optionalNumber,
    ...{ st, voltages },
  })
  .describe('what could not be measured is left out');
const trigger = z
  .object({
    what: z.enum(['beats', 'ventricular', 'supraventricular', 'ectopics', 'bigeminy', 'trigeminy', 'irregular', 'silence']),
    fromMs: ms,
    toMs: ms,
    beats: z.number(),
    perMinute: optionalNumber,
    kinds: z.string().optional().describe(`of each beat one letter, ${BEAT_KINDS.join(', ')} (AAMI EC57); ?: not known`),
    text: z.string(),
  })
  .describe('the stretch of the rhythm that set off an alert by rule');

export const alert = z.object({
  alertId: z.string(),
  sequence: z.number().int().describe('1, 2, 3 … within the alert'),
  state: z.enum(['raised', 'updated', 'acknowledged', 'escalated', 'resolved', 'dismissed']),
  cause: z.string(),
  actor: z.string().optional(),
  atMs: ms,
  bed: z.string(),
  device: z.string(),
  unit: z.string().optional(),
  finding: z.string(),
  kind: z.enum(['episodic', 'sustained', 'structural']),
  priority: z.enum(['high', 'medium', 'low', 'none']),
  channel: z.enum(['bedside', 'worklist', 'shadow']),
  probability: share,
  threshold: z.number(),
  onsetMs: ms,
  evidence,
  expectedPpv: share.optional().describe('of its alerts, how many are right, as measured for this place'),
  unproven: z.boolean().describe('no real recording supports the finding'),
  simulated: z.boolean(),
  accelerated: optionalNumber.describe('the history is played so many times faster'),
  heartRateBpm: optionalNumber,
  measurements,
  reasons: z.array(z.string()).describe('what speaks against the signal of the segment that decided'),
  signalQuality: share,
  model: z.string().describe('name@version'),
  modelHash: z.string(),
  policyHash: z.string(),
  segments: z.array(z.string()).describe('that decided'),
  explainedBy: z.string().optional().describe('id of the alert that this one is a part or a sign of'),
  episode: z.string().optional(),
  trigger: trigger.optional(),
});

export const alarm = z.object({ alarm: z.enum(ALARMS), key: z.string(), about: z.string(), sinceMs: ms }).describe('something stands between the ward and its alerts');
const complaint = z.object({ about: z.string(), atMs: ms }).optional();
const target = z.object({
  name: z.string(),
  kind: z.enum(['webhook', 'hl7']),
  to: z.string().describe('host and port'),
  parked: z.boolean().describe('no more attempts until somebody resumes it'),
  parkedSinceMs: ms.optional(),
  failingSinceMs: ms.optional(),
  nextAttemptMs: ms.optional(),
  behindMs: z.number(),
  delivered: z.number(),
  refused: z.number(),
  ...{ lastFailure: complaint, lastRefusal: complaint, lastMissed: complaint },
});
export const status = z.object({ oldestUnprocessedMs: z.number().describe('age of the oldest open work; -1: not known'), alarms: z.array(alarm), targets: z.array(target) });

export const bed = z.object({
  device: z.string(),
  bed: z.string(),
  unit: z.string().optional(),
  watch: z.enum(['watched', 'ended', 'silent', 'no-signal', 'poor-signal', 'rules-only']),
  sinceMs: ms.optional(),
  simulated: z.boolean(),
  heartRateBpm: optionalNumber,
  signalQuality: share.optional(),
});

export const surveillance = z.object({
  device: z.string(),
  bed: z.string(),
  unit: z.string().optional(),
  findings: z.array(z.object({ id: z.string(), watched: z.boolean(), why: z.string().optional().describe('what stands in the way'), sinceMs: ms, share24h: share })),
});

const perMinute = z.array(z.number().nullable());
export const burdens = z
  .object({
    device: z.string(),
    bed: z.string(),
    unit: z.string().optional(),
    fromMs: ms.describe('when the first minute began, by the hospital’s time'),
    seconds: z.array(z.number()).describe('of 60, in which beats could be counted'),
    kindSeconds: z.array(z.number()).describe('of 60, in which their kinds were to be trusted'),
    beats: perMinute,
    ventricular: perMinute,
    supraventricular: perMinute,
    heartRateBpm: perMinute,
    fibrillation: perMinute.describe('share of the time, 0 to 1'),
  })
  .describe('one value a minute, oldest first; null: not watched');

export const worklist = z.object({
  today: z.array(alert),
  deferred: z.array(alert).describe('they wait for another day'),
  folded: z.array(z.object({ ...alert.shape, row: z.string() })).describe('shown in the row of another alert'),
  perReaderDay: z.number(),
});

export const strip = z.object({
  alertId: z.string(),
  segment: z.string(),
  segments: z.array(z.string()).describe('all that are kept, in their order: the last decided'),
  startMs: ms,
  rateHz: z.number(),
  leads: z.array(z.object({ lead: z.string(), microvolts: z.array(z.number().int().nullable()).describe('null: no sample') })),
  focus: z.array(focus),
  missing: z.string().describe('why samples are missing; empty: none are'),
});

export const verdicts = z.object({
  finding: z.string(),
  modelHash: z.string().describe('empty: a rule'),
  threshold: z.number(),
  right: z.number(),
  wrong: z.number(),
  ppv: share,
  lower95: share,
  upper95: share,
  demoted: z.boolean(),
});

export const session = z.object({ who: z.string(), may: z.object({ acknowledge: z.boolean(), dismiss: z.boolean(), operate: z.boolean() }) });

const wording = z.object({
  model: z.string(),
  draftSha256: z.string(),
  sentences: z.number(),
  taken: z.number(),
  refused: z.record(z.string(), z.number()),
  failed: z.string().optional(),
});
const because = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('measurement'), id: z.string(), lead: z.string().optional(), value: z.number(), unit: z.string() }),
    z.object({ kind: z.literal('score'), id: z.string(), value: share, threshold: z.number(), evidence, model: z.string() }),
    z.object({ kind: z.literal('rule'), id: z.string(), holds: z.boolean() }),
    z.object({ kind: z.literal('criterion'), id: z.string(), citation: z.string(), limits: z.record(z.string(), z.number()) }),
    z.object({ kind: z.literal('segment'), id: z.string() }),
    z.object({ kind: z.literal('signal'), id: z.string(), lead: z.string().optional() }),
  ])
  .describe('why something may be said');
const sentence = z.object({ id: z.string(), term: z.string().optional(), text: z.string(), because: z.array(because), draft: z.string().optional() });

const neighbours = z
  .object({
    source: z.object({ data: z.string(), rule: z.string(), licence: z.string().optional(), citation: z.string().optional() }).optional().describe('of the labelled recordings'),
    model: z.string().optional().describe('what compared them, name@version'),
    isSufficient: z.boolean().describe('false: nothing follows, and none is named'),
    similarity: z.number().optional().describe('mean cosine of the nearest five'),
    floor: z.number().optional(),
    why: z.enum(['unusable', 'no-samples', 'away', 'nothing-to-compare-with']).optional().describe('why it was not compared'),
    neighbours: z.array(z.object({ id: z.string(), statements: z.array(z.string()), report: z.string().optional(), similarity: z.number() })),
  })
  .describe("other people's labelled recordings; none of it is a finding of this one");

export const report = z.object({
  language: z.enum(LANGUAGES),
  segment: z.string(),
  device: z.string(),
  startMs: ms,
  model: z.string(),
  simulated: z.boolean(),
  terms: z.array(z.string()),
  notice: z.string(),
  line: z.string(),
  sections: z.array(z.object({ id: z.string(), title: z.string(), sentences: z.array(sentence) })),
  wording: wording.optional(),
  neighbours: neighbours.optional(),
});

export const answer = z.object({
  question: questionSchema,
  answers: z.array(z.string()).describe('codes as asked, or yes, no, not sure, none'),
  confidence: share,
  because: z.array(because),
  device: z.string(),
  startMs: ms,
  simulated: z.boolean(),
  worded: z.object({ notice: z.string(), understood: z.string(), answer: z.string(), reasons: z.array(z.string()), draft: z.string().optional(), wording: wording.optional() }),
});

export const accepted = z.object({ accepted: z.literal(true) }).describe('the log has the request; an event says what became of it');
export const failure = z.object({ error: z.string().describe('what is wrong, and what to do') });
export const command = z.object({ alertId: z.string() });
export const dismissal = z.object({ alertId: z.string(), reason: z.string().describe('confirmed, known, artefact, not-present, or own words') });
