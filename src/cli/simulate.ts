import { Command, InvalidArgumentError } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEADS, printable, RATE_MAX_HZ, RATE_MIN_HZ } from '../ecg/index.js';
import { RecordError, SIMULATED_COMMENT, writeAnnotations, writeRecord } from '../records/index.js';
import {
  CONDITION_IDS, conditionNamed, countsOf, createPatient, PROFILE_FILE, readProfile, SimulationError, wardBed,
  type BeatKind, type Patient, type Profile, type Truth,
} from '../simulate/index.js';
import { progress } from './progress.js';
import { prolongedRecord } from './prolonged.js';
import { reading } from './reading.js';
import { recordingsOf } from './recordings.js';

const ADU_PER_MV = 200;
const START_MS = Date.UTC(2000, 0, 1);
/** A record is made in memory: 6 h at 500 Hz. */
const SAMPLES_MAX = 10_800_000;
const BEDS_MAX = 10_000;
const RENDER_SAMPLES = 8192;

/** Of a recording that is repeated: whatever it was written with. */
const MADE_ADU_PER_MV = 1000;

interface Options {
  readonly out: string;
  readonly from?: string;
  readonly beds?: number;
  readonly condition?: string;
  readonly duration: number;
  readonly rate: number;
  readonly seed: number;
  readonly noise?: number;
  readonly onset?: number;
  readonly profile?: string;
}

/** `purkinje simulate`: simulated patients as WFDB records with beats (`.atr`) and truth (`labels.json`). */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('write simulated 12-lead patients as WFDB records with their labels: by default one of each condition')
    .requiredOption('--out <dir>', 'folder to write into; made where it is missing')
    .option('--from <dir>', 'instead of drawing patients repeat the 12-lead recordings in a folder for --duration, their beats jittered, with wander and noise; --rate is theirs')
    .option('--beds <n>', 'a ward of n beds instead, conditions by the profile\'s weights', number('beds', 1, BEDS_MAX, true))
    .option('--condition <id>', `one patient with this condition: ${CONDITION_IDS.join(', ')}`)
    .option('--duration <time>', 'how long: 60s, 10m, 1h', seconds, 60)
    .option('--rate <hz>', 'samples a second', number('rate', RATE_MIN_HZ, RATE_MAX_HZ, false), 500)
    .option('--seed <n>', 'the same seed makes the same patients', number('seed', 0, 2 ** 31 - 1, true), 1)
    .option('--noise <level>', '0: none, 1: as on a ward, more: worse', number('noise', 0, 100, false))
    .option('--onset <time>', 'healthy before, the condition from then on (not with --beds)', seconds)
    .option('--profile <file>', `distributions to draw from (default: ${PROFILE_FILE.split('/').slice(-2).join('/')})`)
    .addHelpText('after', '\nExample:\n  purkinje simulate --out beds --condition atrial-fibrillation --duration 10m');
  return command.action(async (options: Options) => {
    try {
      process.stdout.write(options.from === undefined ? await simulate(options) : await repeat(options.from, options, (option) => command.getOptionValueSource(option) === 'cli'));
    } catch (error) {
      if (error instanceof SimulationError || error instanceof RecordError) command.error(`error: ${error.message}`);
      const { code, path } = error as NodeJS.ErrnoException;
      if (code !== undefined && path !== undefined) command.error(`error: ${path}: ${code}`);
      throw error;
    }
  });
}

