/**
 * Each rule that is shipped is made to fire by running programs under a real Prometheus, by what it is there for, with its own windows and
 * times: `LONG=1 npx vitest run --project operations test/operations/provoked.test.ts`, about twelve minutes. That every rule has a
 * scenario or a reason why not is checked in every run.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../encoder/support.js';
import { type Broker, brokerMissing, startBroker } from '../kafka/broker.js';
import { BROKER } from './causes/broker.js';
import { DOORS } from './causes/doors.js';
import { ENCODER } from './causes/encoder.js';
import { FAULT } from './causes/fault.js';
import { RECORDS } from './causes/records.js';
import { type Program, startPurkinje } from './programs.js';
import { play, ruleOf } from './scenario.js';
import { Stage } from './stage.js';

const folder = inject('prometheus');
const LONG = process.env.LONG !== undefined && folder !== undefined && (await brokerMissing()) === undefined;
const PLAYS = [BROKER, ENCODER, RECORDS, DOORS, FAULT];
const PLAY_MAX_MS = 25 * 60_000;

/** Rules that no running program is made to fire, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  Watchdog: 'always fires: every look of every scenario asks for it',
};

test('every rule has a scenario that provokes it, or a reason why it has none; and none is provoked that is not there', () => {
  const { groups } = parse(readFileSync(resolve(import.meta.dirname, '../../deploy/prometheus/alerts.yml'), 'utf8'));
  const rules: string[] = groups.flatMap((group: { rules: { alert: string }[] }) => group.rules.map(({ alert }) => alert));
  const provoked = PLAYS.flatMap(({ scenarios }) => scenarios.flatMap(({ fires }) => Object.keys(fires).map(ruleOf)));
  expect([...new Set([...provoked, ...Object.keys(EXCEPTIONS)])].sort()).toEqual([...rules].sort());
  expect(provoked.filter((rule) => rule in EXCEPTIONS)).toEqual([]);
  const named = PLAYS.flatMap(({ scenarios }) => scenarios.flatMap(({ mayFire = [], lasts = [] }) => [...mayFire, ...lasts]));
  expect(named.filter((rule) => !rules.includes(rule))).toEqual([]);
});

describe.skipIf(!LONG)('provoked by running programs', () => {
  let broker: Broker;
  let encoder: Program;

  beforeAll(async () => {
    ensureBuilt();
    broker = await startBroker();
    encoder = await startPurkinje(['encoder', '--port', '0'], /"port":(\d+)/);
  });

  afterAll(async () => {
    await encoder?.stop();
    await broker?.stop();
  });

  test.concurrent.each(PLAYS)('$name', { timeout: PLAY_MAX_MS }, async ({ name, open, scenarios }) => {
    const objections: string[] = [];
    let stage: Stage | undefined;
    try {
      const world = await open({ prometheus: folder!, encoder: `127.0.0.1:${encoder.found[1]}`, stage: async (address = broker.address) => (stage = await Stage.open(address)) });
      const standing = new Set<string>();
      for (const scenario of scenarios) {
        const verdict = await play(world, scenario, standing);
        console.log(`${name}: ${scenario.story}: ${verdict.fired.join(', ')}${verdict.objections.map((objection) => `\n  ${objection}`).join('')}`);
        objections.push(...verdict.objections);
      }
    } finally {
      await stage?.close();
    }
    expect(objections).toEqual([]);
  });
});
