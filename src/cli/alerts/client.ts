import { readFileSync } from 'node:fs';
import type { ServiceError, status } from '@grpc/grpc-js';
import type { Command } from 'commander';
import type { AlertClient } from '../../adapters/alerts/index.js';
import type { Config } from '../../config/index.js';
import { UsageError } from '../failure.js';

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
    case codes.INVALID_ARGUMENT:
    case codes.NOT_FOUND:
    case codes.FAILED_PRECONDITION:
    case codes.ALREADY_EXISTS:
      return new UsageError(details, { cause: error });
    default:
      return new Error(details, { cause: error });
  }
}
