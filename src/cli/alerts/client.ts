import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import type { Command } from 'commander';
import { type AlertClient, openAlertClient } from '../../adapters/alerts/index.js';
import { loadConfig } from '../../config/index.js';
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

/** What every command has that calls a monitor. */
export function withClient(command: Command): Command {
  return command
    .option('--monitor <host:port>', 'AlertService of the monitor (default: 127.0.0.1:8082)')
    .option('--token-file <file>', 'file with the bearer token (or PURKINJE_CLIENT_TOKEN)')
    .option('--tls', 'over TLS')
    .option('--ca <file>', 'who signed its certificate, PEM; over TLS')
    .option('--cert <file>', 'our own certificate, PEM')
    .option('--key <file>', 'and its key')
    .option('--config <file>', 'configuration (YAML)');
}

/** Calls the monitor for as long as `use` takes. What it answers amiss becomes one line. */
export async function calling<Result>(options: ClientOptions, use: (client: AlertClient) => Promise<Result>): Promise<Result> {
  const flags = {
    'client.monitor': options.monitor,
    'client.token': (options.tokenFile && readFileSync(options.tokenFile, 'utf8').trim()) || undefined,
    'client.tls': options.tls,
    'client.ca': options.ca,
    'client.cert': options.cert,
    'client.key': options.key,
  };
  const { config } = loadConfig({ file: options.config, env: process.env, flags });
  const client = openAlertClient(config.client);
  try {
    return await use(client);
  } catch (error) {
    throw explained(error, config.client.monitor);
  } finally {
    client.close();
  }
}

const USAGE: ReadonlySet<number> = new Set([grpc.status.INVALID_ARGUMENT, grpc.status.NOT_FOUND, grpc.status.FAILED_PRECONDITION, grpc.status.ALREADY_EXISTS]);
const AWAY: ReadonlySet<number> = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED]);

function explained(error: unknown, monitor: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('details' in error)) return error;
  const { code, details } = error as grpc.ServiceError;
  if (AWAY.has(code)) return new Error(`the monitor at ${monitor} does not answer (${details}): look at --monitor, and whether it wants --tls`, { cause: error });
  return USAGE.has(code) ? new UsageError(details, { cause: error }) : new Error(details, { cause: error });
}
