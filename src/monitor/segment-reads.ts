import type { AssembleOptions } from '../assemble/index.js';
import type { Catalogue } from '../contract/index.js';
import type { Policy } from '../decide/index.js';
import { may, type Principal } from '../deliver/index.js';
import type { AlertEvent, Outcome, Physical } from '../ecg/index.js';
import { type Answer, answerOf, type Facts, type Language, type Question, relationsOf, type Report, reportOf } from '../explain/index.js';
import { factsOfLogged, stripOf as samplesOf } from '../line/index.js';
import { type Clock, type Log, TOPICS } from '../ports/index.js';
import { decodeOutcome } from '../wire/index.js';
import type { Where } from './alert-index.js';
import type { Call } from './audit.js';
import { CommandError, visibleTo } from './command-service.js';
import { keptSamples } from './evidence.js';
import type { Gate } from './gate.js';
import type { AlertHub } from './hub.js';
import type { Lane } from './lane.js';
import type { Latest } from './latest.js';
import { outcomeAt } from './outcome-at.js';

export interface SegmentReadDeps {
  readonly hub: Pick<AlertHub, 'find' | 'history'>;
  readonly log: Log;
  readonly gate: Gate;
  readonly lane: Lane;
  /** How the engine cuts segments. */
  readonly assemble: AssembleOptions;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The latest segment of a bed. */
  readonly latest: (bed: string) => Latest | undefined;
  /** What the engine decides by, with what people's verdicts demoted; undefined: not known, and nothing is said. */
  readonly policy: () => Policy | undefined;
  /** Of the models whose thresholds the policy has; undefined: not compared. */
  readonly modelHash?: string;
  /** Undefined: nothing is answered. */
  readonly catalogue?: Catalogue;
}

/** A segment is the one that raised an alert, or one of a bed: its latest, or the one that holds a time. */
export type SegmentOf = { readonly alert: string } | { readonly bed: string; readonly atMs?: number };

/** A report, and what it is of. */
export interface Reported {
  readonly report: Report;
  readonly outcome: Outcome;
  /** mV; undefined: they are not kept any more, or were not asked for. */
  readonly samples: Physical | undefined;
}

/** What single segments say, to callers who may read their alert or their bed: what a caller may not read is refused before the log is asked. */
export class SegmentReads {
  constructor(private readonly deps: SegmentReadDeps) {}

  /** Undefined: its outcome is not kept any more, or no policy is known. Rejects with CommandError, BusyError. */
  report(principal: Principal, of: SegmentOf, { language, withSamples }: { readonly language: Language; readonly withSamples: boolean }, call: Call): Promise<Reported | undefined> {
    return this.read(principal, of, call, async (now) => ({ report: reportOf({ now }, language), outcome: now.outcome, samples: withSamples ? await this.samples(now.outcome, of) : undefined }));
  }

  /** As `report`; rejects with QuestionError too. A finding has one threshold, whatever is asked. */
  ask(principal: Principal, of: SegmentOf, question: Question, call: Call): Promise<Answer | undefined> {
    const { catalogue } = this.deps;
    return this.read(principal, of, call, (facts) => catalogue && answerOf(question, { asked: facts, listed: facts, relatedTo: relationsOf(catalogue) }));
  }

  /** After a wait: a patient may have moved meanwhile. Throws CommandError where an alert may not be read any more; a segment's unit stays what it was. */
  stillAllowed(principal: Principal, of: SegmentOf): void {
    if ('alert' in of) visibleTo(principal, this.deps.hub, of.alert);
  }

  private async read<Result>(principal: Principal, of: SegmentOf, call: Call, use: (facts: Facts) => Result | Promise<Result>): Promise<Result | undefined> {
    const { gate, lane } = this.deps;
    this.allow(principal, of);
    return lane.run(principal.who, async () => {
      // It may have waited for its turn: the right is asked for again.
      this.allow(principal, of);
      if ('alert' in of) gate.allowed(principal, 'read', call, { alertId: of.alert });
      const policy = this.deps.policy();
      const outcome = policy && (await this.outcome(principal, of));
      if (policy === undefined || outcome === undefined) return undefined;
      // Of a time the unit is known from the segment alone.
      if ('bed' in of) gate.allowed(principal, 'read', call, { bed: of.bed, unit: outcome.association.unit });
      return use(factsOfLogged(outcome, policy, this.deps.modelHash));
    });
  }

