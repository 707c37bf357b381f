import { Command } from 'commander';
import { startAdtDoor } from '../../gateway/index.js';
import { siteMapSchema } from '../../ingest/index.js';
import { UsageError } from '../failure.js';
import { portNumber } from '../options.js';
import { type GatewayFlags, runDoor } from './run.js';
import { readSiteMap } from './site-map.js';

export function adtCommand(): Command {
  return new Command('adt')
    .description('HL7 version 2 ADT over MLLP, into ecg.context.v1: who is on which device')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'of MLLP (default: 2576)', portNumber)
    .option('--http-port <port>', 'of /health, /ready and /metrics (default: 8084)', portNumber)
    .option('--map <file>', 'beds and their devices (YAML)')
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nThe key of the encounters is gateway.encounterKey (PURKINJE_GATEWAY_ENCOUNTER_KEY).\n\nExample:\n  purkinje gateway adt --brokers kafka:9092 --map site.yaml')
    .action((flags: GatewayFlags) =>
      runDoor('adt', 'adtPort', flags, ({ gateway }) => {
        const { encounterKey } = gateway;
        if (encounterKey === undefined) throw new UsageError('encounters are pseudonyms by a key of the site: set gateway.encounterKey (PURKINJE_GATEWAY_ENCOUNTER_KEY), 32 characters or more, and keep it');
        const map = readSiteMap(gateway.map, siteMapSchema);
        if (Object.keys(map.beds).length === 0) throw new UsageError('the site map names no bed, so nobody would be on any device: name beds and their devices in a YAML (docs/ingest.md), and give it with --map');
        return (options, log) => startAdtDoor({ ...options, log, map, encounterKey });
      }),
    );
}
