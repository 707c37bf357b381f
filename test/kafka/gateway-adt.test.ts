/** A hospital's interface engine (hl7 of Python) reports a ward's stays, and the gateway dies in between: the topic has the table. Invariants: I57 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';
import { decodeContext } from '../../src/wire/index.js';
import { ensureBuilt } from '../encoder/support.js';
import { python, startGateway, startSender } from './gateway-process.js';
import { testConfig } from './prefix.js';

const [BEDS, KILLS, START_MS, HOUR_MS] = [8, 5, Date.UTC(2026, 2, 1), 3_600_000];
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const time = (hours: number) => `${new Date(START_MS + hours * HOUR_MS).toISOString().replace(/[-:TZ]/g, '')}+0000`;
function adt(id: string, trigger: string, hours: number, bed: number, visit: string): string {
  return [`MSH|^~\\&|ADT|HOSP|||${time(hours)}||ADT^${trigger}|${id}|P|2.5`, `EVN|${trigger}|${time(hours)}`, 'PID|1||MRN-0001||TEST^PERSON||19500101|F', `PV1|1|I|ICU^1^${bed}||||||||||||||||${visit}`].map((line) => `${line}\r`).join('');
}

describe.skipIf(inject('kafka') === undefined || python === undefined)('ADT to Kafka', () => {
  it(`killed ${KILLS} times: every stay stands once`, { timeout: 180_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 4, replicationFactor: 1 }, systemClock());
    const folder = mkdtempSync(join(tmpdir(), 'purkinje-adt-'));
    const map = join(folder, 'site.yaml');
    writeFileSync(map, `beds: { ${Array.from({ length: BEDS }, (_, bed) => `ICU/1/${bed}: [mon-${bed}]`).join(', ')} }`);
    // Each bed has ten patients in a day; each comes, is updated, and leaves. Of some the discharge comes first.
    const paths = Array.from({ length: BEDS }, (_, bed) => {
      const messages = Array.from({ length: 10 }, (_unused, k) => [adt(`${bed}-${k}-a`, 'A01', 2 * k, bed, `V${bed}-${k}`), adt(`${bed}-${k}-u`, 'A08', 2 * k + 0.5, bed, `V${bed}-${k}`), adt(`${bed}-${k}-d`, 'A03', 2 * k + 1, bed, `V${bed}-${k}`)]);
      const path = join(folder, `${bed}.json`);
      writeFileSync(path, JSON.stringify(messages.flatMap((some, k) => (k % 3 === 0 ? some.reverse() : some))));
      return path;
    });
    const start = (port: number) => startGateway(config, port, closing, 'adt', ['--map', map], { PURKINJE_GATEWAY_ENCOUNTER_KEY: 'k'.repeat(32) });
    let gateway = await start(0);
    const { port } = gateway;
    const sent = startSender(port, 0.3, paths, closing);
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await gateway.kill();
      gateway = await start(port);
    }
    const { acknowledged, resent, refused } = await sent;
    expect({ acknowledged, refused }).toEqual({ acknowledged: BEDS * 30, refused: [] });
    expect(resent).toBeGreaterThan(0);
    const log = await kafkaLog(config, systemClock());
    const last = new Map<string, LogRecord>();
    await (await log.follow(TOPICS.context, (records) => records.forEach((record) => last.set(record.key!, record)))).close();
    await log.close();
    const stays = [...last.values()].flatMap(({ value }) => (value === null ? [] : [decodeContext(value)!]));
    const found = stays.map(({ device, sinceMs, untilMs = Infinity }) => `${device} ${(sinceMs - START_MS) / HOUR_MS}–${(untilMs - START_MS) / HOUR_MS}`).sort();
    expect(found).toEqual(Array.from({ length: BEDS * 10 }, (_, n) => `mon-${Math.floor(n / 10)} ${2 * (n % 10)}–${2 * (n % 10) + 1}`).sort());
    expect(new Set(stays.map(({ encounter }) => encounter)).size).toBe(BEDS * 10);
  });
});
