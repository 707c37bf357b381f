import { readFile } from 'node:fs/promises';
import { encodeEr7, MllpClient } from '../adapters/mllp/index.js';
import { WebhookClient } from '../adapters/webhook/index.js';
import type { Config } from '../config/index.js';
import type { Catalogue } from '../contract/index.js';
import { deliveryId, type NameOf, NO_FILTER, reportAlert, webhookBody } from '../deliver/index.js';
import type { Clock } from '../ports/index.js';
import type { Receiver } from './delivery-worker.js';
import type { Target } from './targets.js';

type Settings = Config['monitor']['targets'][number];
type Of<Kind extends Settings['kind']> = Extract<Settings, { kind: Kind }>;

export interface ReceiverWorld {
  readonly clock: Clock;
  /** Names of findings. */
  readonly catalogue: Catalogue;
}

/** The targets of a configuration. Rejects where a file that it names cannot be read. */
export function openTargets(settings: readonly Settings[], { clock, catalogue }: ReceiverWorld): Promise<readonly Target[]> {
  const names = new Map(catalogue.findings.map(({ id, name }) => [id, name]));
  const nameOf: NameOf = (finding) => names.get(finding) ?? finding;
  return Promise.all(
    settings.map(async (target): Promise<Target> => {
      const { name, kind, units, findings, priorities } = target;
      const receiver = target.kind === 'webhook' ? await webhookReceiver(target, clock, nameOf) : await hl7Receiver(target, clock, nameOf);
      const to = target.kind === 'webhook' ? new URL(target.url).host : `${target.host}:${target.port}`;
      return { name, kind, to, filter: { ...NO_FILTER, units, findings, priorities }, receiver };
    }),
  );
}

async function webhookReceiver(target: Of<'webhook'>, clock: Clock, nameOf: NameOf): Promise<Receiver> {
  const { url, secret, allow } = target;
  const client = new WebhookClient({ url, secret, allow, ca: await pem(target, 'ca'), clock });
  return {
    send: (delivery) => client.post(deliveryId(delivery), webhookBody(delivery, nameOf)),
    close: () => client.close(),
  };
}

async function hl7Receiver(target: Of<'hl7'>, clock: Clock, nameOf: NameOf): Promise<Receiver> {
  const { host, port } = target;
  const tls = target.tls ? { ca: await pem(target, 'ca'), cert: await pem(target, 'cert'), key: await pem(target, 'key') } : undefined;
  const client = new MllpClient({ host, port, tls, clock });
  return {
    send: (delivery) => client.exchange(encodeEr7(reportAlert(delivery, nameOf, clock.nowMs(), target)), deliveryId(delivery)),
    close: () => client.close(),
  };
}

async function pem(target: { readonly name: string; readonly ca?: string; readonly cert?: string; readonly key?: string }, part: 'ca' | 'cert' | 'key'): Promise<string | undefined> {
  const file = target[part];
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`monitor.targets: '${part}' of ${target.name}, ${file}, cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): give a PEM file`, { cause: error });
  }
}
