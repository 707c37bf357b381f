/**
 * A monitor's feed into Kafka: one SignalChunk a second. Replace `samples` by your own source. For research: not a medical device.
 *
 *     npm install kafkajs@2.2.4 protobufjs@7.5.4
 *     npx tsx examples/feed/feed.ts kafka:9092 icu-1-bed-3 60
 */
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import protobuf from 'protobufjs';

const [brokers, device, seconds = '60', topic = 'ecg.signal.v1'] = process.argv.slice(2);
const [RATE_HZ, ADU_PER_MV, LEADS] = [250, 1000, ['I', 'II', 'V1']];
const SignalChunk = (await protobuf.load('proto/ecg/v1/signal.proto')).lookupType('ecg.v1.SignalChunk');

/** Counts of one lead in one second, little-endian int16: here 75 narrow peaks a minute. */
function samples(lead: number, second: number): Uint8Array {
  const beat = Array.from({ length: RATE_HZ }, (_, i) => ((((second * RATE_HZ + i) / RATE_HZ) % 0.8) - 0.4) / 0.012);
  return new Uint8Array(Int16Array.from(beat, (x) => Math.round(ADU_PER_MV * (1 - 0.2 * lead) * Math.exp(-x * x))).buffer);
}

const kafka = new kafkajs.Kafka({ brokers: brokers.split(',') });
// Its default partitioner is murmur2, as Purkinje's: each device in one partition.
const producer = kafka.producer({ idempotent: true, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
const startMs = Date.now();
for (let second = 0; second < Number(seconds); second++) {
  const chunk = SignalChunk.fromObject({
    schemaVersion: 1, device, epoch: startMs, sequence: second, firstSample: second * RATE_HZ, deviceTimeMs: startMs + 1000 * second,
    rateHz: RATE_HZ, declaredLeads: LEADS, demo: true, endOfStream: second === Number(seconds) - 1,
    blocks: LEADS.map((lead, i) => ({ lead, origin: 'ORIGIN_MEASURED', aduPerMv: ADU_PER_MV, format: 'SAMPLE_FORMAT_INT16', samples: samples(i, second) })),
  });
  await producer.send({ topic, acks: -1, messages: [{ key: device, value: Buffer.from(SignalChunk.encode(chunk).finish()) }] });
  await sleep(Math.max(0, startMs + 1000 * (second + 1) - Date.now()));
}
await producer.disconnect();
