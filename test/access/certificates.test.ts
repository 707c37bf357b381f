/** TLS and client certificates, on real handshakes: who comes in over HTTPS and over gRPC, and files that are exchanged while it runs. Invariants: I34 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDoor, secured, type Secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { AlertServiceClient } from '../../src/wire/gen/ecg/v1/delivery.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { openWard, type Ward } from '../monitor/support.js';
import { type Certificate, certificate, chained, corrupted } from './authority.js';

const ca = certificate({ name: 'Hospital', isCa: true });
const server = certificate({ name: 'localhost', by: ca, usage: 'serverAuth' });
const gateway = certificate({ name: 'gateway', by: ca, usage: 'clientAuth' });

let log: EmbeddedLog;
let tls: Secured;
let ward: Ward;
beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  tls = await secured({ cert: server.cert, key: server.key, clientCa: ca.cert }, systemClock(), () => {});
  const door = await openDoor({ clients: { gateway: ['read:*'], ward: ['acknowledge:icu'] } }, systemClock(), () => {});
  ward = await openWard(log, { door, grpc: { host: '127.0.0.1', port: 0, credentials: tls.grpc } }, undefined, undefined, tls);
});
afterAll(async () => {
  tls.close();
  await ward.close();
  await log.close();
});

/** The status of GET /beds, or the word that the handshake failed. */
function overHttps(own: Partial<Certificate>): Promise<number | 'no handshake'> {
  const files = { ...(own.cert === undefined ? {} : { cert: readFileSync(own.cert) }), ...(own.key === undefined ? {} : { key: readFileSync(own.key) }) };
  return new Promise((resolve) => {
    try {
      const asked = request({ host: '127.0.0.1', port: ward.http.port, path: '/beds', ca: readFileSync(ca.cert), ...files }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      asked.on('error', () => resolve('no handshake'));
      asked.end();
    } catch {
      // The key is not the certificate's: our own TLS will not even try.
      resolve('no handshake');
    }
  });
}

function overGrpc(own: Partial<Certificate>): Promise<number> {
  return new Promise((resolve) => {
    try {
      const read = (file: string | undefined) => (file === undefined ? null : readFileSync(file));
      const client = new AlertServiceClient(`127.0.0.1:${ward.monitor.grpcPort}`, grpc.credentials.createSsl(readFileSync(ca.cert), read(own.key), read(own.cert)));
      client.list({ filter: undefined }, new grpc.Metadata(), { deadline: Date.now() + 4000 }, (error) => {
        client.close();
        resolve(error?.code ?? grpc.status.OK);
      });
    } catch {
      resolve(grpc.status.UNAVAILABLE);
    }
  });
}

test('a certificate of the hospital that is listed comes in, with its scopes', async () => {
  expect(await overHttps(gateway)).toBe(200);
  expect(await overGrpc(gateway)).toBe(grpc.status.OK);
  const ofWard = certificate({ name: 'ward', by: ca });
  expect(await overHttps(ofWard)).toBe(403);
  expect(await overGrpc(ofWard)).toBe(grpc.status.PERMISSION_DENIED);
  expect(ward.audit.map(({ who }) => who)).toContain('gateway');
});

describe('does not come in', () => {
  const otherCa = certificate({ name: 'Hospital', isCa: true });
  const middle = certificate({ name: 'Middle', by: ca, isCa: true });
  const leaf = certificate({ name: 'leaf', by: ca });
  const rows: readonly [string, () => Partial<Certificate>, 401 | 'no handshake'][] = [
    ['no certificate', () => ({}), 'no handshake'],
    ['one that signed itself', () => certificate({ name: 'gateway' }), 'no handshake'],
    ['another authority of the same name', () => certificate({ name: 'gateway', by: otherCa }), 'no handshake'],
    ['one that ran out', () => certificate({ name: 'gateway', by: ca, from: -30, until: -1 }), 'no handshake'],
    ['one that begins tomorrow', () => certificate({ name: 'gateway', by: ca, from: 1 }), 'no handshake'],
    ['one for servers only', () => certificate({ name: 'gateway', by: ca, usage: 'serverAuth' }), 'no handshake'],
    ['one that a certificate without the right to sign has signed', () => {
      const forged = certificate({ name: 'gateway', by: leaf });
      return { cert: chained(forged.cert, leaf.cert), key: forged.key };
    }, 'no handshake'],
    ['one whose signer is not sent along', () => certificate({ name: 'gateway', by: middle }), 'no handshake'],
    ['one whose signature was changed', () => corrupted(certificate({ name: 'gateway', by: ca })), 'no handshake'],
    ['one with the key of another', () => ({ cert: gateway.cert, key: leaf.key }), 'no handshake'],
    ['one signed over SHA-1', () => certificate({ name: 'gateway', by: ca, digest: 'sha1' }), 'no handshake'],
    ['a name that is not listed', () => leaf, 401],
    ['no name', () => certificate({ name: '', by: ca }), 401],
    ['a name of objects', () => certificate({ name: 'constructor', by: ca }), 401],
  ];
  test(`${rows.length} kinds are tried`, () => expect(rows.length).toBeGreaterThanOrEqual(12));
  test.each(rows)('%s', async (_what, made, outcome) => {
    const own = made();
    expect(await overHttps(own)).toBe(outcome);
    expect(await overGrpc(own)).toBe(outcome === 401 ? grpc.status.UNAUTHENTICATED : grpc.status.UNAVAILABLE);
  });

  test('whoever speaks in the clear', async () => {
    await expect(fetch(`http://127.0.0.1:${ward.http.port}/beds`)).rejects.toThrow();
  });

  test('one whose signer is sent along does', async () => {
    const own = certificate({ name: 'gateway', by: middle });
    expect(await overHttps({ cert: chained(own.cert, middle.cert), key: own.key })).toBe(200);
  });
});

describe('files that are exchanged while it runs', () => {
  const files = { cert: chained(server.cert), key: chained(server.key) };
  let renewing: Secured;
  let second: Ward;
  const broken: unknown[] = [];
  afterEach(async () => {
    renewing.close();
    await second.close();
  });

  /** The serial number that a handshake shows. */
  const shown = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(ca.cert), ALPNProtocols: ['h2', 'http/1.1'] }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      }).on('error', reject);
    });

  test('are taken up by both servers; broken ones are told of and change nothing; who is connected stays', async () => {
    renewing = await secured(files, systemClock(), (error) => broken.push(error));
    second = await openWard(log, { grpc: { host: '127.0.0.1', port: 0, credentials: renewing.grpc } }, undefined, undefined, renewing);
    const ports = [second.http.port, second.monitor.grpcPort];
    const first = await shown(ports[0]);
    expect(await shown(ports[1])).toBe(first);
    const stays = connect({ host: '127.0.0.1', port: ports[0], ca: readFileSync(ca.cert) });
    await new Promise((resolve) => stays.once('secureConnect', resolve));

    writeFileSync(files.cert, 'not a certificate');
    await vi.waitFor(() => expect(String(broken.at(-1))).toContain('do not fit'), { timeout: 8000, interval: 100 });
    expect(await Promise.all(ports.map(shown))).toEqual([first, first]);

    const next = certificate({ name: 'localhost', by: ca, usage: 'serverAuth' });
    copyFileSync(next.cert, files.cert);
    copyFileSync(next.key, files.key);
    await vi.waitFor(async () => expect(await Promise.all(ports.map(shown))).not.toContain(first), { timeout: 8000, interval: 200 });
    expect(stays.destroyed).toBe(false);
    stays.destroy();
  }, 30_000);

  test('that do not fit from the beginning are refused, and which', async () => {
    renewing = await secured({ cert: server.cert, key: server.key }, systemClock(), () => {});
    second = await openWard(log);
    await expect(secured({ cert: server.cert, key: gateway.key }, systemClock(), () => {})).rejects.toThrow(`TLS: ${server.cert} and ${gateway.key} do not fit`);
  });
});
