/** A monitor over an embedded log, as a process of its own; the one who started it says on stdin how many alerts to append. */
import { createInterface } from 'node:readline';
import { generateToken, loopbackDoor } from '../../src/adapters/access/index.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { embeddedLog } from '../../src/adapters/embedded/index.js';
import { serveHttp } from '../../src/adapters/http/index.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { startMonitor } from '../../src/monitor/index.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event } from '../monitor/alerts.js';

const clock = systemClock();
const token = generateToken();
const log = await embeddedLog(new MemoryDisk(), clock, { partitions: 4 });
const monitor = await startMonitor({
  ...{ log, clock, meter: prometheusMeter(), assemble: ASSEMBLE_DEFAULTS, perReaderDay: 40, targets: [], chance: () => 0.5, audit: () => {}, onStopped: () => process.exit(1) },
  door: loopbackDoor(token),
  sessions: { idleMs: 1_800_000, absoluteMs: 43_200_000, basis: 'bench', overTls: false },
  grpc: { host: '127.0.0.1', port: 0 },
});
const http = await serveHttp({ host: '127.0.0.1', port: 0, routes: monitor.routes, limits: { connectionsOfAddress: 12_000 } });
process.stdout.write(`${JSON.stringify({ port: http.port, grpcPort: monitor.grpcPort, token })}\n`);
let n = 0;
for await (const line of createInterface({ input: process.stdin })) {
  for (let left = Number(line); left > 0; left -= 20) {
    await log.append(Array.from({ length: Math.min(left, 20) }, () => event(n++, 'raised', { encounter: `encounter-${n % 50}` })));
  }
}