async function simulate(options: Options): Promise<string> {
  if (options.beds !== undefined && (options.condition ?? options.onset) !== undefined) {
    throw new SimulationError('bad-spec', '--beds together with --condition or --onset', 'simulate', 'a ward draws its own conditions');
  }
  const samples = samplesOf(options.duration, options.rate);
  const profile = await readProfile(options.profile);
  await mkdir(options.out, { recursive: true });
  const records: ReturnType<typeof labelOf>[] = [];
  const lines: string[] = [];
  const total = options.beds ?? (options.condition === undefined ? CONDITION_IDS.length : 1);
  await progress('records', total, async (onDone) => {
    for (const { name, patient } of patientsFor(options, profile)) {
      const truth = patient.truth(0, options.duration);
      const label = labelOf(name, patient, truth, options.duration);
      await writeRecord(options.out, name, {
        rateHz: patient.rateHz,
        startMs: START_MS,
        leads: renderAll(patient, samples, ADU_PER_MV),
        comments: [SIMULATED_COMMENT, `Condition: ${label.condition}`, `Seed: ${patient.seed}`, `Age: ${label.ageYears}`, `Sex: ${label.sex}`],
      });
      await writeAnnotations(options.out, name, annotationsOf(patient, truth, samples));
      records.push(label);
      lines.push(`${name.padEnd(34)} ${label.condition.padEnd(33)} ${String(truth.beats.length).padStart(5)} beats  ${label.findings.map((one) => one.id).join(', ')}`);
      onDone();
    }
  });
  const labels = { schemaVersion: 1, simulated: true, seed: options.seed, rateHz: options.rate, durationS: options.duration, records };
  await writeFile(join(options.out, 'labels.json'), `${JSON.stringify(labels, null, 1)}\n`);
  return `${lines.join('\n')}\n${records.length} records of ${options.duration} s at ${options.rate} Hz in ${options.out}, truth in labels.json\n`;
}

