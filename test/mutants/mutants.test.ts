/**
 * The tests bite: each bug is planted in the source of a room, in a copy of the project, and the test that is there for it
 * must go red. The seeded simulation cannot show these: what it expects comes from the same rooms (its own planted bugs are at
 * the ports: test/simulation/planted.test.ts). Invariants: I15
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'purkinje-mutants-'));
  for (const name of ['src', 'test', 'models', 'proto', 'package.json', 'tsconfig.json', 'vitest.config.ts']) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Mutant {
  readonly bug: string;
  readonly file: string;
  readonly was: string;
  readonly is: string;
  readonly caughtBy: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    bug: 'no dedup: the last value written for a sample stays, and counts again',
    file: 'src/assemble/lead-buffer.ts',
    was: 'if (there === sentinel || there !== there) {\n      counts',
    is: 'if (true) {\n      counts',
    caughtBy: 'test/stories/monitor-oddities.test.ts',
  },
  {
    bug: 'the stride is off by one sample',
    file: 'src/assemble/state.ts',
    was: 'return countedFrom(run, k) + Math.round(k * options.strideS * run.rateHz);',
    is: 'return countedFrom(run, k) + Math.round(k * (options.strideS * run.rateHz + 1));',
    caughtBy: 'test/assemble/cuts.test.ts',
  },
  {
    bug: 'all beds have one phase',
    file: 'src/assemble/phase.ts',
    was: 'sha256(`${device}/${epoch}`)',
    is: 'sha256(`${epoch}`)',
    caughtBy: 'test/assemble/phase.test.ts',
  },
  {
    bug: 'a checkpoint leaves out on which grid a device is',
    file: 'src/assemble/snapshot.ts',
    was: 'runs: epoch.runs.map(({ origin, grid }) => ({ origin, grid }))',
    is: 'runs: undefined',
    caughtBy: 'test/assemble/cuts.test.ts',
  },
  {
    bug: 'a beat that a segment leaves to the next one is dropped where the two overlap',
    file: 'src/decide/rhythm.ts',
    was: 'known.throughS - LEFT_S',
    is: 'known.throughS',
    caughtBy: 'test/grade/border.test.ts',
  },
  {
    bug: 'a gap is filled with the sample before it',
    file: 'src/assemble/lead-buffer.ts',
    was: 'const missing = counts[i] === sentinel || counts[i] !== counts[i];',
    is: 'if (i > 0 && counts[i] === sentinel) counts[i] = counts[i - 1];\n    const missing = counts[i] === sentinel || counts[i] !== counts[i];',
    caughtBy: 'test/stories/monitor-oddities.test.ts',
  },
  {
    bug: 'aVL is derived with the wrong sign',
    file: 'src/ecg/limb.ts',
    was: 'aVL: [1, -0.5]',
    is: 'aVL: [-1, 0.5]',
    caughtBy: 'test/stories/monitor-oddities.test.ts',
  },
  {
    bug: 'V1 and V2 are swapped on the way to the model',
    file: 'src/condition/leads.ts',
    was: 'const row = there.get(lead);',
    is: "const row = there.get(lead === 'V1' ? 'V2' : lead === 'V2' ? 'V1' : lead);",
    caughtBy: 'test/condition/golden.test.ts',
  },
  {
    bug: 'millivolts are taken for microvolts',
    file: 'src/condition/leads.ts',
    was: "case 'scale-free':\n      return 1;",
    is: "case 'scale-free':\n      return 1000;",
    caughtBy: 'test/condition/golden.test.ts',
  },
  {
    bug: 'a z-score of each lead is one of all',
    file: 'src/condition/normalise.ts',
    was: "step.scope === 'lead' ? counted.map",
    is: "step.scope !== 'lead' ? counted.map",
    caughtBy: 'test/condition/contracts.test.ts',
  },
  {
    bug: 'crops begin one sample late',
    file: 'src/contract/crops.ts',
    was: '(_, i) => i * strideSamples)',
    is: '(_, i) => i * strideSamples + 1)',
    caughtBy: 'test/condition/contracts.test.ts',
  },
  {
    bug: 'holes go through the filters',
    file: 'src/condition/leads.ts',
    was: 'within(found, MILLIVOLTS_MAX))) holed',
    is: '(within(found, MILLIVOLTS_MAX) || true))) holed',
    caughtBy: 'test/condition/bad-input.test.ts',
  },
  {
    bug: 'the crops of a segment are merged before the activation',
    file: 'src/contract/probability.ts',
    was: "?? 'first', activated.map((of) => of(column)));",
    is: "?? 'first', activated.map((_of, crop) => logits[crop * targets.length + column]));",
    caughtBy: 'test/contract/contract.test.ts',
  },
  {
    bug: 'resampling is late by a sample',
    file: 'src/dsp/resample.ts',
    was: 'const at = first * down + halfLength;',
    is: 'const at = first * down + halfLength - up;',
    caughtBy: 'test/dsp/scipy.test.ts',
  },
  {
    bug: 'one window is enough for an alert',
    file: 'src/decide/episode.ts',
    was: 'if (votes.length < (outcome.gates.twelveLead ? entry.n :',
    is: 'if (votes.length < (outcome.gates.twelveLead ? 1 :',
    caughtBy: 'test/decide/policy.test.ts',
  },
  {
    bug: 'beats are counted by segments, not across their borders',
    file: 'src/decide/rhythm.ts',
    was: 'const before = goesOn ? known.beats.slice(-keptOf(known)) : [];',
    is: 'const before: number[] = [];',
    caughtBy: 'test/decide/rhythm.test.ts',
  },
  {
    bug: 'a hole is a pause',
    file: 'src/grade/observed.ts',
    was: 'unobserved: united(holes)',
    is: 'unobserved: []',
    caughtBy: 'test/grade/absent.test.ts',
  },
  {
    bug: 'what is unproven reaches the bedside',
    file: 'src/decide/channel.ts',
    was: "if (!isProven) return entry.isNamed ? 'worklist' : 'shadow';",
    is: "if (!isProven) return 'bedside';",
    caughtBy: 'test/decide/site.test.ts',
  },
  {
    bug: 'a take-over does not fill open segments again',
    file: 'src/assemble/snapshot.ts',
    was: 'if (epoch === undefined || source === undefined) return;',
    is: 'if (source !== undefined || epoch === undefined) return;',
    caughtBy: 'test/line/score.test.ts',
  },
  {
    bug: 'an idle device speaks for the record that showed it idle',
    file: 'src/line/score/assemble.ts',
    was: 'input.record, input.record.offset - 1)',
    is: 'input.record, input.record.offset)',
    caughtBy: 'test/line/score.test.ts',
  },
  {
    bug: 'a device may cut its stream to as many pieces as it likes',
    file: 'src/assemble/bounds.ts',
    was: 'if (chunk.blocks.length > 0 && epoch.sources.length >= SOURCES_MAX) return false;',
    is: '',
    caughtBy: 'test/assemble/fragments.test.ts',
  },
  {
    bug: 'after a change of the stride what lies before the next segment is late',
    file: 'src/assemble/runs.ts',
    was: 'if (startOf(run, run.next, options) > sample) run.openFrom = sample;',
    is: '',
    caughtBy: 'test/assemble/stride.test.ts',
  },
  {
    bug: 'what is too short for a segment vanishes',
    file: 'src/assemble/close.ts',
    was: 'out.gaps.push({ device: state.device,',
    is: 'void ({ device: state.device,',
    caughtBy: 'test/assemble/nothing-vanishes.test.ts',
  },
  {
    bug: 'counts of another gain are taken for those of the first',
    file: 'src/assemble/lead-buffer.ts',
    was: 'return inMillivolts(block.samples, block);',
    is: 'return inMillivolts(block.samples, { aduPerMv: 200, offsetAdu: 0 });',
    caughtBy: 'test/assemble/gateways.test.ts',
  },
  {
    bug: 'a rate that jitters is another rate',
    file: 'src/ecg/chunk.ts',
    was: 'const RATE_TOLERANCE = 0.01;',
    is: 'const RATE_TOLERANCE = 0;',
    caughtBy: 'test/stories/gateways.test.ts',
  },
  {
    bug: 'of two chunks out of order the one read first says the nominal rate',
    file: 'src/assemble/step.ts',
    was: 'renominate(epoch, chunk, earliestAt(chunk, options), options);',
    is: '',
    caughtBy: 'test/stories/gateways.test.ts',
  },
  {
    bug: 'epochs are rounded',
    file: 'src/wire/opaque.ts',
    was: 'return Number.isSafeInteger(number) ? number : digits;',
    is: 'return number;',
    caughtBy: 'test/wire/opaque.test.ts',
  },
  {
    bug: 'a device is taken from whatever partition it lies in',
    file: 'src/line/score/decode.ts',
    was: '!== record.partition)',
    is: '< 0)',
    caughtBy: 'test/line/score/gateways.test.ts',
  },
  {
    bug: 'a device that sends without a segment is heard',
    file: 'src/line/absence.ts',
    was: '? formlessMs : unheardMs;',
    is: '? unheardMs : unheardMs;',
    caughtBy: 'test/line/absence.test.ts',
  },
  {
    bug: 'every gap of a torn segment is written',
    file: 'src/wire/bounds.ts',
    was: 'if (gaps.length <= GAPS_MAX) return { gaps, omitted: 0 };',
    is: 'return { gaps, omitted: 0 };',
    caughtBy: 'test/wire/bounds.test.ts',
  },
  {
    bug: 'every alert that is raised becomes active, however many are',
    file: 'src/decide/bounds.ts',
    was: 'if (finding in TECHNICAL) return true;',
    is: 'return true;',
    caughtBy: 'test/wire/bounds.test.ts',
  },
  {
    bug: 'an encounter and a device of one name are one subject',
    file: 'src/decide/subject.ts',
    was: 'return first === undefined || (knownKind(first) ?? kind) === kind ? name : apart;',
    is: 'return name;',
    caughtBy: 'test/decide/subjects.test.ts',
  },
];

describe('a bug planted in a room', () => {
  for (const { bug, file, was, is, caughtBy } of MUTANTS) {
    test(`${bug}: ${caughtBy}`, { timeout: 120_000 }, () => {
      const path = join(copy, file);
      const source = readFileSync(path, 'utf8');
      expect(source.split(was), `${file} no longer holds what this bug is planted in`).toHaveLength(2);
      writeFileSync(path, source.replace(was, () => is));
      const run = spawnSync('npx', ['vitest', 'run', '--project', 'unit', '--reporter=json', caughtBy], { cwd: copy, encoding: 'utf8' });
      writeFileSync(path, source);
      const { numFailedTests, numTotalTests } = JSON.parse(run.stdout.slice(run.stdout.indexOf('{'))) as { numFailedTests: number; numTotalTests: number };
      expect(numTotalTests).toBeGreaterThan(0);
      expect(numFailedTests).toBeGreaterThan(0);
    });
  }
});
