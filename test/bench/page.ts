/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** `npm run bench:page -- [beds …]`: live traces of so many beds in Chromium, two leads each, all on the screen: frames a second, and the share of time that the page's main thread works. */
import { chromium } from 'playwright-core';
import { generateToken, loopbackDoor } from '../../src/adapters/access/index.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { embeddedLog } from '../../src/adapters/embedded/index.js';
import { serveHttp } from '../../src/adapters/http/index.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { startMonitor } from '../../src/monitor/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeOutcome } from '../../src/wire/index.js';
import { outcome } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';

const RATE_HZ = 250;
const CHUNK_S = 0.5;
const MEASURED_S = 10;
/** Room for eight tiles beside each other, and for all beneath. */
const WIDTH = 2300;
const wanted = process.argv.slice(2).map(Number);

for (const beds of wanted.length > 0 ? wanted : [16, 64]) process.stdout.write(`${JSON.stringify(await measured(beds))}\n`);
process.exit(0);

async function measured(beds: number) {
  const [clock, token] = [systemClock(), generateToken()];
  const log = await embeddedLog(new MemoryDisk(), clock, { partitions: 4 });
  const monitor = await startMonitor({
    ...{ log, clock, meter: prometheusMeter(), assemble: ASSEMBLE_DEFAULTS, perReaderDay: 40, targets: [], chance: () => 0.5, audit: () => {}, onStopped: () => process.exit(1) },
    door: loopbackDoor(token),
    sessions: { idleMs: 1_800_000, absoluteMs: 43_200_000, basis: 'bench', overTls: false },
    grpc: { host: '127.0.0.1', port: 0 },
  });
  const http = await serveHttp({ host: '127.0.0.1', port: 0, routes: monitor.routes });
  const devices = Array.from({ length: beds }, (_, n) => `bed-${n}`);
  const place = () => log.append(devices.map((device): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1), device, association: { bed: device, unit: 'icu', knownConditions: [], contextOffset: 0 }, measurements: { beats: [], voltages: [], st: [], heartRateBpm: 75 } } }) })));
  await place();
  const timers = [setInterval(() => void place(), 10_000), ...devices.map((device, n) => setInterval(nextOf(device, n), CHUNK_S * 1000))];
  function nextOf(device: string, n: number): () => void {
    let k = 0;
    return () => void log.append([{ topic: TOPICS.signal, key: device, value: chunkOf(device, k++, n) }]);
  }

  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 260 + Math.ceil(beds / 8) * 330 } });
  await page.goto(`http://127.0.0.1:${http.port}/#token=${token}`);
  await page.waitForFunction((count) => document.querySelectorAll('ecg-sweep').length === count, beds);
  await page.waitForTimeout(6000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  // Of the processor, not of the clock: other programs take their turns.
  const busyS = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ThreadTime')!.value;
  const before = await busyS();
  const frames = await page.evaluate((seconds) => new Promise<number>((resolve) => {
    let count = 0;
    const end = performance.now() + 1000 * seconds;
    const next = (now: number): void => (now < end ? (count++, void requestAnimationFrame(next)) : resolve(count));
    requestAnimationFrame(next);
  }), MEASURED_S);
  const share = ((await busyS()) - before) / MEASURED_S;
  const drawn = await page.evaluate(() => [...document.querySelectorAll('ecg-sweep')].filter((sweep) => {
    const canvas = sweep.shadowRoot!.querySelector('canvas')!;
    return canvas.getContext('2d')!.getImageData(40, 0, canvas.width - 40, canvas.height).data.some((value) => value > 0);
  }).length);
  timers.forEach(clearInterval);
  await browser.close();
  await monitor.close();
  await http.close();
  await log.close();
  return { beds, drawn, framesPerSecond: frames / MEASURED_S, mainThreadShare: Number(share.toFixed(3)) };
}

/** Beats of 75 a minute, each bed a little later than the one before. */
function chunkOf(device: string, k: number, n: number): Uint8Array {
  const bump = (s: number, at: number, width: number, mv: number) => mv * Math.exp(-(((s - at) / width) ** 2));
  const samples = Int16Array.from({ length: CHUNK_S * RATE_HZ }, (_, i) => {
    const s = (k * CHUNK_S + i / RATE_HZ + n / 7) % 0.8;
    return Math.round(1000 * (bump(s, 0.16, 0.025, 0.12) - bump(s, 0.285, 0.008, 0.12) + bump(s, 0.3, 0.01, 1.1) - bump(s, 0.32, 0.009, 0.25) + bump(s, 0.55, 0.05, 0.3)));
  });
  const blocks = ['II', 'V1'].map((lead) => ({ lead, origin: 'measured' as const, aduPerMv: 1000, offsetAdu: 0, samples, leadOff: false }));
  return encodeChunk({ device, epoch: 1, sequence: k, firstSample: k * CHUNK_S * RATE_HZ, deviceTimeMs: 1_700_000_000_000 + k * CHUNK_S * 1000, rateHz: RATE_HZ, declaredLeads: ['II', 'V1'], blocks, band: { phase: 'unknown' }, placement: 'standard', calibration: false, demo: false, endOfStream: false });
}
