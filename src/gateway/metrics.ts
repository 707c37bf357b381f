import { CONTINUITIES, type Continuity, type Details, REFUSALS, type RefusalReason } from '../ingest/index.js';
import type { Meter } from '../ports/index.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ANSWERS = ['AA', 'AE', 'AR'] as const;
const DETAILS = ['no-number', 'no-lead', 'withdrawn'] as const satisfies readonly (keyof Details)[];
const DROPS = ['not-allowed', 'no-frame', 'no-room', 'tls'] as const;

export interface GatewayMeters {
  answered(code: (typeof ANSWERS)[number], seconds: number): void;
  refused(reason: RefusalReason): void;
  samples(count: number): void;
  leftOut(details: Readonly<Details>): void;
  placed(continuity: Continuity): void;
  dropped(why: (typeof DROPS)[number]): void;
  connections(open: number): void;
  waiting(messages: number): void;
}

export interface StayMeters {
  changed(written: number, withdrawn: number): void;
  conflicts(count: number): void;
}

/** What a door for ADT has beside the metrics of every door. */
export function stayMeters(meter: Meter): StayMeters {
  const stays = meter.counter('purkinje_gateway_stays_total', 'Records of stays: written, or withdrawn', ['what']);
  const conflicts = meter.gauge('purkinje_gateway_identity_conflicts', 'Pairs of stays of two encounters at one time on one device');
  for (const what of ['written', 'withdrawn']) stays.add(0, { what });
  conflicts.set(0);
  return {
    changed(written, withdrawn) {
      stays.add(written, { what: 'written' });
      stays.add(withdrawn, { what: 'withdrawn' });
    },
    conflicts: (count) => conflicts.set(count),
  };
}

/** Every metric of a door for HL7, made once; closed labels begin at 0. */
export function gatewayMeters(meter: Meter): GatewayMeters {
  const messages = meter.counter('purkinje_gateway_messages_total', 'Messages of other systems by what they were answered', ['code']);
  const seconds = meter.histogram('purkinje_gateway_answer_seconds', 'From a whole message to its answer, which comes after the log has it', SECONDS);
  const refusals = meter.counter('purkinje_gateway_refused_total', 'Messages that will never be taken as they are, by reason', ['reason']);
  const samples = meter.counter('purkinje_gateway_samples_total', 'Samples that the log has taken');
  const details = meter.counter('purkinje_gateway_details_total', 'Samples and channels that were left out of messages whose rest counts', ['detail']);
  const pieces = meter.counter('purkinje_gateway_pieces_total', 'Pieces of signal by how they continue their stream', ['continuity']);
  const drops = meter.counter('purkinje_gateway_dropped_total', 'Connections ended from our side', ['why']);
  const connections = meter.gauge('purkinje_gateway_connections', 'Open connections');
  const waiting = meter.gauge('purkinje_gateway_waiting_messages', 'Messages that wait for the log');
  for (const code of ANSWERS) messages.add(0, { code });
  for (const reason of Object.keys(REFUSALS)) refusals.add(0, { reason });
  for (const continuity of CONTINUITIES) pieces.add(0, { continuity });
  for (const detail of DETAILS) details.add(0, { detail });
  for (const why of DROPS) drops.add(0, { why });
  samples.add(0);
  connections.set(0);
  waiting.set(0);
  return {
    answered(code, took) {
      messages.add(1, { code });
      seconds.observe(took);
    },
    refused: (reason) => refusals.add(1, { reason }),
    samples: (count) => samples.add(count),
    leftOut(left) {
      for (const detail of DETAILS) if (left[detail] > 0) details.add(left[detail], { detail });
    },
    placed: (continuity) => pieces.add(1, { continuity }),
    dropped: (why) => drops.add(1, { why }),
    connections: (open) => connections.set(open),
    waiting: (count) => waiting.set(count),
  };
}
