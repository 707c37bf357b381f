/** `npm run simulation -- --seed 17`, or `--from 1 --count 500`: a JSON line a seed that breaks a promise, and one for the sum. */
import { parseArgs } from 'node:util';
import { simulate } from './world.js';

const { values } = parseArgs({ options: { seed: { type: 'string' }, from: { type: 'string' }, count: { type: 'string' } } });
const from = Number(values.seed ?? values.from ?? 1);
const count = Number(values.seed === undefined ? (values.count ?? 100) : 1);
let bedHours = 0;
let crashes = 0;
let broken = 0;
for (let seed = from; seed < from + count; seed++) {
  const run = await simulate({ seed });
  bedHours += run.bedHours;
  crashes += run.crashes;
  if (Object.keys(run.violations).length === 0) continue;
  broken++;
  process.stdout.write(`${JSON.stringify({ seed, violations: run.violations, again: `npm run simulation -- --seed ${seed}` })}\n`);
}
process.stdout.write(`${JSON.stringify({ seeds: count, bedHours: Math.round(bedHours), crashes, broken })}\n`);
process.exit(broken === 0 ? 0 : 1);
