import type { Outcome } from '../../ecg/index.js';
import type { NewRecord } from '../../ports/index.js';
import type { Scored } from './encode.js';
import type { Update } from './update.js';

/** Reason of an outcome whose content the log refused. */
const OUTPUT_REFUSED = 'output-refused';

/** The same update, of which only what names it is left: every segment keeps its one outcome, every reject its source. */
export function withoutContent(update: Update<Scored>, letters: readonly NewRecord[]): Update<Scored> {
  const records = update.records.map((record) => ({ ...record, value: record.headers === undefined ? record.value : null }));
  return { ...update, records: [...records, ...letters], segments: update.segments.map(({ departures, outcome }) => ({ departures, outcome: nameOf(outcome) })) };
}

function nameOf(outcome: Outcome): Outcome {
  const { encounter, contextOffset } = outcome.association;
  return {
    ...outcome,
    status: 'unusable',
    grade: 'unusable',
    signalQuality: 0,
    gates: { rate: false, morphology: false, twelveLead: false },
    reasons: [OUTPUT_REFUSED],
    leads: [],
    steps: [],
    measurements: { beats: [], voltages: [], st: [] },
    kinds: undefined,
    findings: [],
    source: { partition: outcome.source.partition, offsets: outcome.source.offsets.slice(-1) },
    association: { encounter, contextOffset, knownConditions: [] },
  };
}
