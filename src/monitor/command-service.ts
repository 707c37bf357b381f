import { type Action, may, type Principal } from '../deliver/index.js';
import { type AlertCommand, hasControls } from '../ecg/index.js';
import { type Clock, type Log, TOPICS } from '../ports/index.js';
import { encodeCommand } from '../wire/index.js';
import type { Indexed } from './alert-index.js';
import type { Call } from './audit.js';
import type { Gate } from './gate.js';
import type { AlertHub } from './hub.js';
import type { Lane } from './lane.js';

const REASON_MAX = 500;

/** What was asked of an alert cannot be. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly kind: 'unknown' | 'over' | 'already' | 'bad-reason' | 'log-refuses',
    text: string,
    options?: ErrorOptions,
  ) {
    super(text, options);
  }
}

export interface CommandDeps {
  readonly hub: Pick<AlertHub, 'find'>;
  readonly log: Pick<Log, 'append'>;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly lane: Lane;
  /** The log would not take a command. */
  readonly onRefused: (error: unknown) => void;
}

/** What people ask of alerts, each within their units. Whether they may is decided from memory; the log is only appended to. */
export class CommandService {
  constructor(private readonly deps: CommandDeps) {}

  /** Resolves once the request is kept in the log. Rejects with CommandError, RefusedError, BusyError. */
  acknowledge(principal: Principal, alertId: string, call: Call): Promise<void> {
    return this.ask(principal, 'acknowledge', alertId, '', call);
  }

  /** Like `acknowledge`. `reason`: a verdict, or one line in own words. */
  async dismiss(principal: Principal, alertId: string, reason: string, call: Call): Promise<void> {
    const text = reason.trim();
    if (text === '' || text.length > REASON_MAX || hasControls(text)) {
      throw new CommandError('bad-reason', `a dismissal needs a reason: confirmed, known, artefact, not-present, or one line of at most ${REASON_MAX} characters`);
    }
    return this.ask(principal, 'dismiss', alertId, text, call);
  }

  /** The step that owns the encounter decides, and its event says what became of it. */
  private async ask(principal: Principal, kind: Extract<Action, AlertCommand['kind']>, alertId: string, reason: string, call: Call): Promise<void> {
    const { hub, log, clock, gate, lane, onRefused } = this.deps;
    const { partition, key, unit, state } = visibleTo(principal, hub, alertId);
    if (!may(principal, kind, unit)) gate.deny(principal, kind, call, alertId);
    if (state === 'resolved' || state === 'dismissed') throw new CommandError('over', `alert ${alertId} is over (${state}): nothing is left to ${kind}`);
    if (kind === 'acknowledge' && state === 'acknowledged') throw new CommandError('already', `alert ${alertId} has been acknowledged already`);
    await lane.run(principal.who, async () => {
      const command: AlertCommand = { kind, alertId, actor: principal.who, atMs: Math.round(clock.nowMs()), reason };
      try {
        await log.append([{ topic: TOPICS.commands, partition, key, value: encodeCommand(command) }]);
      } catch (error) {
        onRefused(error);
        throw new CommandError('log-refuses', `the ${kind} of alert ${alertId} could not be kept: the log takes nothing now; try again`, { cause: error });
      }
    });
    gate.allowed(principal, kind, call, { alertId });
  }
}

/** An alert that the principal may read. Any other is answered like one that is not there: throws CommandError. */
export function visibleTo(principal: Principal, hub: Pick<AlertHub, 'find'>, alertId: string): Indexed {
  const found = hub.find(alertId);
  if (found === undefined || !found.isShown || !may(principal, 'read', found.unit)) throw unknownAlert(alertId);
  return found;
}

export function unknownAlert(alertId: string): CommandError {
  return new CommandError('unknown', `there is no alert ${JSON.stringify(alertId.slice(0, 64))} that you may see`);
}
