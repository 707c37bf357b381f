import type { Catalogue } from '../contract/index.js';
import type { Policy } from '../decide/index.js';
import { may, type Principal } from '../deliver/index.js';
import type { AlertEvent, Outcome } from '../ecg/index.js';
import { type Answer, answerOf, type Facts, type Language, type Question, relationsOf, type Report, reportOf } from '../explain/index.js';
import { factsOfLogged } from '../line/index.js';
import { type Log, TOPICS } from '../ports/index.js';
import { decodeOutcome } from '../wire/index.js';
import type { Call } from './audit.js';
import { CommandError, visibleTo } from './command-service.js';
import type { Gate } from './gate.js';
import type { AlertHub } from './hub.js';
import type { Lane } from './lane.js';
import type { Latest } from './latest.js';

export interface SegmentReadDeps {
  readonly hub: Pick<AlertHub, 'find' | 'history'>;
  readonly log: Log;
  readonly gate: Gate;
  readonly lane: Lane;
  /** The latest segment of a bed. */
  readonly latest: (bed: string) => Latest | undefined;
  /** What the engine decides by, with what people's verdicts demoted; undefined: not known, and nothing is said. */
  readonly policy: () => Policy | undefined;
  /** Undefined: nothing is answered. */
  readonly catalogue?: Catalogue;
}

/** A segment is the one that raised an alert, or the latest of a bed. */
export type SegmentOf = { readonly alert: string } | { readonly bed: string };

/** What single segments say, to callers who may read their alert or their bed: what a caller may not read is refused before the log is asked. */
export class SegmentReads {
  constructor(private readonly deps: SegmentReadDeps) {}

  /** Undefined: its outcome is not kept any more, or no policy is known. Rejects with CommandError, BusyError. */
  report(principal: Principal, of: SegmentOf, language: Language, call: Call): Promise<Report | undefined> {
    return this.read(principal, of, call, (now) => reportOf({ now }, language));
  }

  /** As `report`; rejects with QuestionError too. A finding has one threshold, whatever is asked. */
  ask(principal: Principal, of: SegmentOf, question: Question, call: Call): Promise<Answer | undefined> {
    const { catalogue } = this.deps;
    return this.read(principal, of, call, (facts) => catalogue && answerOf(question, { asked: facts, listed: facts, relatedTo: relationsOf(catalogue) }));
  }

  private async read<Result>(principal: Principal, of: SegmentOf, call: Call, use: (facts: Facts) => Result): Promise<Result | undefined> {
    const { gate, lane } = this.deps;
    this.allow(principal, of);
    return lane.run(principal.who, async () => {
      // It may have waited for its turn: the right is asked for again.
      this.allow(principal, of);
      gate.allowed(principal, 'read', call, 'alert' in of ? { alertId: of.alert } : {});
      const facts = await this.facts(of);
      return facts && use(facts);
    });
  }

  private allow(principal: Principal, of: SegmentOf): void {
    if ('alert' in of) return void visibleTo(principal, this.deps.hub, of.alert);
    const latest = this.deps.latest(of.bed);
    if (latest === undefined || !may(principal, 'read', latest.unit)) throw new CommandError('unknown', `there is no bed ${JSON.stringify(of.bed.slice(0, 64))} that you may see, or nothing has come of it since this monitor started`);
  }

  private async facts(of: SegmentOf): Promise<Facts | undefined> {
    const wanted = 'alert' in of ? raisedBy(await this.deps.hub.history(of.alert)) : latestOf(this.deps.latest(of.bed));
    const policy = this.deps.policy();
    if (wanted === undefined || policy === undefined) return undefined;
    const [record] = await this.deps.log.read(TOPICS.outcomes, wanted.partition, [wanted.offset]);
    const decoded = record === undefined || record.value === null ? undefined : decodeOutcome(record.value);
    // A topic that was recreated may have another bed's outcome there.
    return decoded?.type === 'segment' && wanted.isIt(decoded.outcome) ? factsOfLogged(decoded.outcome, policy) : undefined;
  }
}

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
