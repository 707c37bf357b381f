import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { generateToken, loopbackDoor, type OnBroken, openDoor, type Secured, secured } from '../adapters/access/index.js';
import type { Config } from '../config/index.js';
import type { Door } from '../deliver/index.js';
import { sha256 } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import type { SessionSettings } from '../monitor/index.js';
import { UsageError } from './failure.js';

/** Who may come in, and over what. */
export interface Access {
  readonly door: Door;
  readonly tls?: Secured;
  /** Made for this run: it must be shown to the person at the machine. */
  readonly token?: string;
  readonly sessions: SessionSettings;
}

type Settings = Config['monitor'];

/**
 * Tokens of an issuer and client certificates, where the configuration has them. Otherwise one token opens everything: made
 * again at each start on a loopback address, given by the configuration elsewhere.
 */
export async function openAccess(settings: Settings, clock: Clock, onBroken: OnBroken): Promise<Access> {
  const { host, issuer, audience, jwks, clients, token: given, tlsCert, tlsKey, tlsClientCa, tlsClientCrl, behindProxy } = settings;
  const isLocal = isLoopback(host);
  if (!isLocal && tlsCert === undefined && !behindProxy) {
    throw new UsageError(`the monitor would send patients' alerts in the clear on ${host}: set monitor.tlsCert and monitor.tlsKey, or monitor.behindProxy where another program ends TLS before it, or listen on 127.0.0.1`);
  }
  const tls = tlsCert === undefined || tlsKey === undefined ? undefined : await secured({ cert: tlsCert, key: tlsKey, clientCa: tlsClientCa, clientCrl: tlsClientCrl }, clock, onBroken);
  if (issuer !== undefined || Object.keys(clients).length > 0) {
    const tokens = issuer === undefined || audience === undefined || jwks === undefined ? undefined : { issuer, audience, jwks };
    return { tls, door: await openDoor({ tokens, clients }, clock, onBroken), sessions: sessionsOf(settings, sha256(JSON.stringify([issuer, audience]))) };
  }
  if (given !== undefined) return { tls, door: loopbackDoor(given), sessions: sessionsOf(settings, await hashOf(given)) };
  if (!isLocal) throw new UsageError(`nobody is named who may read alerts on ${host}: set monitor.issuer, monitor.audience and monitor.jwks, or monitor.clients with monitor.tlsClientCa, or monitor.token`);
  const token = generateToken();
  return { tls, door: loopbackDoor(token), token, sessions: sessionsOf(settings, await hashOf(token)) };
}

function sessionsOf({ sessionIdleS, sessionMaxS, tlsCert, behindProxy }: Settings, basis: string): SessionSettings {
  return { idleMs: sessionIdleS * 1000, absoluteMs: sessionMaxS * 1000, basis, overTls: tlsCert !== undefined || behindProxy };
}

/** It goes into the log: slow to guess from. */
async function hashOf(token: string): Promise<string> {
  const key = (await promisify(scrypt)(token, 'purkinje session', 32)) as Buffer;
  return key.toString('hex');
}

/** The address of the page, with the token where one was made for this run. */
export function pageOf({ tls, token }: Pick<Access, 'tls' | 'token'>, host: string, port: number): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/${token === undefined ? '' : `#token=${token}`}`;
}

/** Reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Behind a proxy everybody comes from one address: there the bound is that of all. */
export function mostOfAddress(asked: number | undefined, usual: number, { behindProxy }: Config['monitor']): number {
  return asked ?? (behindProxy ? Infinity : usual);
}
