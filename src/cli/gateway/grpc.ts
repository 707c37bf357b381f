import { Command } from 'commander';
import { startIngestDoor } from '../../gateway/index.js';
import { siteMapSchema } from '../../ingest/index.js';
import { isLoopback, mostOfAddress, openAccess } from '../access.js';
import { lineOf, UsageError } from '../failure.js';
import { portNumber } from '../options.js';
import { type GatewayFlags, runDoor } from './run.js';
import { readSiteMap } from './site-map.js';

export function grpcCommand(): Command {
  return new Command('grpc')
    .description('chunks over gRPC (IngestService), into ecg.signal.v1')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'of IngestService (default: 8083)', portNumber)
    .option('--http-port <port>', 'of /health, /ready and /metrics (default: 8084)', portNumber)
    .option('--map <file>', 'beds and their devices: which unit a device is in (YAML)')
    .option('--config <file>', 'configuration (YAML)')
    .addHelpText('after', '\nWho may send is said as for the monitor: monitor.issuer, audience and jwks, or monitor.clients; scopes are ingest:UNIT.\n\nExample:\n  purkinje gateway grpc --brokers kafka:9092 --map site.yaml')
    .action((flags: GatewayFlags) =>
      runDoor('grpc', 'grpcPort', flags, ({ monitor, gateway }) => {
        const { host: address, connectionsPerAddress, tlsCert, tlsKey, tlsClientCa, tlsClientCrl } = gateway;
        if (!isLoopback(address) && tlsCert === undefined && !monitor.behindProxy) throw new UsageError(`signal and tokens would go in the clear on ${address}: set gateway.tlsCert and gateway.tlsKey, or listen on 127.0.0.1`);
        const map = readSiteMap(gateway.map, siteMapSchema);
        return async ({ host, port, clock, meter, report }, log) => {
          const onBroken = (error: unknown): void => report('error', { reason: lineOf(error) }, 'certificates or keys cannot be taken up: what was read last holds');
          const access = await openAccess({ ...monitor, host, tlsCert, tlsKey, tlsClientCa, tlsClientCrl }, clock, onBroken);
          const door = await startIngestDoor({ host, port, tls: access.tls, connectionsOfAddress: mostOfAddress(connectionsPerAddress, 2000, monitor), access: access.door, log, map, clock, meter, report });
          const close = async (): Promise<void> => {
            await door.close();
            access.tls?.close();
          };
          return { ...door, token: access.token, close };
        };
      }),
    );
}
