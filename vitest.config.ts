import { defineConfig } from 'vitest/config';

/** What each project is, and what it needs beyond Node. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    setupFiles: ['test/setup.ts'],
    projects: [
      // Rooms, properties, stories, architecture, adapters on this machine.
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/kafka/**', 'test/faults/**', 'test/operations/**', 'test/page/**', 'test/simulation/seeds.test.ts', 'test/**/*.python.test.ts'] } },
      // The whole line over virtual clock, log, disk and encoder.
      { extends: true, test: { name: 'simulation', include: ['test/simulation/seeds.test.ts'] } },
      // A real Kafka broker: Java and Maven.
      {
        extends: true,
        test: { name: 'kafka', include: ['test/kafka/**/*.test.ts', 'test/faults/**/*.test.ts'], fileParallelism: false, globalSetup: ['test/kafka/global.ts'] },
      },
      // tritonclient and a real Triton: Python.
      { extends: true, test: { name: 'python', include: ['test/**/*.python.test.ts'], fileParallelism: false } },
      // A real browser: Debian's Chromium.
      { extends: true, test: { name: 'page', include: ['test/page/**/*.test.ts'], fileParallelism: false, globalSetup: ['test/page/global.ts'] } },
      // A real Prometheus: Debian's package.
      { extends: true, test: { name: 'operations', include: ['test/operations/**/*.test.ts'], fileParallelism: false, globalSetup: ['test/operations/global.ts'] } },
    ],
  },
});
