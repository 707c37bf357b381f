import { Command } from 'commander';
import { loadConfig } from '../../../config/index.js';
import { type AlertFigures, alertFigures, type ChallengeFigures, challengeFigures, judged } from '../../../evaluate/index.js';
import { CONDITION_IDS, readProfile } from '../../../simulate/index.js';
import { loadCatalogue } from '../../compose.js';
import { UsageError } from '../../failure.js';
import { positive } from '../../options.js';
import { reading } from '../../reading.js';
import { recordingsOf } from '../../recordings.js';
import { progress } from '../../progress.js';
import { recordedBeds, simulatedBeds } from './beds.js';
import { kindIn, watched } from './run.js';

interface AlertsOptions {
  readonly data?: string;
  readonly simulated?: string;
  readonly beds: number;
  readonly hours: number;
  readonly noise: number;
  readonly seed: number;
  readonly config?: string;
  readonly json?: boolean;
}

export function alertsCommand(): Command {
  return new Command('alerts')
    .description('the alerts that a ward would have got: how many were false, what was missed, how late the rest came')
    .option('--data <dir>', 'recordings; of PhysioNet/CinC Challenge 2015 also ALARMS is read')
    .option('--simulated <profile>', 'simulated beds of this profile (models/patients.json): healthy ones full of artefact, then every condition in as many beds')
    .option('--beds <n>', 'simulated: healthy beds, and beds of each condition', positive, 20)
    .option('--hours <h>', 'simulated: how long each healthy bed is watched', positive, 24)
    .option('--noise <level>', 'simulated: artefact on the healthy beds; 1 is a ward\'s', positive, 2)
    .option('--seed <n>', 'simulated: another seed makes other patients', positive, 1)
    .option('--config <file>', 'configuration (YAML): thresholds and policy that are judged')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate alerts --simulated models/patients.json --beds 2 --hours 1')
    .action(async (options: AlertsOptions) => {
      const { data, simulated } = options;
      if ((data === undefined) === (simulated === undefined)) throw new UsageError('one of --data and --simulated is needed');
      const { config } = loadConfig({ file: options.config, env: process.env });
      const catalogue = await loadCatalogue();
      const reader = reading();
      const recordings = data === undefined ? [] : await recordingsOf([data], reader);
      const [beds, total] = data === undefined
        ? [simulatedBeds(await readProfile(simulated!), options), options.beds * CONDITION_IDS.length]
        : [recordedBeds(recordings, reader), recordings.length];
      const { beds: stays, policy, ungated, curve } = await progress('beds', total, (onDone) => watched(beds, config, catalogue, onDone));
      const kindOf = kindIn(policy);
      const counted = { policyHash: policy.hash, thresholdSetHash: policy.thresholdSetHash, ungated, curve };
      const figures = alertFigures(stays.map(({ stay }) => stay), stays.map(({ stay }) => judged(stay, kindOf)), kindOf, counted);
      const challenge = challengeFigures(stays.flatMap(({ bed, stay }) => (bed.alarm === undefined ? [] : [{ stay, ...bed.alarm }])));
      const printed = challenge === undefined ? figures : { ...figures, sensitivity: sensitivityOf(challenge), score: challenge.score, repeated: challenge.repeated, byAlarm: challenge.byAlarm };
      process.stdout.write(options.json ? `${JSON.stringify({ ...printed, warnings: reader.warnings })}\n` : text(figures, challenge));
    });
}

/** On alarms whose truth is known, what was found of the true ones; by the kind of alarm. */
function sensitivityOf({ sensitivity, byAlarm }: ChallengeFigures): AlertFigures['sensitivity'] {
  return { value: sensitivity, byFinding: Object.fromEntries(Object.entries(byAlarm).map(([alarm, { tp, fn, lower95 }]) => [alarm, { tp, fn, lower95 }])) };
}

const shown = (value: number | null, digits = 2): string => (value === null ? '—' : value.toFixed(digits));

function text(figures: AlertFigures, challenge: ChallengeFigures | undefined): string {
  const { delivered, falsePerBedDay: untrue, sensitivity, delayS, segments } = figures;
  const share = (count: number) => `${shown((100 * count) / segments.total, 1)}%`;
  const lines = [
    `${shown(figures.bedDays)} bed-days, ${segments.total} segments: good ${share(segments.good)}, limited ${share(segments.limited)}, unusable ${share(segments.unusable)}${segments.unscored === 0 ? '' : `; ${segments.unscored} were NOT SCORED: the encoder did not answer in time, and these figures are too low`}`,
    `delivered ${delivered.total}: ${shown(delivered.perBedDay)} per bed-day, ${shown(delivered.ownPerBedDay)} with a row of their own (without deciding: ${shown(figures.ungated.perBedDay, 0)}); in shadow ${figures.shadowed}`,
    ...Object.entries(delivered.byFinding).map(([id, count]) => `  ${id.padEnd(44)} ${count}`),
    `false on healthy beds: ${shown(untrue.value)} per bed-day, 95% at most ${shown(untrue.upper95)} (${shown(untrue.bedDays)} bed-days)`,
    ...Object.entries(untrue.byFinding).map(([id, count]) => `  ${id.padEnd(44)} ${count}`),
    `found in time: ${shown(sensitivity.value, 3)}`,
    ...Object.entries(sensitivity.byFinding).map(([id, { tp, fn, lower95 }]) => `  ${id.padEnd(44)} ${tp} of ${tp + fn}, 95% at least ${shown(lower95)}`),
    ...(figures.unexplainedOnIllBeds.beds === 0 ? [] : [`alerts with a row of their own on an ill bed: median ${figures.unexplainedOnIllBeds.median}, most ${figures.unexplainedOnIllBeds.most} (${figures.unexplainedOnIllBeds.beds} beds)`]),
    `delay of acute ones: p50 ${shown(delayS.p50, 0)} s, p95 ${shown(delayS.p95, 0)} s`,
    ...figures.curve.map(({ shiftLogits, sensitivity: found, perBedDay }) => `  thresholds ${shiftLogits >= 0 ? '+' : ''}${shiftLogits} logits: found ${shown(found, 3)}, ${shown(perBedDay)} alerts per bed-day`),
    ...(challenge === undefined ? [] : [
      `Challenge 2015: true alarms found ${shown(challenge.sensitivity, 3)}, false ones repeated ${shown(challenge.repeated, 3)}, score ${shown(challenge.score, 3)}`,
      ...Object.entries(challenge.byAlarm).map(([alarm, { tp, fn, fp, tn }]) => `  ${alarm.padEnd(23)} found ${tp} of ${tp + fn}, falsely reported ${fp} of ${fp + tn}`),
    ]),
    `policy ${figures.policyHash}, thresholds ${figures.thresholdSetHash}`,
  ];
  return `${lines.join('\n')}\n`;
}
