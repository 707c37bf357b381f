import { ASSEMBLE_DEFAULTS, initialPartition, physical } from '../../src/assemble/index.js';
import { condition } from '../../src/condition/index.js';
import { probabilities } from '../../src/contract/index.js';
import { initial, type Policy, step, type SubjectState } from '../../src/decide/index.js';
import type { AlertEvent, Finding } from '../../src/ecg/index.js';
import { grade } from '../../src/grade/index.js';
import type { LogRecord } from '../../src/ports/index.js';
import { decodeChunk, decodeOutcome } from '../../src/wire/index.js';
import { takeRecord } from '../assemble/record.js';
import { CONTRACT, hashScores } from './encoder.js';

export interface ExpectedOutcome {
  readonly id: string;
  readonly grade: string;
  /** What the encoder says, where it is asked. */
  readonly findings: readonly Finding[] | undefined;
}

export interface Expected {
  /** By device, in order. */
  readonly outcomes: Map<string, ExpectedOutcome[]>;
  /** `partition:offset:reason`. */
  readonly rejects: string[];
}

/** What one undisturbed pass over the signal gives: no crash, no batch, no transaction, no take-over. */
export function expectedOf(signal: readonly LogRecord[]): Expected {
  const outcomes = new Map<string, ExpectedOutcome[]>();
  const rejects: string[] = [];
  const partitions = new Map<number, ReturnType<typeof initialPartition>>();
  for (const record of signal) {
    const partition = partitions.get(record.partition) ?? initialPartition();
    partitions.set(record.partition, partition);
    const decoded = decodeChunk(record.value ?? new Uint8Array(), record.key);
    if (!decoded.ok) rejects.push(`${record.partition}:${record.offset}:${decoded.reject.reason}`);
    const input = { offset: record.offset, brokerMs: record.timestampMs, chunk: decoded.ok ? decoded.chunk : undefined };
    for (const { device, assembled } of takeRecord(partition, input, ASSEMBLE_DEFAULTS)) {
      for (const { offset, reason } of assembled.rejects) rejects.push(`${record.partition}:${offset}:${reason}`);
      for (const segment of assembled.segments) {
        const mv = physical(segment);
        const graded = grade(segment, mv);
        const sound = ['I', 'II'].every((lead) => graded.usable.has(lead)) && graded.grade !== 'unusable';
        const conditioned = condition(mv, CONTRACT);
        const findings = sound && conditioned.ok ? probabilities(CONTRACT, hashScores(conditioned.tensor).logits) : undefined;
        outcomes.set(device, [...(outcomes.get(device) ?? []), { id: segment.id, grade: graded.grade, findings }]);
      }
    }
  }
  return { outcomes, rejects };
}

/** The decisions that follow from the outcomes as they lie in the log. */
export function expectedAlerts(outcomes: readonly LogRecord[], policy: Policy): AlertEvent[] {
  const states = new Map<string, SubjectState>();
  return outcomes.flatMap((record) => {
    const decoded = decodeOutcome(record.value!);
    const { partition, offset } = record;
    const subject = record.key!;
    if (decoded === undefined || decoded.type === 'gap' || decoded.type === 'lost') return [];
    const input = decoded.type === 'segment' ? ({ type: 'outcome', outcome: decoded.outcome, partition, offset } as const) : ({ ...decoded, partition, offset } as const);
    const { state, out } = step(states.get(subject) ?? initial(subject), input, policy);
    states.set(subject, state);
    return out.events.map(({ event }) => event);
  });
}
