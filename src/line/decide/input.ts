import type { DecideInput } from '../../decide/index.js';
import type { Demotion } from '../../ecg/index.js';
import { type LogRecord, TOPICS } from '../../ports/index.js';
import { type CommandFault, decodeOutcome, readCommand } from '../../wire/index.js';

/** What a record of outcomes or commands asks of the step. */
export type Asked =
  | DecideInput
  /** People's verdicts refute a finding: shadow from the next record on. */
  | { readonly type: 'demotion'; readonly demotion: Demotion }
  /** Bytes that this engine cannot read. */
  | { readonly type: 'unreadable' }
  /** Bytes that are no command. */
  | { readonly type: 'refused'; readonly fault: CommandFault }
  /** A kind of record that decides nothing. */
  | { readonly type: 'none' };

/** Bytes → what is to be decided. */
export function askedBy(record: LogRecord): Asked {
  if (record.value === null) return { type: 'none' };
  if (record.topic === TOPICS.commands) return commandOf(record.value, record.offset);
  const decoded = decodeOutcome(record.value);
  const { partition, offset } = record;
  switch (decoded?.type) {
    case undefined:
      return { type: 'unreadable' };
    case 'segment':
      return { type: 'outcome', outcome: decoded.outcome, partition, offset };
    case 'silence':
      return { type: 'silence', silence: decoded.silence, partition, offset };
    case 'departure':
      return { type: 'departure', departure: decoded.departure, partition, offset };
    case 'gap':
    case 'lost':
      return { type: 'none' };
  }
}

function commandOf(value: Uint8Array, offset: number): Asked {
  const read = readCommand(value);
  if (!read.ok) return { type: 'refused', fault: read.fault };
  const { command } = read;
  return command.kind === 'demote' ? { type: 'demotion', demotion: command } : { type: 'command', command, offset };
}
