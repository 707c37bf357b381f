import { Command } from 'commander';
import { follow, type Followed } from '../../adapters/alerts/index.js';
import { systemClock } from '../../adapters/clock.js';
import { printable } from '../../ecg/index.js';
import { alertFields, alertText, jsonText } from '../report.js';
import { stopSignal } from '../stop.js';
import { calling, type ClientOptions, withClient } from './client.js';
import { filterOf, type FilterOptions, withFilter } from './filter.js';

interface SubscribeOptions extends ClientOptions, FilterOptions {
  readonly cursor?: string;
  readonly json?: boolean;
}

export function subscribeCommand(): Command {
  return withFilter(withClient(new Command('subscribe')))
    .description('alerts as they come: what is active, then the stream, over any number of breaks')
    .option('--cursor <cursor>', 'continue after the event that had it')
    .option('--json', 'one JSON object a line, with the cursor of each event')
    .addHelpText('after', '\nExample:\n  purkinje alerts subscribe --monitor monitor:8082 --unit icu-1 --json')
    .action(run);
}

async function run(options: SubscribeOptions): Promise<void> {
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const print = (followed: Followed) => {
    const line = options.json ? jsonText(fieldsOf(followed)) : textOf(followed);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  };
  await calling(options, (client) => follow(client, { filter: filterOf(options), cursor: options.cursor ?? '', clock: systemClock(), signal: stop.signal }, print));
}

function fieldsOf(followed: Followed): object {
  if (followed.type === 'alert') return { ...alertFields(followed.event), cursor: followed.cursor };
  return followed.type === 'heartbeat' ? { type: followed.type, ...followed.heartbeat } : followed;
}

/** Heartbeats only where they report an alarm. */
function textOf(followed: Followed): string | undefined {
  switch (followed.type) {
    case 'alert':
      return alertText(followed.event);
    case 'gone':
      return printable(`${followed.alertId} is gone: the patient lies elsewhere`);
    case 'snapshot-end':
      return `-- ${followed.active} active; what follows is new`;
    case 'missed':
      return printable(`-- events were missed (${followed.why}): what is active follows`);
    case 'stale':
      return printable(`-- NOT CURRENT: ${followed.why}`);
    case 'heartbeat':
      return followed.heartbeat.alarms.length === 0 ? undefined : followed.heartbeat.alarms.map(({ about }) => printable(`-- ${about}`)).join('\n');
  }
}
