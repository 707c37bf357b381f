import { Command } from 'commander';
import { follow, type Followed } from '../../adapters/alerts/index.js';
import { systemClock } from '../../adapters/clock.js';
import { alertText, alertTold } from '../report.js';
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
    .option('--cursor <cursor>', 'go on after the event that had it')
    .option('--json', 'one JSON object a line, with the cursor of each event')
    .addHelpText('after', '\nExample:\n  purkinje alerts subscribe --monitor monitor:8082 --unit icu-1 --json')
    .action(run);
}

async function run(options: SubscribeOptions): Promise<void> {
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const print = (told: Followed) => {
    const line = options.json ? JSON.stringify(toldJson(told)) : toldText(told);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  };
  await calling(options, (client) => follow(client, { filter: filterOf(options), cursor: options.cursor ?? '', clock: systemClock(), signal: stop.signal }, print));
}

function toldJson(told: Followed): object {
  if (told.type === 'alert') return { ...alertTold(told.event), cursor: told.cursor };
  return told.type === 'heartbeat' ? { type: told.type, ...told.heartbeat } : told;
}

/** Heartbeats only where they say that something is amiss. */
function toldText(told: Followed): string | undefined {
  switch (told.type) {
    case 'alert':
      return alertText(told.event);
    case 'gone':
      return `${told.alertId} is gone: the patient lies elsewhere`;
    case 'snapshot-end':
      return `-- ${told.active} active; what follows is new`;
    case 'missed':
      return `-- events were missed (${told.why}): what is active follows`;
    case 'stale':
      return `-- NOT CURRENT: ${told.why}`;
    case 'heartbeat':
      return told.heartbeat.alarms.length === 0 ? undefined : told.heartbeat.alarms.map(({ about }) => `-- ${about}`).join('\n');
  }
}
