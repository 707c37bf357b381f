import { type Credentials, type Door, grantsOf } from '../../deliver/index.js';
import type { Clock } from '../../ports/index.js';
import { tokenCheck, type TokenSettings } from './tokens.js';
import type { OnBroken } from './watched-files.js';

export interface DoorSettings {
  /** Bearer tokens of an issuer; undefined: none are taken. */
  readonly tokens?: TokenSettings;
  /** Scopes by the common name of a client certificate. */
  readonly clients: Readonly<Record<string, readonly string[]>>;
}

/** A bearer token where one is shown, otherwise the client certificate. `onBroken` is called for a file of keys that cannot be used. */
export async function openDoor({ tokens, clients }: DoorSettings, clock: Clock, onBroken: OnBroken): Promise<Door> {
  const check = tokens && (await tokenCheck(tokens, clock, onBroken));
  return {
    async admit({ authorization, certificate }: Credentials) {
      if (authorization !== undefined) return check === undefined ? { ok: false, why: 'no-tokens-here' } : check(authorization);
      if (certificate === undefined) return { ok: false, why: 'no-credentials' };
      const { name, untilMs } = certificate;
      if (!Object.hasOwn(clients, name)) return { ok: false, why: 'unknown-client' };
      return { ok: true, principal: { who: name, grants: grantsOf(clients[name]), expiresMs: untilMs } };
    },
  };
}
