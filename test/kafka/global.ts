import type { TestProject } from 'vitest/node';
import { brokerMissing, startBroker } from './broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the run's broker, or undefined where none can run. */
    kafka: string | undefined;
  }
}

/** One broker for the whole test run. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = await brokerMissing();
  if (missing !== undefined) {
    if (process.env.CI === 'true') throw new Error(`the Kafka tests need ${missing}, which is not installed`);
    process.stderr.write(`\n*** ${missing} is not installed: every Kafka test is SKIPPED ***\n\n`);
    project.provide('kafka', undefined);
    return undefined;
  }
  const broker = await startBroker();
  project.provide('kafka', broker.address);
  return () => broker.stop();
}
