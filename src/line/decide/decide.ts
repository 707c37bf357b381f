import { map, type OperatorFunction } from 'rxjs';
import { type DecideInput, initial, type Raised, step, subjectKey, type SubjectState } from '../../decide/index.js';
import { type LogRecord, type NewRecord, TOPICS } from '../../ports/index.js';
import { encodeAlert } from '../../wire/index.js';
import { valueBytes } from '../collect.js';
import type { DecideDeps } from '../deps.js';
import { rejectRecord } from '../outcome.js';
import { askedBy } from './input.js';
import type { SubjectStore } from './state-store.js';
import type { Decided, OwedEvidence } from './update.js';

/** About what a subject's state takes in a transaction, bytes. */
const STATE_BYTES = 8192;

/** Folds each record into its subject's state: what it decided, record by record. */
export function decide(store: SubjectStore, partition: number, deps: DecideDeps): OperatorFunction<LogRecord, Decided> {
  return map((record) => {
    try {
      return decideOne(record);
    } catch (error) {
      // It would fail again: its subject goes on without it.
      deps.meters.isolated.add(1, { stage: 'decide' });
      deps.meters.rejects.add(1, { reason: 'processing-failed' });
      deps.onIsolated('decide', partition, record.offset, error);
      const letter = rejectRecord(record, { reason: 'processing-failed' });
      return decided(record, [{ ...letter, headers: { ...letter.headers, 'source-topic': record.topic } }]);
    }
  });

  function decideOne(record: LogRecord): Decided {
    const asked = askedBy(record);
    switch (asked.type) {
      case 'unreadable':
        deps.meters.unreadable.add(1);
        return decided(record, []);
      case 'refused':
        deps.meters.commandsRefused.add(1, { reason: asked.fault });
        return decided(record, []);
      case 'none':
        return decided(record, []);
      case 'demotion':
        return decided(record, store.demote(asked.demotion));
      default:
        return record.key === undefined ? decided(record, []) : fold(record, record.key, asked);
    }
  }

  function fold(record: LogRecord, key: string, input: DecideInput): Decided {
    const subject = subjectKey(key, input, (one) => store.find(one));
    const { state, out } = step(store.find(subject) ?? initial(key), input, store.policy);
    const owed = out.events.flatMap((raised) => owedBy(raised, key));
    const alerts = out.events.map(({ event }): NewRecord => ({ topic: TOPICS.alerts, partition, key, value: encodeAlert(event) }));
    const records = [...alerts, ...owed.map((one) => store.owedRecord(one))];
    // Kept only now that all of it can be written.
    for (const { why } of out.suppressed) deps.meters.suppressed.add(1, { why });
    const states = new Map<string, SubjectState | undefined>();
    if (store.put(subject, state)) states.set(subject, state);
    const forgotten = store.forget();
    if (forgotten !== undefined) states.set(forgotten, undefined);
    return { ...decided(record, records), events: out.events.map(({ event }) => event), owed, states };
  }
}

function decided({ topic, offset }: LogRecord, records: readonly NewRecord[]): Decided {
  return { type: 'decided', topic, offset, events: [], owed: [], states: NO_STATES, records, bytes: valueBytes(records) + STATE_BYTES };
}

const NO_STATES: Decided['states'] = new Map();

function owedBy({ event: { alertId, snapshot }, sources }: Raised, key: string): OwedEvidence[] {
  return sources.map(({ segment, source }) => ({ alertId, finding: snapshot.finding, isRule: snapshot.evidence === 'rule', segment, source, key }));
}
