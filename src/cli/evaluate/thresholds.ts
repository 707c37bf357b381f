import { Command, InvalidArgumentError } from 'commander';
import { basename, resolve } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../config/index.js';
import { calibrated, type Contract } from '../../contract/index.js';
import type { PolicyEntry } from '../../decide/index.js';
import { enginePolicy } from '../../engine/index.js';
import { type Bounds, chosenThreshold, decisionScore, type DecisionUnit, type OperatingChoice } from '../../evaluate/index.js';
import { engineSettings, loadCatalogue, modelFolder } from '../compose.js';
import { UsageError } from '../failure.js';
import { reading } from '../reading.js';
import { serveModel } from '../served.js';
import { encodeRecords, type EncodedRecord } from './encoder/scoring.js';
import { type LabelledRecord, readLabelledFolder } from './encoder/sources.js';
import { progress } from '../progress.js';

interface ThresholdsOptions {
  readonly data: string;
  readonly ppv: number;
  readonly prevalence: number;
  readonly finding?: string;
  readonly config?: string;
  readonly json?: boolean;
}

interface Chosen {
  readonly finding: string;
  readonly patients: number;
  readonly positives: number;
  /** Undefined: no threshold reaches the PPV here. */
  readonly choice?: OperatingChoice;
}

export function thresholdsCommand(): Command {
  return new Command('thresholds')
    .description('thresholds for a stated PPV at a stated local prevalence, chosen on labelled recordings through the policy\'s own way to decide')
    .requiredOption('--data <dir>', 'a labelled folder of recordings, as for evaluate encoder; best of the place itself')
    .requiredOption('--ppv <share>', 'the share of reported patients who must have it: 0.3', share)
    .requiredOption('--prevalence <share>', 'of the patients of the place, so many have it: 0.01', share)
    .option('--finding <id>', 'one finding (default: every target of the model that is labelled there)')
    .option('--config <file>', 'configuration (YAML): model and policy')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate thresholds --data recordings/ours --finding atrial-fibrillation --ppv 0.5 --prevalence 0.08')
    .action(run);
}

async function run(options: ThresholdsOptions): Promise<void> {
  const { config } = loadConfig({ file: options.config, env: process.env });
  const catalogue = await loadCatalogue();
  const reader = reading();
  const labelled = await readLabelledFolder(options.data, catalogue, reader);
  const model = await serveModel(modelFolder(config.encoder.model));
  try {
    const { contract } = model;
    const ids = contract.targets.map(({ id }) => id).filter((id) => options.finding === undefined || id === options.finding);
    if (ids.length === 0) throw new UsageError(`${contract.model.name} has no target ${options.finding}: it has ${contract.targets.map(({ id }) => id).join(', ')}`);
    const { entries } = enginePolicy([{ contract }], catalogue, engineSettings(config).policy);
    const results = await progress('records', labelled.length, (onDone) => encodeRecords(labelled, { model, reader }, (mv) => mv, onDone));
    const encoded = results.flatMap((result, i) => (result.ok ? [{ encoded: result.encoded, labels: labelled[i] }] : []));
    const chosen = ids.map((id): Chosen => {
      const units = unitsOf(id, entries.get(id)!, contract, encoded);
      return { finding: id, patients: units.length, positives: units.filter(({ isTrue }) => isTrue).length, choice: chosenThreshold(units, options.ppv, options.prevalence) };
    }).filter(({ positives, patients }) => options.finding !== undefined || (positives > 0 && positives < patients));
    const data = basename(resolve(options.data));
    process.stdout.write(options.json === true ? `${JSON.stringify({ data, ...contract.model, ppv: options.ppv, prevalence: options.prevalence, findings: chosen, warnings: reader.warnings })}\n` : text(chosen, options, data));
  } finally {
    await model.close();
  }
}

/** One unit a patient: the segments of all of a patient's recordings in their order, and whether any of them is so. Unknown labels are left out. */
function unitsOf(id: string, entry: PolicyEntry, contract: Contract, records: readonly { readonly encoded: EncodedRecord; readonly labels: LabelledRecord }[]): DecisionUnit[] {
  const column = contract.outputs.logits!.targets.indexOf(id);
  const { calibration } = contract.targets.find((target) => target.id === id)!;
  const patients = new Map<string, { isTrue: boolean; probabilities: number[] }>();
  for (const { encoded, labels } of records) {
    const is = labels.labels.targets.get(id);
    if (is === undefined) continue;
    const patient = patients.get(labels.patient) ?? { isTrue: false, probabilities: [] };
    patient.isTrue ||= is;
    patient.probabilities.push(...encoded.bySegment.map((columns) => calibrated(calibration, columns[column])));
    patients.set(labels.patient, patient);
  }
  return [...patients.values()].map(({ isTrue, probabilities }) => ({ isTrue, score: decisionScore(entry, probabilities) }));
}

function text(chosen: readonly Chosen[], { ppv, prevalence }: ThresholdsOptions, data: string): string {
  const lines = chosen.map(({ finding, patients, positives, choice }) => {
    const head = `${finding}: ${positives} of ${patients} patients`;
    if (choice === undefined) return `${head}: no threshold reaches a PPV of ${ppv} at a prevalence of ${prevalence}`;
    const { tp, fn, fp, tn, sensitivity, specificity } = choice;
    return [
      `${head}, threshold ${choice.threshold.toFixed(4)}`,
      `  sensitivity ${tp}/${tp + fn} = ${range(sensitivity)}, specificity ${tn}/${tn + fp} = ${range(specificity)}`,
      `  PPV = ${sensitivity.value.toFixed(3)} × ${prevalence} / (${sensitivity.value.toFixed(3)} × ${prevalence} + ${(1 - specificity.value).toFixed(4)} × ${(1 - prevalence).toFixed(4)}) = ${range(choice.ppv)}`,
    ].join('\n');
  });
  const findings = Object.fromEntries(chosen.flatMap(({ finding, choice }) => (choice === undefined ? [] : [[finding, settingsOf(choice, prevalence, data)]])));
  const yaml = Object.keys(findings).length === 0 ? '' : `\n${stringify({ policy: { findings } })}`;
  return `${lines.join('\n')}\n${yaml}`;
}

function settingsOf({ threshold, ppv }: OperatingChoice, prevalence: number, data: string): object {
  const rounded = (value: number): number => Number(value.toFixed(4));
  // Rounded down: the patients that made it must still be reported.
  return { threshold: Math.floor(threshold * 10_000) / 10_000, ppv: { value: rounded(ppv.value), lower95: rounded(ppv.lower95), prevalence, data } };
}

const range = ({ value, lower95, upper95 }: Bounds): string => `${value.toFixed(3)} (${lower95.toFixed(3)} to ${upper95.toFixed(3)})`;

function share(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < 1)) throw new InvalidArgumentError('a share between 0 and 1');
  return number;
}
