import { Command } from 'commander';
import { systemClock } from '../../adapters/clock.js';
import { prometheusMeter } from '../../adapters/prometheus/index.js';
import { type Config, loadConfig } from '../../config/index.js';
import { decideAgain, type VoteAgain } from '../../decide/index.js';
import { type AlertEvent, type Focus, numbersOf, type Outcome, printable, timeOfDay, type Trigger, triggerText } from '../../ecg/index.js';
import { enginePolicy } from '../../engine/index.js';
import { AssociationTable, Encoders, lineMeters, type KeptSegment, type Model, outcomeAgain } from '../../line/index.js';
import { type Clock, type Log, TOPICS } from '../../ports/index.js';
import { decodeAlert, decodeEvidence } from '../../wire/index.js';
import { bundledModels, connectedModels, engineSettings, loadCatalogue, type OpenModels } from '../compose.js';
import { UsageError } from '../failure.js';
import { everything, kafkaLogOf } from '../kafka.js';
import { loggerOf } from '../logger.js';
import { patient } from '../patient.js';
import { jsonText } from '../report.js';

interface ExplainOptions {
  readonly brokers?: string;
  readonly encoder?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Two things that ought to agree. */
interface Compared {
  readonly said: string;
  readonly now: string;
}

interface Kept extends KeptSegment {
  readonly focus: readonly Focus[];
}

export interface Explanation {
  readonly alertId: string;
  readonly finding: string;
  readonly threshold: number;
  readonly probability: number;
  /** `probability` is the median of so many segments, of which the samples of the last are kept. */
  readonly medianOf?: number;
  /** Of a rule on beats: what set it off. */
  readonly trigger?: Trigger;
  readonly votes: readonly VoteAgain[];
  /** Why samples are missing, by segment. */
  readonly missing: Readonly<Record<string, string>>;
  /** Where the model looked in each, as the alert kept it. */
  readonly focus: Readonly<Record<string, readonly Focus[]>>;
  /** Heart rate, intervals, ST … of the segment that decided. */
  readonly measurements?: 'same' | 'differ';
  readonly model: Compared;
  readonly policy: Compared;
  readonly decision: 'same' | 'differs' | 'samples missing';
}

/** How long the encoder is waited for. */
const PATIENCE_MS = 15_000;
/** One call to the encoder at a time, and nothing is too old. */
const PATIENT = { batch: { preferred: [1], maxBatch: 32, longestWaitMs: 0, maxInFlight: 1, maxQueued: 512, order: 'oldest' }, maxAgeMs: Infinity, deadlineMs: 10_000 } as const;

export function explainCommand(): Command {
  return new Command('explain')
    .description('why was an alert raised? its samples go through the same rooms again and must reach the same numbers')
    .argument('<id>', 'the alert')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--encoder <host:port,…>', 'encoders of the configured models; without it they are started here')
    .option('--config <file>', 'configuration (YAML): the one that decided')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje alerts explain 3f2a… --brokers kafka:9092\n\nExit 1: the decision differs, or its samples are missing.')
    .action(async (id: string, { brokers, encoder, config: file, json }: ExplainOptions) => {
      const { config } = loadConfig({ file, env: process.env, flags: { 'kafka.brokers': brokers?.split(','), 'encoder.endpoints': encoder?.split(',') } });
      const clock = systemClock();
      const log = await kafkaLogOf(config, clock, loggerOf(config, 'alerts'));
      let models: OpenModels | undefined;
      try {
        models = await (encoder === undefined ? bundledModels : connectedModels)(config, clock, prometheusMeter());
        const explanation = await explain(id, log, models.models, config, clock);
        process.stdout.write(json === true ? `${jsonText(explanation)}\n` : text(explanation));
        if (explanation.decision !== 'same') process.exitCode = 1;
      } finally {
        await models?.close();
        await log.close();
      }
    });
}

/** From what the log keeps of the alert. Throws UsageError where there is no such alert. */
export async function explain(id: string, log: Log, models: readonly Model[], config: Config, clock: Clock): Promise<Explanation> {
  const settings = engineSettings(config);
  const raised = (await everything(log, TOPICS.alerts)).map(({ value }) => decodeAlert(value ?? new Uint8Array())).find((event) => event?.alertId === id);
  if (raised === undefined) throw new UsageError(`there is no alert '${id}' in ${TOPICS.alerts}: \`purkinje alerts verify\` counts those that are there`);
  const { snapshot } = raised;
  const kept = await keptOf(raised, log);
  const associations = new AssociationTable();
  associations.take(await everything(log, TOPICS.context));
  const encoders = new Encoders(patient(models, clock, PATIENCE_MS), clock, lineMeters(prometheusMeter()), PATIENT);
  const outcomes: Outcome[] = [];
  for (const one of kept) {
    const outcome = await outcomeAgain(one, { assemble: settings.assemble, associations, encoders });
    if (outcome?.status === 'unscored') throw new UsageError('an encoder does not answer, and without it nothing can be decided again: look at --encoder');
    if (outcome !== undefined) outcomes.push(outcome);
  }
  encoders.close();
  const { votes, isSame } = decideAgain(snapshot, outcomes);
  const last = outcomes.find((outcome) => outcome.id === snapshot.segments.at(-1));
  const measurements = last && (numbersText(last) === numbersText(snapshot) ? 'same' : 'differ');
  return {
    ...{ alertId: id, finding: snapshot.finding, threshold: snapshot.threshold, probability: snapshot.probability, medianOf: snapshot.medianOf, trigger: snapshot.trigger, votes },
    missing: Object.fromEntries(kept.flatMap(({ segment, missing }) => (missing === '' ? [] : [[segment, missing]]))),
    focus: Object.fromEntries(kept.flatMap(({ segment, focus }) => (focus.length === 0 ? [] : [[segment, focus]]))),
    measurements,
    model: { said: snapshot.modelHash, now: snapshot.evidence === 'rule' ? '' : encoders.identity.modelHash },
    policy: { said: snapshot.policyHash, now: enginePolicy(models, await loadCatalogue(), settings.policy).hash },
    decision: isSame === undefined ? 'samples missing' : isSame && measurements !== 'differ' ? 'same' : 'differs',
  };
}

/** The numbers in one order; ST and voltages travel as float32. */
function numbersText({ measurements }: Pick<Outcome, 'measurements'>): string {
  const { st, voltages, ...numbers } = numbersOf(measurements);
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([known, st.map(({ lead, mv }) => [lead, Math.fround(mv)]), voltages.map(({ lead, rMv, sMv }) => [lead, Math.fround(rMv), Math.fround(sMv)])]);
}

/** The segments of its evidence, in their order, each with all its parts. */
async function keptOf({ alertId, snapshot }: AlertEvent, log: Log): Promise<readonly Kept[]> {
  const kept = new Map<string, Kept & { chunks: Uint8Array[]; focus: Focus[] }>();
  for (const { value } of await everything(log, TOPICS.evidence)) {
    const part = value === null ? undefined : decodeEvidence(value);
    if (part?.alertId !== alertId) continue;
    const one = kept.get(part.segment) ?? { segment: part.segment, chunks: [], missing: part.missing, focus: [] };
    one.chunks.push(...part.chunks);
    one.focus.push(...part.focus.map(({ fromMs, toMs, weight }) => ({ fromMs, toMs, weight })));
    kept.set(part.segment, one);
  }
  for (const segment of snapshot.segments) {
    if (!kept.has(segment)) kept.set(segment, { segment, chunks: [], missing: 'nothing of it is kept', focus: [] });
  }
  return [...kept.values()];
}

function text({ alertId, finding, threshold, probability, medianOf, trigger, votes, missing, focus, measurements, model, policy, decision }: Explanation): string {
  const number = (value: number | undefined): string => (value === undefined ? '—' : value.toFixed(6));
  const compared = (what: string, { said, now }: Compared): string => `${what} ${said || 'none'}${said === now ? ', as here' : `; here it is ${now || 'none'}`}`;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const looked = (segment: string): string => {
    const ranges = (focus[segment] ?? []).map(({ fromMs, toMs, weight }) => `${seconds(fromMs)} to ${seconds(toMs)} s (${Math.round(100 * weight)}%)`);
    return ranges.length === 0 ? '' : `  looked at ${ranges.join(', ')}`;
  };
  const lines = [
    `alert ${alertId}: ${finding}`,
    ...(trigger === undefined ? [] : [`set off by ${triggerText(trigger)}, ${timeOfDay(trigger.fromMs)} to ${timeOfDay(trigger.toMs)}${trigger.kinds === undefined ? '' : `: ${trigger.kinds}`}`]),
    `decided at ${number(probability)}, threshold ${number(threshold)}${medianOf === undefined ? '' : `: the median of ${medianOf} segments, of which the samples of the last are kept`}`,
    ...votes.map(({ segment, said, again }) => `  ${segment}  said ${number(said)}  again ${number(again)}${segment in missing ? `  (${missing[segment]})` : ''}${looked(segment)}`),
    ...(measurements === undefined ? [] : [`measurements of the segment that decided: ${measurements}`]),
    compared('model', model),
    compared('policy', policy),
    `decision: ${decision}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
