import { Command } from 'commander';
import { printable } from '../../ecg/index.js';
import { alertNamed, calling, type ClientOptions, withClient } from './client.js';

export function acknowledgeCommand(): Command {
  return withClient(new Command('acknowledge'))
    .alias('ack')
    .description('say that somebody has taken an alert up')
    .argument('<id>', 'of the alert, or its beginning')
    .addHelpText('after', '\nExample:\n  purkinje alerts ack 3f2a… --monitor monitor:8082')
    .action(async (id: string, options: ClientOptions) => {
      const alertId = await calling(options, async (client) => {
        const named = await alertNamed(client, id);
        await client.acknowledge(named);
        return named;
      });
      process.stdout.write(`${printable(alertId)}: asked to be acknowledged\n`);
    });
}

interface DismissOptions extends ClientOptions {
  readonly reason: string;
}

export function dismissCommand(): Command {
  return withClient(new Command('dismiss'))
    .description('end an alert, and say what was found')
    .argument('<id>', 'of the alert, or its beginning')
    .requiredOption('--reason <reason>', 'confirmed, known, artefact, not-present, or own words')
    .addHelpText('after', '\nExample:\n  purkinje alerts dismiss 3f2a… --reason artefact --monitor monitor:8082')
    .action(async (id: string, options: DismissOptions) => {
      const alertId = await calling(options, async (client) => {
        const named = await alertNamed(client, id);
        await client.dismiss(named, options.reason);
        return named;
      });
      process.stdout.write(`${printable(`${alertId}: asked to be dismissed (${options.reason})`)}\n`);
    });
}