  private allow(principal: Principal, of: SegmentOf): void {
    if ('alert' in of) return void visibleTo(principal, this.deps.hub, of.alert);
    // Of a time the unit is known from the segment.
    if (of.atMs !== undefined) return;
    const latest = this.deps.latest(of.bed);
    if (latest === undefined || !may(principal, 'read', latest.unit)) throw unknownBed(of.bed, 'nothing of who lies there has come since this monitor started');
    const agoS = Math.round((this.deps.clock.nowMs() - latest.atMs) / 1000);
    // What was is not what is: a bed that is silent has no report of now.
    if (agoS > LATEST_MAX_S) throw new CommandError('unknown', `the latest segment of bed ${JSON.stringify(of.bed.slice(0, 64))} came ${agoS} s ago: give the time that is meant (at)`);
  }

  private async outcome(principal: Principal, of: SegmentOf): Promise<Outcome | undefined> {
    const { hub, log, latest } = this.deps;
    if ('bed' in of && of.atMs !== undefined) {
      const found = await outcomeAt(log, of.bed, of.atMs);
      if (found === undefined || !may(principal, 'read', found.association.unit)) throw unknownBed(of.bed, 'no segment of it at that time is kept');
      return found;
    }
    const wanted = 'alert' in of ? raisedBy(await hub.history(of.alert)) : latestOf(latest(of.bed));
    if (wanted === undefined) return undefined;
    const [record] = await log.read(TOPICS.outcomes, wanted.partition, [wanted.offset]);
    const decoded = record === undefined || record.value === null ? undefined : decodeOutcome(record.value);
    // A topic that was recreated may have another bed's outcome there.
    return decoded?.type === 'segment' && wanted.isIt(decoded.outcome) ? decoded.outcome : undefined;
  }

  /** From the signal; of an alert, where that has expired, from what it kept. */
  private async samples({ id, source: { partition, offsets } }: Outcome, of: SegmentOf): Promise<Physical | undefined> {
    const { hub, log, assemble } = this.deps;
    const chunks = (await log.read(TOPICS.signal, partition, offsets)).flatMap(({ value }) => value ?? []);
    const where: Where | undefined = 'alert' in of ? hub.find(of.alert) : undefined;
    return (chunks.length < offsets.length ? undefined : samplesOf({ segment: id, chunks, missing: '' }, assemble)) ?? (where && 'alert' in of ? await keptSamples(log, of.alert, where, assemble, id) : undefined);
  }
}

/** An older segment says nothing of now. */
const LATEST_MAX_S = 120;

const unknownBed = (bed: string, why: string): CommandError => new CommandError('unknown', `there is no bed ${JSON.stringify(bed.slice(0, 64))} that you may see, or ${why}`);

/** A place in ecg.outcomes.v1, and whether what lies there is what was asked for. */
interface Wanted {
  readonly partition: number;
  readonly offset: number;
  readonly isIt: (outcome: Outcome) => boolean;
}

function raisedBy(history: readonly AlertEvent[]): Wanted | undefined {
  const raised = history.find(({ outcome }) => outcome !== undefined);
  if (raised?.outcome === undefined) return undefined;
  const { device, segments } = raised.snapshot;
  return { ...raised.outcome, isIt: (outcome) => outcome.device === device && (segments.length === 0 || segments.includes(outcome.id)) };
}

function latestOf(latest: Latest | undefined): Wanted | undefined {
  return latest && { ...latest, isIt: ({ id, device, association: { bed = device, unit } }) => id === latest.segment && bed === latest.bed && unit === latest.unit };
}
