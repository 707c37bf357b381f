import type { AssembleOptions } from '../assemble/index.js';
import type { Policy } from '../decide/index.js';
import type { Principal } from '../deliver/index.js';
import type { AlertEvent, Outcome } from '../ecg/index.js';
import { type Language, type Report, reportOf } from '../explain/index.js';
import { factsOfLogged } from '../line/index.js';
import { type Log, TOPICS } from '../ports/index.js';
import { decodeOutcome } from '../wire/index.js';
import { unknownAlert, visibleTo } from './command-service.js';
import { readStrip, type Strip } from './evidence.js';
import type { Call } from './audit.js';
import type { Gate } from './gate.js';
import type { AlertHub } from './hub.js';
import type { Lane } from './lane.js';

export interface ReadDeps {
  readonly hub: Pick<AlertHub, 'find' | 'history'>;
  readonly log: Log;
  readonly gate: Gate;
  readonly lane: Lane;
  /** How the engine cuts segments. */
  readonly assemble: AssembleOptions;
  /** What the engine decides by, with what people's verdicts demoted; undefined: not known, and nothing is reported. */
  readonly policy: () => Policy | undefined;
}

/** Single alerts from the log, to callers who may read them: what a caller may not read is refused before the log is asked. */
export class AlertReads {
  constructor(private readonly deps: ReadDeps) {}

  /** All events of an alert but those in shadow, oldest first. Rejects with CommandError, BusyError. */
  history(principal: Principal, alertId: string, call: Call): Promise<readonly AlertEvent[]> {
    return this.read(principal, alertId, call, async () => {
      const events = (await this.deps.hub.history(alertId)).filter(({ snapshot }) => snapshot.channel !== 'shadow');
      if (events.length === 0) throw unknownAlert(alertId);
      return events;
    });
  }

  /** The samples that an alert kept; undefined: none. Rejects like `history`. */
  strip(principal: Principal, alertId: string, segment: string | undefined, call: Call): Promise<Strip | undefined> {
    const { log, hub, assemble } = this.deps;
    return this.read(principal, alertId, call, async () => {
      const where = hub.find(alertId);
      return where && readStrip(log, alertId, where, assemble, segment);
    });
  }

  /** A drafted report of the segment that raised the alert; undefined: its outcome is not kept any more, or no policy is known. Rejects like `history`. */
  report(principal: Principal, alertId: string, language: Language, call: Call): Promise<Report | undefined> {
    const { hub, log } = this.deps;
    return this.read(principal, alertId, call, async () => {
      const raised = (await hub.history(alertId)).find(({ outcome }) => outcome !== undefined);
      const policy = this.deps.policy();
      if (raised?.outcome === undefined || policy === undefined) return undefined;
      const { partition, offset } = raised.outcome;
      const [record] = await log.read(TOPICS.outcomes, partition, [offset]);
      const decoded = record === undefined || record.value === null ? undefined : decodeOutcome(record.value);
      // A topic that was recreated may have another bed's outcome there.
      if (decoded?.type !== 'segment' || !isOf(raised, decoded.outcome)) return undefined;
      return reportOf({ now: factsOfLogged(decoded.outcome, policy) }, language);
    });
  }

  private async read<Result>(principal: Principal, alertId: string, call: Call, task: () => Promise<Result>): Promise<Result> {
    const { hub, gate, lane } = this.deps;
    visibleTo(principal, hub, alertId);
    return lane.run(principal.who, () => {
      // It may have waited for its turn: the right is asked for again.
      visibleTo(principal, hub, alertId);
      gate.allowed(principal, 'read', call, { alertId });
      return task();
    });
  }
}

function isOf({ snapshot: { device, segments } }: AlertEvent, outcome: Outcome): boolean {
  return device === outcome.device && (segments.length === 0 || segments.includes(outcome.id));
}
