import { Command } from 'commander';
import { loadConfig } from '../../../config/index.js';
import type { Catalogue } from '../../../contract/index.js';
import { type AlertFigures, alertFigures, type ChallengeFigures, challengeFigures, judged, type PeopleFigures, peopleFigures } from '../../../evaluate/index.js';
import { CONDITION_IDS, readProfile } from '../../../simulate/index.js';
import { loadCatalogue } from '../../compose.js';
import { UsageError } from '../../failure.js';
import { positive } from '../../options.js';
import { hasModelLeads, noModelLeads, noSegments, type Reading, reading } from '../../reading.js';
import { recordingsOf } from '../../recordings.js';
import { progress } from '../../progress.js';
import { readLabelledFolder } from '../encoder/sources.js';
import { type Bed, peopleBeds, recordedBeds, simulatedBeds } from './beds.js';
import { kindIn, watched } from './run.js';

interface AlertsOptions {
  readonly data?: string;
  readonly simulated?: string;
  readonly people?: string;
  readonly labels?: string;
  readonly beds: number;
  readonly hours?: number;
  readonly noise?: number;
  readonly seed: number;
  readonly config?: string;
  readonly json?: boolean;
}

export function alertsCommand(): Command {
  return new Command('alerts')
    .description('the alerts that a ward would have got: how many were false, what was missed, how late the rest came')
    .option('--data <dir>', 'recordings; of PhysioNet/CinC Challenge 2015 also ALARMS is read')
    .option('--simulated <profile>', 'simulated beds of this profile (models/patients.json): healthy ones full of artefact, then every condition in as many beds')
    .option('--people <dir>', 'short 12-lead recordings with labels: each person is watched for as long as --hours says, their recording repeated with wander and noise')
    .option('--labels <csv>', 'people: their labels, where they are not in the folder')
    .option('--beds <n>', 'simulated: healthy beds, and beds of each condition', positive, 20)
    .option('--hours <h>', 'how long each healthy bed (simulated: 24) or person (0.5) is watched', positive)
    .option('--noise <level>', 'artefact on the healthy beds (simulated: 2) or people (1); 1 is a ward\'s', positive)
    .option('--seed <n>', 'another seed makes other patients, and other noise', positive, 1)
    .option('--config <file>', 'configuration (YAML): thresholds and policy that are judged')
    .option('--json', 'the figures as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje evaluate alerts --simulated models/patients.json --beds 2 --hours 1')
    .action(async (options: AlertsOptions) => {
      const { config } = loadConfig({ file: options.config, env: process.env });
      const catalogue = await loadCatalogue();
      const reader = reading();
      const { beds, total } = await bedsOf(options, catalogue, reader);
      const { beds: stays, policy, contracts, ungated, curve } = await progress('beds', total, (onDone) => watched(beds, config, catalogue, onDone));
      const kindOf = kindIn(policy);
      const counted = { policyHash: policy.hash, thresholdSetHash: policy.thresholdSetHash, ungated, curve };
      const figures = alertFigures(stays.map(({ stay }) => stay), stays.map(({ stay }) => judged(stay, kindOf)), kindOf, counted);
      const challenge = challengeFigures(stays.flatMap(({ bed, stay }) => (bed.alarm === undefined ? [] : [{ stay, ...bed.alarm }])));
      const labelled = stays.flatMap(({ bed: { labels }, stay }) => (labels === undefined ? [] : [{ labels, stay }]));
      const people = labelled.length === 0 ? undefined : peopleFigures(labelled, (id) => kindOf(id) !== undefined);
      const printed = people !== undefined ? { ...figures, people } : challenge === undefined ? figures : { ...figures, sensitivity: sensitivityOf(challenge), score: challenge.score, repeated: challenge.repeated, byAlarm: challenge.byAlarm };
      process.stdout.write(options.json ? `${JSON.stringify({ ...printed, warnings: reader.warnings })}\n` : people === undefined ? text(figures, challenge) : peopleText(people, figures));
      const records = stays.flatMap(({ bed: { record } }) => record ?? []);
      if (records.length > 0 && !contracts.some((contract) => records.some((record) => hasModelLeads(contract, record)))) throw new Error(noModelLeads(contracts.flatMap(({ input }) => input.leads), records.length));
      if (figures.segments.total === 0) throw new Error(noSegments(stays.length));
    });
}

async function bedsOf({ data, simulated, people, labels, beds, hours, noise, seed }: AlertsOptions, catalogue: Catalogue, reader: Reading): Promise<{ readonly beds: Iterable<Bed> | AsyncIterable<Bed>; readonly total: number }> {
  if ([data, simulated, people].filter((one) => one !== undefined).length !== 1) throw new UsageError('one of --data, --simulated and --people is needed');
  if (labels !== undefined && people === undefined) throw new UsageError('--labels is for --people');
  if (data !== undefined) {
    const recordings = await recordingsOf([data], reader);
    return { beds: recordedBeds(recordings, reader), total: recordings.length };
  }
  if (people !== undefined) {
    const labelled = await readLabelledFolder(people, catalogue, reader, labels);
    return { beds: peopleBeds(labelled, await readProfile(), { hours: hours ?? 0.5, noise: noise ?? 1, seed }, reader), total: labelled.length };
  }
  return { beds: simulatedBeds(await readProfile(simulated), { beds, hours: hours ?? 24, noise: noise ?? 2, seed }), total: beds * CONDITION_IDS.length };
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

function peopleText({ normalAlerted, right, found, perPerson, unjudged, leftOut }: PeopleFigures, { bedDays, segments, policyHash, thresholdSetHash }: AlertFigures): string {
  const tallies = (of: PeopleFigures['found']) => Object.entries(of).map(([id, one]) => `  ${id.padEnd(44)} ${one.count} of ${one.of}`);
  const lines = [
    `${shown(bedDays)} bed-days, ${segments.total} segments${segments.unscored === 0 ? '' : `; ${segments.unscored} were NOT SCORED: the encoder did not answer in time, and these figures are too low`}`,
    `normal people of whom the bedside heard: ${normalAlerted.count} of ${normalAlerted.of}, ${shown(normalAlerted.value, 3)}, 95% at most ${shown(normalAlerted.upper95, 3)}`,
    ...Object.entries(normalAlerted.byFinding).map(([id, count]) => `  ${id.padEnd(44)} ${count}`),
    `right by their labels, of what was announced of ${perPerson.people} others: ${right.count} of ${right.of}, ${shown(right.value, 3)}, 95% at least ${shown(right.lower95, 3)}${unjudged === 0 ? '' : `; ${unjudged} more without a label`}`,
    ...tallies(right.byFinding),
    'found, of those who have it:',
    ...tallies(found),
    `of each of the others ${shown(perPerson.bedside)} at the bedside, ${shown(perPerson.worklist)} to readers${leftOut === 0 ? '' : `; ${leftOut} people are neither: nothing that their labels say could be announced`}`,
    `policy ${policyHash}, thresholds ${thresholdSetHash}`,
  ];
  return `${lines.join('\n')}\n`;
}
