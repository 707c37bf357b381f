import { Command } from 'commander';
import { startWaveformDoor } from '../../gateway/index.js';
import { siteMapSchema } from '../../ingest/index.js';
import { portNumber } from '../options.js';
import { type GatewayFlags, runDoor } from './run.js';
import { readSiteMap } from './site-map.js';

export function hl7Command(): Command {
  return new Command('hl7')
    .description('HL7 version 2 waveforms (ORU^R01, ORU^W01) over MLLP, into ecg.signal.v1')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'of MLLP (default: 2575)', portNumber)
    .option('--http-port <port>', 'of /health, /ready and /metrics (default: 8084)', portNumber)
    .option('--map <file>', 'how this site\'s messages are to be read (YAML)')
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nExample:\n  purkinje gateway hl7 --brokers kafka:9092 --map site.yaml')
    .action((flags: GatewayFlags) =>
      runDoor('hl7', 'hl7Port', flags, ({ gateway }) => {
        const map = readSiteMap(gateway.map, siteMapSchema);
        return (options, log) => startWaveformDoor({ ...options, log, map });
      }),
    );
}