/** What is made of a recording is nobody's ECG any more, and the file says so. A recording that cannot be repeated is reported, and the others are written. */
async function repeat(folder: string, { out, duration, seed, noise = 1, profile: file }: Options, isGiven: (option: string) => boolean): Promise<string> {
  const unfit = ['beds', 'condition', 'onset', 'rate'].filter(isGiven);
  if (unfit.length > 0) throw new SimulationError('bad-spec', `--from together with --${unfit.join(', --')}`, 'simulate', 'a recording has its own patient and rate');
  const profile = await readProfile(file);
  const reader = reading();
  const recordings = await recordingsOf([folder], reader);
  await mkdir(out, { recursive: true });
  const lines: string[] = [];
  const names = new Set<string>();
  for (const [i, recording] of recordings.entries()) {
    const name = recording.device.replaceAll(/[^A-Za-z0-9_-]/g, '_');
    try {
      if (names.size === names.add(name).size) throw new SimulationError('bad-spec', `another recording is written as ${name}`, recording.path, 'repeat them folder by folder');
      const made = await prolongedRecord(recording, seed * 100_000 + i, profile, noise, reader);
      const samples = samplesOf(duration, made.rateHz);
      await writeRecord(out, name, { rateHz: made.rateHz, startMs: START_MS, leads: renderAll(made, samples, MADE_ADU_PER_MV), comments: [SIMULATED_COMMENT, `Made of: ${printable(recording.device)}, repeated with wander and noise`, `Seed: ${made.seed}`] });
      lines.push(`${name.padEnd(34)} ${duration} s at ${made.rateHz} Hz\n`);
    } catch (error) {
      if (!(error instanceof SimulationError || error instanceof RecordError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  }
  return `${lines.join('')}${lines.length} of ${recordings.length} recordings repeated, in ${out}\n`;
}

function samplesOf(durationS: number, rateHz: number): number {
  const samples = Math.round(durationS * rateHz);
  if (samples > SAMPLES_MAX) throw new SimulationError('bad-spec', `${durationS} s at ${rateHz} Hz`, 'simulate', `at most ${SAMPLES_MAX} samples a record: make several`);
  if (samples < 1) throw new SimulationError('bad-spec', 'no sample to write', 'simulate', 'a longer --duration');
  return samples;
}

function* patientsFor(options: Options, profile: Profile): Generator<{ readonly name: string; readonly patient: Patient }> {
  const { seed, rate: rateHz, noise, onset: onsetS } = options;
  if (options.beds !== undefined) {
    const digits = String(options.beds).length;
    for (let bed = 0; bed < options.beds; bed++) {
      yield { name: `bed-${String(bed + 1).padStart(digits, '0')}`, patient: wardBed(bed, seed, profile, { rateHz, noise }) };
    }
    return;
  }
  for (const condition of options.condition === undefined ? CONDITION_IDS : [conditionNamed(options.condition)]) {
    yield { name: condition, patient: createPatient({ condition, rateHz, noise, onsetS }, seed, profile) };
  }
}

function renderAll(patient: Pick<Patient, 'render'>, samples: number, aduPerMv: number): { name: string; aduPerMv: number; offsetAdu: number; counts: Int16Array }[] {
  const leads = LEADS.map((name) => ({ name, aduPerMv, offsetAdu: 0, counts: new Int16Array(samples) }));
  for (let first = 0; first < samples; first += RENDER_SAMPLES) {
    const { mv } = patient.render(first, Math.min(RENDER_SAMPLES, samples - first));
    countsOf(mv, aduPerMv).forEach((counts, lead) => leads[lead].counts.set(counts, first));
  }
  return leads;
}

function labelOf(record: string, patient: Patient, truth: Truth, durationS: number) {
  const { condition, onsetS } = patient.spec;
  return {
    record,
    condition,
    onsetS: onsetS ?? 0,
    seed: patient.seed,
    sex: patient.sex,
    ageYears: patient.ageYears,
    findings: truth.findings.filter((finding) => finding.onsetMs < durationS * 1000),
    episodes: truth.episodes,
    beats: truth.beats.map(({ kind, p, qrs, t }) => ({ kind, p: p && rounded(p), qrs: rounded(qrs), t: rounded(t) })),
    blockedP: truth.pWaves.filter(({ conducted }) => !conducted).map(rounded),
  };
}

/** On, peak, off in seconds, to a tenth of a millisecond. */
function rounded({ onS, peakS, offS }: { readonly onS: number; readonly peakS: number; readonly offS: number }): number[] {
  return [onS, peakS, offS].map((value) => Math.round(value * 1e4) / 1e4);
}

const SYMBOLS: Readonly<Record<BeatKind, string>> = { conducted: 'N', ectopic: 'V', escape: 'E', paced: '/' };
const BUNDLE_SYMBOLS: Readonly<Record<string, string>> = { 'left-bundle-branch-block': 'L', 'right-bundle-branch-block': 'R' };
const RHYTHMS: Readonly<Record<string, string>> = {
  'atrial-fibrillation': '(AFIB', 'sinus-bradycardia': '(SBR', 'second-degree-av-block-mobitz-i': '(BII',
  'second-degree-av-block-mobitz-ii': '(BII', 'complete-av-block': '(BIII', 'ventricular-preexcitation': '(PREX', 'paced-rhythm': '(P',
};

function annotationsOf(patient: Patient, { beats, findings }: Truth, samples: number) {
  const { rateHz, spec } = patient;
  const onsetS = (findings[0]?.onsetMs ?? 0) / 1000;
  const ill = RHYTHMS[spec.condition] ?? '(N';
  const rhythms = [{ sample: 0, symbol: '+', aux: onsetS > 0 ? '(N' : ill }];
  if (onsetS > 0 && ill !== '(N') rhythms.push({ sample: Math.round(onsetS * rateHz), symbol: '+', aux: ill });
  const own = BUNDLE_SYMBOLS[spec.condition];
  const marks = beats.map(({ kind, qrs }) => ({
    sample: Math.round(qrs.peakS * rateHz),
    symbol: kind === 'conducted' && own !== undefined && qrs.onS >= onsetS ? own : SYMBOLS[kind],
    aux: '',
  }));
  return [...rhythms, ...marks].filter(({ sample }) => sample >= 0 && sample < samples);
}

function seconds(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim());
  if (!parts) throw new InvalidArgumentError('a time is a number with ms, s, m or h: 60s');
  return Number(parts[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(parts[2] ?? 's') as 'ms' | 's' | 'm' | 'h'];
}

function number(name: string, min: number, max: number, whole: boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`${name} is a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
    }
    return value;
  };
}
