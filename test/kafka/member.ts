import { systemClock } from '../../src/adapters/clock.js';
import { kafkaLog } from '../../src/adapters/kafka/index.js';
import type { KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import { FencedError, TOPICS } from '../../src/ports/index.js';
import { copyStep } from '../log/probe-step.js';

/*
 * A program of its own that copies the signal to the outcomes, for tests that stop or kill a whole process.
 * Argument: its configuration as JSON. It writes a line for each thing that happens: `ready`, `take 1`, `lost 1`, `fenced 1`.
 */

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const config = JSON.parse(process.argv[2]) as KafkaLogConfig;

const log = await kafkaLog(config, systemClock());
const copy = copyStep('score', TOPICS.signal, TOPICS.outcomes);
const onRecords = copy.onRecords;
copy.onRecords = async (records, assignment) => {
  try {
    await onRecords(records, assignment);
  } catch (error) {
    if (error instanceof FencedError) say(`fenced ${assignment.partition}`);
    throw error;
  }
};
copy.events.push = (...events) => {
  for (const event of events) if (!event.startsWith('record')) say(event);
  return 0;
};
const membership = await log.join(copy);
say('ready');
process.on('SIGTERM', () => {
  void membership
    .leave()
    .then(() => log.close())
    .then(() => process.exit(0));
});
