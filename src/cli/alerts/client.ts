import { readFileSync } from 'node:fs';
import type { ServiceError, status } from '@grpc/grpc-js';
import type { Command } from 'commander';
import type { AlertClient } from '../../adapters/alerts/index.js';
import type { Config } from '../../config/index.js';
import { UsageError } from '../failure.js';
import { filterOf } from './filter.js';

/** Of an id in hexadecimal digits; and of its beginning, so that a slip names nothing. */
const ID_LENGTH = 32;
const PREFIX_MIN = 4;
/** Of those that a beginning names. */
const SHOWN_MAX = 5;

export interface ClientOptions {
  readonly monitor?: string;
  readonly tokenFile?: string;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly config?: string;
}

/** What every command has that calls AlertService. */
export const withClient = (command: Command): Command => withConnection(command, 'AlertService of the monitor (default: 127.0.0.1:8082)');

/** What every command has that calls a monitor. @param where what `--monitor` is the address of */
export function withConnection(command: Command, where: string): Command {
  return command
    .option('--monitor <host:port>', where)
    .option('--token-file <file>', 'file with the bearer token (or PURKINJE_CLIENT_TOKEN)')
    .option('--tls', 'over TLS')
    .option('--ca <file>', 'who signed its certificate, PEM; over TLS')
    .option('--cert <file>', 'our own certificate, PEM')
    .option('--key <file>', 'and its key')
    .option('--config <file>', 'configuration (YAML)');
}

/** Calls the monitor for as long as `use` takes. What it answers amiss becomes one line. */
export async function calling<Result>(options: ClientOptions, use: (client: AlertClient) => Promise<Result>): Promise<Result> {
  // Loaded only now: help needs none of it.
  const [grpc, { openAlertClient }, settings] = await Promise.all([import('@grpc/grpc-js'), import('../../adapters/alerts/index.js'), settingsOf(options, 'client.monitor')]);
  const client = openAlertClient(settings);
  try {
    return await use(client);
  } catch (error) {
    throw explained(error, settings.monitor, grpc.status);
  } finally {
    client.close();
  }
}

/** Of one alert: its id, or as much of the beginning as no other active alert has. Throws UsageError. */
export async function alertNamed(client: Pick<AlertClient, 'list'>, id: string): Promise<string> {
  if (id.length < PREFIX_MIN || id.length >= ID_LENGTH || !/^[0-9a-f]+$/.test(id)) return id;
  const found = (await client.list(filterOf({}))).map(({ alertId }) => alertId).filter((one) => one.startsWith(id));
  if (found.length > 1) throw new UsageError(`${found.length} active alerts begin with ${id} (${found.slice(0, SHOWN_MAX).join(', ')}${found.length > SHOWN_MAX ? ' …' : ''}): give more of the id`);
  if (found.length === 0) throw new UsageError(`no active alert that you may see begins with ${id}: \`purkinje alerts list\` names them; of one that is over give the whole id`);
  return found[0];
}

/** @param address the key that `--monitor` stands for */
export async function settingsOf(options: ClientOptions, address: 'client.monitor' | 'client.http'): Promise<Config['client']> {
  const flags = {
    [address]: options.monitor,
    'client.token': (options.tokenFile && readFileSync(options.tokenFile, 'utf8').trim()) || undefined,
    'client.tls': options.tls,
    'client.ca': options.ca,
    'client.cert': options.cert,
    'client.key': options.key,
  };
  const { loadConfig } = await import('../../config/index.js');
  return loadConfig({ file: options.config, env: process.env, flags }).config.client;
}

function explained(error: unknown, monitor: string, codes: typeof status): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('details' in error)) return error;
  const { code, details } = error as ServiceError;
  switch (code) {
    case codes.UNAVAILABLE:
    case codes.DEADLINE_EXCEEDED:
      return new Error(`the monitor at ${monitor} does not answer (${details}): look at --monitor, and whether it wants --tls`, { cause: error });
    case codes.UNAUTHENTICATED:
      return new Error(`${details}: give a token with --token-file or PURKINJE_CLIENT_TOKEN. A monitor on this machine prints one when it starts, in its ready line; for any other, ask its operator`, { cause: error });
    case codes.INVALID_ARGUMENT:
    case codes.NOT_FOUND:
    case codes.FAILED_PRECONDITION:
    case codes.ALREADY_EXISTS:
      return new UsageError(details, { cause: error });
    default:
      return new Error(details, { cause: error });
  }
}
