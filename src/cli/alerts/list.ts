import { Command } from 'commander';
import { printable } from '../../ecg/index.js';
import { alertLine, alertText } from '../report.js';
import { calling, type ClientOptions, withClient } from './client.js';
import { filterOf, type FilterOptions, withFilter } from './filter.js';

interface ListOptions extends ClientOptions, FilterOptions {
  readonly json?: boolean;
}

export function listCommand(): Command {
  return withFilter(withClient(new Command('list')))
    .description('what is active now')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  purkinje alerts list --monitor monitor:8082 --priority medium high')
    .action(async (options: ListOptions) => {
      const alerts = await calling(options, (client) => client.list(filterOf(options)));
      for (const event of alerts) process.stdout.write(`${options.json ? alertLine(event) : `${printable(event.alertId)}  ${alertText(event)}`}\n`);
      if (alerts.length === 0 && !options.json) process.stdout.write('nothing is active; that is no sign of health\n');
    });
}
