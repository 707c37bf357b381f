import { type Action, may, type Principal } from '../deliver/index.js';
import type { AlertCommand, AlertEvent } from '../ecg/index.js';
import { type Clock, type Log, TOPICS } from '../ports/index.js';
import { encodeCommand } from '../wire/index.js';
import type { Gate } from './gate.js';
import type { AlertHub } from './hub.js';

const REASON_MAX = 500;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

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

/** What people ask of alerts, each within his units. */
export class CommandService {
  constructor(
    private readonly hub: AlertHub,
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly onRefused: (error: unknown) => void,
  ) {}

  /** All events of an alert. Throws CommandError. */
  async history(principal: Principal, alertId: string, surface: string): Promise<readonly AlertEvent[]> {
    const events = (await this.hub.history(alertId)).filter(({ snapshot }) => snapshot.channel !== 'shadow');
    const unit = events.at(-1)?.snapshot.unit;
    // One that may not be seen is told of like one that is not there.
    if (events.length === 0 || !may(principal, 'read', unit)) throw unknown(alertId);
    this.gate.allowed(principal, 'read', surface, alertId);
    return events;
  }

  acknowledge(principal: Principal, alertId: string, surface: string): Promise<void> {
    return this.ask(principal, 'acknowledge', alertId, '', surface);
  }

  async dismiss(principal: Principal, alertId: string, reason: string, surface: string): Promise<void> {
    const text = reason.trim();
    if (text === '' || text.length > REASON_MAX || CONTROL.test(text)) {
      throw new CommandError('bad-reason', `a dismissal needs a reason: confirmed, known, artefact, not-present, or one line of at most ${REASON_MAX} characters`);
    }
    return this.ask(principal, 'dismiss', alertId, text, surface);
  }

  /** Resolves once the request is kept in the log; the step that owns the encounter decides, and its event tells. */
  private async ask(principal: Principal, kind: Extract<Action, AlertCommand['kind']>, alertId: string, reason: string, surface: string): Promise<void> {
    const where = this.hub.where(alertId);
    const latest = (await this.hub.history(alertId)).at(-1);
    if (where === undefined || latest === undefined || !may(principal, 'read', latest.snapshot.unit)) throw unknown(alertId);
    if (!may(principal, kind, latest.snapshot.unit)) this.gate.deny(principal, kind, surface, alertId);
    if (latest.state === 'resolved' || latest.state === 'dismissed') throw new CommandError('over', `alert ${alertId} is over (${latest.state}): nothing is left to ${kind}`);
    if (kind === 'acknowledge' && latest.state === 'acknowledged') throw new CommandError('already', `alert ${alertId} has been acknowledged already`);
    const command: AlertCommand = { kind, alertId, actor: principal.who, atMs: Math.round(this.clock.nowMs()), reason };
    try {
      await this.log.append([{ topic: TOPICS.commands, partition: where.partition, key: where.key, value: encodeCommand(command) }]);
    } catch (error) {
      this.onRefused(error);
      throw new CommandError('log-refuses', `the ${kind} of alert ${alertId} could not be kept: the log takes nothing now; try again`, { cause: error });
    }
    this.gate.allowed(principal, kind, surface, alertId);
  }
}

function unknown(alertId: string): CommandError {
  return new CommandError('unknown', `there is no alert ${JSON.stringify(alertId.slice(0, 64))} that you may see`);
}
