import { Command, Option } from 'commander';
import type { AlertEvent } from '../../ecg/index.js';
import { alertText } from '../report.js';
import { calling, type ClientOptions, withClient } from './client.js';

interface ShowOptions extends ClientOptions {
  readonly format: keyof typeof FORMATS;
}

const FORMATS = {
  text: (events: readonly AlertEvent[]) => events.map(textOf).join('\n'),
  json: (events: readonly AlertEvent[]) => JSON.stringify({ alertId: events[0].alertId, events }),
};

export function showCommand(): Command {
  return withClient(new Command('show'))
    .description('one alert with its events: for people, as JSON, or as a hospital system reads it')
    .argument('<id>', 'of the alert')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addHelpText('after', '\nExample:\n  purkinje alerts show 3f2a… --format json --monitor monitor:8082')
    .action(async (id: string, options: ShowOptions) => {
      const events = await calling(options, (client) => client.get(id));
      process.stdout.write(`${FORMATS[options.format](events)}\n`);
    });
}

function textOf(event: AlertEvent): string {
  const by = event.actor === undefined || event.actor === '' ? '' : ` by ${event.actor}`;
  return `${event.sequence}  ${alertText(event)}  ${event.cause}${by}`;
}
