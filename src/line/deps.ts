import type { AssembleOptions } from '../assemble/index.js';
import type { Policy } from '../decide/index.js';
import type { AlertEvent, Focus, Outcome } from '../ecg/index.js';
import type { Clock, Log } from '../ports/index.js';
import type { KeptSegment } from './again.js';
import type { AssociationTable } from './association.js';
import type { Credits } from './credits.js';
import type { Encoders } from './encoders.js';
import type { EngineGauges } from './gauges.js';
import type { LineMeters } from './meters.js';
import type { Turns } from './turns.js';

/** Named moments at which the faults suite kills the process. */
export const FAILPOINTS = [
  'score:taken',
  'score:read',
  'score:closed',
  'score:scored',
  'score:before-commit',
  'score:after-commit',
  'decide:taken',
  'decide:read',
  'decide:before-commit',
  'decide:after-commit',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** What both steps need. */
export interface StepDeps {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly meters: LineMeters;
  readonly gauges: EngineGauges;
  readonly failpoint: (point: Failpoint) => void;
  /** Something that would fail again was isolated: a dead letter names it. */
  readonly onIsolated: (stage: string, partition: number, offset: number, error: unknown) => void;
}

/** A state that cannot be read is its device's or its subject's alone: counted, and that one begins anew. */
export function onUnreadableState({ meters, onIsolated }: StepDeps, partition: number): (error: Error) => void {
  return (error) => {
    meters.isolated.add(1, { stage: 'restore' });
    onIsolated('restore', partition, -1, error);
  };
}

export interface ScoreDeps extends StepDeps {
  /** Of the signal topic. */
  readonly partitions: number;
  readonly assemble: AssembleOptions;
  readonly encoders: Encoders;
  readonly credits: Credits;
  /** False with ages unlimited: then reading waits, and nothing is shed. */
  readonly mayShed: boolean;
  readonly associations: AssociationTable;
  /** A device unheard of for this long by the engine's clock is silent. */
  readonly silentAfterMs: number;
  /** Called once an outcome is published. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

export interface DecideDeps extends StepDeps {
  readonly log: Log;
  readonly policy: Policy;
  /** Where the model looked for a finding in a segment; undefined: nobody can be asked. */
  readonly focus?: (kept: KeptSegment, finding: string) => Promise<readonly Focus[]>;
  /** Called once an event is durable. */
  readonly onAlert?: (event: AlertEvent) => void;
}
