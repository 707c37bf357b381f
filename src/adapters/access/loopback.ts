import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Door, grantsOf, type Principal } from '../../deliver/index.js';

const TOKEN_BYTES = 32;
const LOCAL: Principal = { who: 'local', grants: grantsOf(['read:*', 'acknowledge:*', 'dismiss:*', 'operate:*', 'ingest:*']) };

/** For one run, on one machine. */
export function generateToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** One token opens everything: for the person at the machine. */
export function loopbackDoor(token: string): Door {
  const right = Buffer.from(`Bearer ${token}`);
  return {
    admit({ authorization }) {
      if (authorization === undefined) return Promise.resolve({ ok: false, why: 'no-credentials' });
      const given = Buffer.from(authorization);
      const isRight = given.length === right.length && timingSafeEqual(given, right);
      return Promise.resolve(isRight ? { ok: true, principal: LOCAL } : { ok: false, why: 'bad-token' });
    },
  };
}
