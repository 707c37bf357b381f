import type { Meter } from '../../ports/index.js';
import type { ConnectionWatch } from './connections.js';

/** Connections of a door, and those that were refused. */
export function connectionWatch(meter: Meter, door: 'http' | 'grpc' | 'health'): ConnectionWatch {
  const open = meter.gauge('purkinje_process_connections', 'Open connections of a door', ['door']);
  const refused = meter.counter('purkinje_process_connections_refused_total', 'Connections refused because too many were open: of the address (own) or of everybody (all)', ['door', 'whose']);
  open.set(0, { door });
  for (const whose of ['own', 'all']) refused.add(0, { door, whose });
  return { opened: (count) => open.set(count, { door }), refused: (whose) => refused.add(1, { door, whose }) };
}
