import { Command } from 'commander';
import { printable } from '../../ecg/index.js';
import { calling, type ClientOptions, withClient } from './client.js';

export function acknowledgeCommand(): Command {
  return withClient(new Command('acknowledge'))
    .alias('ack')
    .description('say that somebody has taken an alert up')
    .argument('<id>', 'of the alert')
    .addHelpText('after', '\nExample:\n  purkinje alerts ack 3f2a… --monitor monitor:8082')
    .action(async (id: string, options: ClientOptions) => {
      await calling(options, (client) => client.acknowledge(id));
      process.stdout.write(`${printable(id)}: asked to be acknowledged\n`);
    });
}

interface DismissOptions extends ClientOptions {
  readonly reason: string;
}

export function dismissCommand(): Command {
  return withClient(new Command('dismiss'))
    .description('end an alert, and say what was found')
    .argument('<id>', 'of the alert')
    .requiredOption('--reason <reason>', 'confirmed, known, artefact, not-present, or own words')
    .addHelpText('after', '\nExample:\n  purkinje alerts dismiss 3f2a… --reason artefact --monitor monitor:8082')
    .action(async (id: string, options: DismissOptions) => {
      await calling(options, (client) => client.dismiss(id, options.reason));
      process.stdout.write(`${printable(`${id}: asked to be dismissed (${options.reason})`)}\n`);
    });
}
