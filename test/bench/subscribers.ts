/** `npm run bench:subscribers -- [subscribers] [alerts]`: so many browsers on one monitor; does each get every alert, once, and how soon? */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { idOf } from '../monitor/alerts.js';

const [subscribers, alerts] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 2000)];
const SINGLE = 20;
const all = new Map(Array.from({ length: alerts + SINGLE }, (_, n) => [idOf(n), n]));

const child = spawn(process.execPath, [join(import.meta.dirname, 'monitor-process.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
const { port, token } = JSON.parse(await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve))) as { port: number; token: string };

let [received, repeated] = [0, 0];
const seen = Array.from({ length: subscribers }, () => new Uint8Array(all.size));
let ready = 0;
const sockets = [];
for (let k = 0; k < subscribers; k++) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let rest = '';
  socket.on('data', (bytes: Buffer) => {
    rest += bytes.toString('latin1');
    if (ready < subscribers && rest.includes('event: snapshot-end')) ready++;
    let at = 0;
    for (let found = rest.indexOf('"alertId":"', at); found >= 0 && found + 43 <= rest.length; found = rest.indexOf('"alertId":"', at)) {
      const n = all.get(rest.slice(found + 11, found + 43))!;
      received++;
      if (seen[k][n]++ > 0) repeated++;
      at = found + 43;
    }
    // An id may be cut in two.
    rest = rest.slice(Math.max(at, rest.length - 60));
  });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.write(`GET /alerts HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`);
}
const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 1));
};
await until(() => ready >= subscribers);

const allHaveMs: number[] = [];
for (let n = 0; n < SINGLE; n++) {
  const start = performance.now();
  child.stdin.write('1\n');
  await until(() => received >= (n + 1) * subscribers);
  allHaveMs.push(performance.now() - start);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
allHaveMs.sort((a, b) => a - b);
const start = performance.now();
child.stdin.write(`${alerts}\n`);
const expected = subscribers * all.size;
const deadline = performance.now() + 600_000;
await until(() => received >= expected || performance.now() > deadline);
const seconds = (performance.now() - start) / 1000;
const lost = seen.reduce((sum, one) => sum + one.filter((count) => count === 0).length, 0);
process.stdout.write(
  `${JSON.stringify({ subscribers, alerts: all.size, lost, repeated, oneAlertToAllMs: { p50: Math.round(allHaveMs[SINGLE / 2]), max: Math.round(allHaveMs.at(-1)!) }, burst: { alerts, seconds: Number(seconds.toFixed(1)), messagesPerSecond: Math.round((alerts * subscribers) / seconds) } })}\n`,
);
for (const socket of sockets) socket.destroy();
child.kill();
process.exit(lost + repeated === 0 ? 0 : 1);
