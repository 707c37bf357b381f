import type { AssembleOptions } from '../assemble/index.js';
import type { Principal } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import type { Log } from '../ports/index.js';
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
