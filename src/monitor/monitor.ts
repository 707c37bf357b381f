import { reply, type Routes } from '../adapters/http/index.js';
import { type Clock, type Log, type Meter, TOPICS } from '../ports/index.js';
import { decodeContext } from '../wire/index.js';
import { type GrpcServer, serveAlerts } from './grpc.js';
import { AlertHub } from './hub.js';
import { PAGE } from './page.js';
import { alertStream } from './sse.js';

export interface Monitor {
  /** `/`, `/alerts` (server-sent events) and `/beds`, for whatever server they stand on. */
  readonly routes: Routes;
  readonly grpcPort: number;
  close(): Promise<void>;
}

/** Alerts from the log to people: a page, server-sent events, gRPC. */
export async function startMonitor(log: Log, clock: Clock, meter: Meter, address: { readonly host: string; readonly port: number }): Promise<Monitor> {
  const beds = new Set<string>();
  const contexts = await log.follow(TOPICS.context, (records) => {
    for (const { value } of records) {
      const bed = value && decodeContext(value)?.bed;
      if (bed) beds.add(bed);
    }
  });
  const { hub, follower } = await AlertHub.start(log, meter);
  const grpc: GrpcServer = await serveAlerts(hub, clock, address);
  return {
    grpcPort: grpc.port,
    routes: {
      '/': (_request, response) => reply(response, 200, 'text/html; charset=utf-8', PAGE),
      '/alerts': alertStream(hub, clock),
      '/beds': (_request, response) => reply(response, 200, 'application/json', JSON.stringify([...beds].sort())),
    },
    async close() {
      await grpc.close();
      await follower.close();
      await contexts.close();
    },
  };
}
