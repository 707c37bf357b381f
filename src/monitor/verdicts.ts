import { withDemoted, type Policy } from '../decide/index.js';
import { isRefuted, livePpv, stepVerdicts, type Tallies, type Tally } from '../deliver/index.js';
import type { AlertEvent, OperatingPoint } from '../ecg/index.js';
import { type Clock, type Gauge, type Log, type Meter, type NewRecord, TOPICS } from '../ports/index.js';
import { encodeCommand } from '../wire/index.js';

/** The verdicts on one finding, at one operating point. */
export interface FindingVerdicts extends OperatingPoint {
  readonly right: number;
  readonly wrong: number;
  readonly ppv: number;
  readonly lower95: number;
  readonly upper95: number;
  /** In shadow from here on. */
  readonly demoted: boolean;
}

/** Counts what people find of alerts; asks every partition to demote what they refute. Asked twice, that changes nothing. */
export class VerdictBook {
  private readonly tallies: Tallies = new Map();
  private readonly refuted = new Map<string, Tally>();
  private readonly counts: Gauge;
  private readonly demotedCount: Gauge;
  /** Until all that lay in the log has been read, nothing is asked. */
  private isCurrent = false;

  constructor(
    private readonly policy: Policy,
    private readonly log: Log,
    private readonly clock: Clock,
    meter: Meter,
    private readonly onStopped: (error: unknown) => void,
  ) {
    this.counts = meter.gauge('purkinje_deliver_verdicts', 'What people found of the alerts that are in the log, by finding.', ['finding', 'verdict']);
    this.demotedCount = meter.gauge('purkinje_deliver_findings_demoted', "Findings in shadow because of people's verdicts.");
    this.demotedCount.set(0);
  }

  /** The policy with what is demoted by now. */
  get current(): Policy {
    return withDemoted(this.policy, [...this.refuted.values()].map(({ point }) => point));
  }

  /** True: it puts a finding in shadow. */
  take(event: AlertEvent): boolean {
    const { out } = stepVerdicts(this.tallies, event);
    if (out === undefined) return false;
    const { finding } = out.point;
    const own = [...this.tallies.values()].filter(({ point }) => point.finding === finding);
    for (const verdict of ['right', 'wrong'] as const) this.counts.set(own.reduce((sum, tally) => sum + tally[verdict], 0), { finding, verdict });
    // Once refuted it stays so: in shadow, no verdict comes that could speak for it.
    if (this.refuted.has(keyOf(out)) || !isRefuted(out, this.policy.ppvFloor)) return false;
    this.refuted.set(keyOf(out), out);
    this.demotedCount.set(this.refuted.size);
    if (this.isCurrent) this.ask([out]);
    return true;
  }

  /** All that lay in the log has been read. */
  caughtUp(): void {
    this.isCurrent = true;
    this.ask([...this.refuted.values()]);
  }

  verdicts(): readonly FindingVerdicts[] {
    return [...this.tallies.values()].map((tally) => {
      const { value, ...bounds } = livePpv(tally);
      return { ...tally.point, right: tally.right, wrong: tally.wrong, ppv: value, ...bounds, demoted: this.refuted.has(keyOf(tally)) };
    });
  }

  private ask(tallies: readonly Tally[]): void {
    if (tallies.length === 0) return;
    const atMs = this.clock.nowMs();
    const commands = tallies.map(({ point, right, wrong }) => encodeCommand({ kind: 'demote', point, actor: 'purkinje', atMs, reason: `${right} right of ${right + wrong}` }));
    void (async () => {
      const partitions = await this.log.partitionCount(TOPICS.commands);
      const records = Array.from({ length: partitions }, (_, partition) => commands.map((value): NewRecord => ({ topic: TOPICS.commands, partition, key: 'demote', value })));
      await this.log.append(records.flat());
    })().catch(this.onStopped);
  }
}

const keyOf = ({ point }: Tally): string => JSON.stringify(point);
