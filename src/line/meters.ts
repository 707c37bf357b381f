import { COMMAND_FAULTS, CONTEXT_FAULTS, DETAILS, REJECT_REASONS } from '../wire/index.js';
import { type Counter, type Gauge, type Histogram, type Meter, TOPICS } from '../ports/index.js';

/** Every metric of the line, made once. Labels are closed lists. */
export interface LineMeters {
  readonly chunks: Counter;
  readonly samples: Counter;
  readonly rejects: Counter;
  readonly details: Counter;
  readonly skipped: Counter;
  readonly isolated: Counter;
  readonly contextsRefused: Counter;
  readonly commandsRefused: Counter;
  readonly partitionsChanged: Gauge;
  readonly segments: Counter;
  readonly outcomes: Counter;
  readonly gaps: Counter;
  readonly restSamples: Counter;
  readonly batches: Counter;
  readonly batchSize: Histogram;
  readonly encodeSeconds: Histogram;
  readonly waiting: Gauge;
  readonly shed: Counter;
  readonly waitingBytes: Gauge;
  readonly waitingBytesMax: Gauge;
  readonly commitSeconds: Histogram;
  readonly endToEndSeconds: Histogram;
  readonly devices: Gauge;
  readonly devicesSilent: Gauge;
  readonly oldestUnprocessed: Gauge;
  readonly alerts: Counter;
  readonly suppressed: Counter;
  readonly unreadable: Counter;
  readonly evidenceRetries: Counter;
  readonly assignmentsLost: Counter;
  readonly heartbeat: Gauge;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function lineMeters(meter: Meter): LineMeters {
  const meters = declared(meter);
  // A counter that is not there yet hides its first step from a rate: closed labels begin at 0.
  for (const reason of REJECT_REASONS) meters.rejects.add(0, { reason });
  for (const detail of DETAILS) meters.details.add(0, { detail });
  for (const fate of ['read', 'placed', 'repeated', 'conflicting', 'late', 'rejected']) meters.samples.add(0, { fate });
  for (const status of ['scored', 'unusable', 'unscored', 'shed']) meters.outcomes.add(0, { status, grade: status === 'unusable' ? 'unusable' : 'good' });
  for (const stage of ['restore', 'assemble', 'grade', 'condition', 'encode', 'publish', 'decide']) meters.isolated.add(0, { stage });
  for (const topic of [TOPICS.signal, TOPICS.context, TOPICS.outcomes, TOPICS.commands]) for (const reason of ['expired', 'unreadable', 'recreated']) meters.skipped.add(0, { topic, reason });
  for (const reason of CONTEXT_FAULTS) meters.contextsRefused.add(0, { reason });
  for (const reason of COMMAND_FAULTS) meters.commandsRefused.add(0, { reason });
  for (const why of ['age', 'memory']) meters.shed.add(0, { why });
  meters.partitionsChanged.set(0);
  for (const step of ['score', 'decide']) meters.assignmentsLost.add(0, { step });
  for (const result of ['scored', 'away', 'failed']) meters.batches.add(0, { result });
  return meters;
}

function declared(meter: Meter): LineMeters {
  return {
    chunks: meter.counter('purkinje_wire_chunks_total', 'Records read from the signal topic'),
    samples: meter.counter('purkinje_assemble_samples_total', 'Samples by what became of them; read is the sum of the others', ['fate']),
    rejects: meter.counter('purkinje_wire_rejects_total', 'Chunks written to the rejects topic', ['reason']),
    details: meter.counter('purkinje_wire_details_total', 'Leads, samples and pace marks that were left out of chunks whose rest counts', ['detail']),
    skipped: meter.counter('purkinje_line_skipped_records_total', 'Records that were never read: expired, unreadable, or of a topic that was recreated', ['topic', 'reason']),
    contextsRefused: meter.counter('purkinje_line_contexts_refused_total', 'Records of the context topic that are no stay, by reason', ['reason']),
    commandsRefused: meter.counter('purkinje_decide_commands_refused_total', 'Records of the commands topic that are no command, by reason', ['reason']),
    partitionsChanged: meter.gauge('purkinje_log_partitions_changed', 'Topics whose number of partitions changed since the start: devices in new ones are not watched'),
    isolated: meter.counter('purkinje_line_isolated_total', 'Failures that would happen again, isolated from everything else', ['stage']),
    segments: meter.counter('purkinje_assemble_segments_total', 'Segments closed', ['closed_by']),
    outcomes: meter.counter('purkinje_score_outcomes_total', 'Outcomes published', ['status', 'grade']),
    gaps: meter.counter('purkinje_assemble_gap_segments_total', 'Segments without any sample, or with too few at an end, reported as gaps'),
    restSamples: meter.counter('purkinje_assemble_rest_samples_total', 'Samples at an end, too few for a segment: they are in gaps'),
    batches: meter.counter('purkinje_encode_batches_total', 'Batches sent to the encoder', ['result']),
    batchSize: meter.histogram('purkinje_encode_batch_segments', 'Segments in a batch', [1, 2, 4, 8, 16, 32, 64]),
    encodeSeconds: meter.histogram('purkinje_encode_duration_seconds', 'From sending a batch to its scores', SECONDS),
    waiting: meter.gauge('purkinje_score_waiting_segments', 'Segments between assembling and publishing'),
    shed: meter.counter('purkinje_score_shed_total', 'Segments given up before their scores came, by why: age (they waited too long), memory (what waits takes all the room)', ['why']),
    waitingBytes: meter.gauge('purkinje_score_waiting_bytes', 'Bytes of those segments, their tensors among them, and of records that wait to be published'),
    waitingBytesMax: meter.gauge('purkinje_score_waiting_max_bytes', 'Bound of the above'),
    commitSeconds: meter.histogram('purkinje_commit_duration_seconds', 'One transaction of a step', SECONDS, ['step']),
    endToEndSeconds: meter.histogram('purkinje_score_latency_seconds', 'From the record that closed a segment to its published outcome', SECONDS),
    devices: meter.gauge('purkinje_assemble_devices', 'Devices in the partitions owned'),
    devicesSilent: meter.gauge('purkinje_assemble_devices_silent', 'Devices that fell silent without an end of stream'),
    oldestUnprocessed: meter.gauge('purkinje_line_oldest_unprocessed_seconds', 'Age of the oldest record read and not yet committed'),
    alerts: meter.counter('purkinje_decide_alert_events_total', 'Alert events published', ['finding', 'state', 'priority', 'channel']),
    suppressed: meter.counter('purkinje_decide_suppressed_total', 'Candidates that became no alert', ['why']),
    unreadable: meter.counter('purkinje_decide_unreadable_total', 'Records of outcomes that could not be read'),
    evidenceRetries: meter.counter('purkinje_decide_evidence_retries_total', 'Attempts to read the samples of an alert that failed and are tried again'),
    assignmentsLost: meter.counter('purkinje_line_assignments_lost_total', 'Assignments of a partition that ended before their time', ['step']),
    heartbeat: meter.gauge('purkinje_line_heartbeat_timestamp_seconds', 'When the line last committed or found nothing to commit'),
  };
}
