import { Command, Option } from 'commander';
import { encodeEr7 } from '../../adapters/mllp/index.js';
import { reportAlert } from '../../deliver/index.js';
import { type AlertEvent, printable } from '../../ecg/index.js';
import { loadCatalogue } from '../compose.js';
import { alertText, jsonText } from '../report.js';
import { alertNamed, calling, type ClientOptions, withClient } from './client.js';

interface ShowOptions extends ClientOptions {
  readonly format: keyof typeof FORMATS;
}

const FORMATS = {
  text: (events: readonly AlertEvent[]) => events.map(textOf).join('\n'),
  json: (events: readonly AlertEvent[]) => jsonText({ alertId: events[0].alertId, events }),
  hl7: async (events: readonly AlertEvent[]) => {
    const names = new Map((await loadCatalogue()).findings.map(({ id, name }) => [id, name]));
    const message = encodeEr7(reportAlert({ event: events.at(-1)!, as: 'news' }, (finding) => names.get(finding) ?? finding, Date.now()));
    // Segments end with a carriage return; on a terminal they would overwrite each other.
    return process.stdout.isTTY ? message.replaceAll('\r', '\n') : message;
  },
};

export function showCommand(): Command {
  return withClient(new Command('show'))
    .description('one alert with its events: for people, as JSON, or its latest as HL7 (IHE ACM, DEV-04)')
    .argument('<id>', 'of the alert, or its beginning')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addHelpText('after', '\nExample:\n  purkinje alerts show 3f2a… --format hl7 --monitor monitor:8082')
    .action(async (id: string, options: ShowOptions) => {
      const events = await calling(options, async (client) => client.get(await alertNamed(client, id)));
      process.stdout.write(`${await FORMATS[options.format](events)}\n`);
    });
}

function textOf(event: AlertEvent): string {
  const by = event.actor === undefined || event.actor === '' ? '' : ` by ${event.actor}`;
  return printable(`${event.sequence}  ${alertText(event)}  ${event.cause}${by}`);
}
