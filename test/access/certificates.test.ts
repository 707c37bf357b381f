/** TLS and client certificates, on real handshakes: who comes in over HTTPS and over gRPC, and files that are exchanged while it runs. Invariants: I34 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDoor, type PemFiles, secured, type Secured } from '../../src/adapters/access/index.js';
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
  ward = await openWard(log, { door, grpc: { host: '127.0.0.1', port: 0, tls } }, undefined, undefined, tls);
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

/** A connection without a client of gRPC or HTTP, and without the scruples of our own TLS. */
const call = (port: number, by: Certificate) =>
  connect({ host: '127.0.0.1', port, ca: readFileSync(ca.cert), cert: readFileSync(by.cert), key: readFileSync(by.key), ciphers: 'DEFAULT@SECLEVEL=0', ALPNProtocols: ['h2', 'http/1.1'] });

/** Whether a server goes on after the handshake: in TLS 1.3 a client hears only then that he is not wanted. */
const isHeard = (port: number, by: Certificate) =>
  new Promise<boolean>((resolve) => {
    const socket = call(port, by);
    socket.on('error', () => resolve(false)).on('close', () => resolve(false));
    // HTTP/2 greets first; HTTP/1.1 answers what cannot be read.
    socket.once('data', () => (resolve(true), socket.destroy()));
    socket.once('secureConnect', () => socket.alpnProtocol === 'http/1.1' && socket.write('?\r\n\r\n'));
  });

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
    ['one under a signer whose time is over', () => {
      const past = certificate({ name: 'Past', by: ca, isCa: true, from: -30, until: -1 });
      const own = certificate({ name: 'gateway', by: past });
      return { cert: chained(own.cert, past.cert), key: own.key };
    }, 'no handshake'],
    ['one whose signature was changed', () => corrupted(certificate({ name: 'gateway', by: ca })), 'no handshake'],
    ['one with the key of another', () => ({ cert: gateway.cert, key: leaf.key }), 'no handshake'],
    ['one signed over SHA-1', () => certificate({ name: 'gateway', by: ca, digest: 'sha1' }), 'no handshake'],
    ['a name that is not listed', () => leaf, 401],
    ['a name that differs in case', () => certificate({ name: 'Gateway', by: ca }), 401],
    ['a name with a blank behind it', () => certificate({ name: 'gateway ', by: ca }), 401],
    ['a listed name in the organisation only', () => certificate({ name: 'gateway', subject: '/O=gateway/CN=nobody', by: ca }), 401],
    ['two names, a listed one first', () => certificate({ name: 'gateway', subject: '/CN=gateway/CN=nobody', by: ca }), 401],
    ['two names, a listed one last', () => certificate({ name: 'gateway', subject: '/CN=nobody/CN=gateway', by: ca }), 401],
    ['no name', () => certificate({ name: '', by: ca }), 401],
    ['a name of objects', () => certificate({ name: 'constructor', by: ca }), 401],
  ];
  test(`${rows.length} kinds are tried`, () => expect(rows.length).toBeGreaterThanOrEqual(12));
  test.each(rows)('%s', async (_what, made, outcome) => {
    const own = made();
    expect(await overHttps(own)).toBe(outcome);
    expect(await overGrpc(own)).toBe(outcome === 401 ? grpc.status.UNAUTHENTICATED : grpc.status.UNAVAILABLE);
  });

  test('one signed over SHA-1, whose bearer does not mind', async () => {
    const ports = [ward.http.port, ward.monitor.grpcPort];
    const weak = certificate({ name: 'gateway', by: ca, digest: 'sha1' });
    expect(await Promise.all(ports.map((port) => isHeard(port, weak)))).toEqual([false, false]);
    expect(await Promise.all(ports.map((port) => isHeard(port, gateway)))).toEqual([true, true]);
  });

  test('anyone who connects without TLS', async () => {
    await expect(fetch(`http://127.0.0.1:${ward.http.port}/beds`)).rejects.toThrow();
  });

  test('one whose signer is sent along does', async () => {
    const own = certificate({ name: 'gateway', by: middle });
    expect(await overHttps({ cert: chained(own.cert, middle.cert), key: own.key })).toBe(200);
  });
});

describe('files that are exchanged while it runs', () => {
  const opened: { close(): void | Promise<void> }[] = [];
  afterAll(async () => {
    for (const one of opened) await one.close();
  });

  const copies = (): Required<Omit<PemFiles, 'clientCrl'>> => ({ cert: chained(server.cert), key: chained(server.key), clientCa: chained(ca.cert) });
  async function wardOf(files: PemFiles, broken: unknown[] = [], between: (renewing: Secured) => Promise<void> = async () => {}) {
    const renewing = await secured(files, systemClock(), (error) => broken.push(error));
    await between(renewing);
    const second = await openWard(log, { grpc: { host: '127.0.0.1', port: 0, tls: renewing } }, undefined, undefined, renewing);
    opened.push(renewing, second);
    return [second.http.port, second.monitor.grpcPort];
  }

  /** The serial number that a handshake shows. */
  const shown = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = call(port, gateway).on('error', reject);
      socket.once('secureConnect', () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
    });
  const soon = { timeout: 8000, interval: 100 };

  test('are taken up by both servers; who is connected stays, and is still answered', async () => {
    const files = copies();
    const ports = await wardOf(files);
    const first = await shown(ports[0]);
    expect(await shown(ports[1])).toBe(first);
    const stays = call(ports[0], gateway);
    await once(stays, 'secureConnect');
    const next = certificate({ name: 'localhost', by: ca, usage: 'serverAuth' });
    copyFileSync(next.cert, files.cert);
    copyFileSync(next.key, files.key);
    await vi.waitFor(async () => expect(await Promise.all(ports.map(shown))).not.toContain(first), soon);
    stays.write('GET /constructor HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(String((await once(stays, 'data'))[0])).toContain('HTTP/1.1 404');
    stays.destroy();
  });

  test('are taken up though their time is the same, and though it was before the servers began', async () => {
    const files = copies();
    const { atime, mtime } = statSync(files.cert);
    const next = certificate({ name: 'localhost', by: ca, usage: 'serverAuth' });
    const serial = new X509Certificate(readFileSync(next.cert)).serialNumber;
    const ports = await wardOf(files, [], async (renewing) => {
      copyFileSync(next.key, files.key);
      copyFileSync(next.cert, files.cert);
      utimesSync(files.cert, atime, mtime);
      await vi.waitFor(() => expect(renewing.options.cert.equals(readFileSync(next.cert))).toBe(true), soon);
    });
    expect(await Promise.all(ports.map(shown))).toEqual([serial, serial]);
  });

  const BROKEN: readonly [string, keyof ReturnType<typeof copies>, (path: string) => void, string][] = [
    ['a certificate that is none', 'cert', (path) => writeFileSync(path, 'not a certificate'), 'do not fit'],
    ['a certificate of another key', 'cert', (path) => copyFileSync(gateway.cert, path), 'do not fit'],
    ['half a certificate', 'cert', (path) => writeFileSync(path, readFileSync(path).subarray(0, 300)), 'do not fit'],
    ['an empty key', 'key', (path) => writeFileSync(path, ''), 'do not fit'],
    ['a key that is gone', 'key', (path) => rmSync(path), 'cannot be read (ENOENT)'],
    ['authorities that are none', 'clientCa', (path) => writeFileSync(path, 'not a certificate'), 'holds no certificates'],
    ['no authorities', 'clientCa', (path) => writeFileSync(path, ''), 'holds no certificates'],
    ['half an authority', 'clientCa', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(/\n.*\n-----END/, '\n-----END')), 'holds no certificates'],
  ];
  test.concurrent.each(BROKEN)('%s is reported once, by its name, and changes nothing', async (_what, which, breaks, words) => {
    const files = copies();
    const broken: unknown[] = [];
    const ports = await wardOf(files, broken);
    const first = await Promise.all(ports.map(shown));
    breaks(files[which]);
    await vi.waitFor(() => expect(String(broken[0])).toContain(words), soon);
    expect(String(broken[0])).toContain(files[which]);
    expect(await Promise.all(ports.map(shown))).toEqual(first);
    expect(await Promise.all(ports.map((port) => isHeard(port, gateway)))).toEqual([true, true]);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(broken).toHaveLength(1);
  });

  test('authorities: those of the old one stay out, those of the new one come in', async () => {
    const files = copies();
    const ports = await wardOf(files);
    const newCa = certificate({ name: 'New Hospital', isCa: true });
    const newcomer = certificate({ name: 'gateway', by: newCa });
    const heard = async () => [await Promise.all(ports.map((port) => isHeard(port, gateway))), await Promise.all(ports.map((port) => isHeard(port, newcomer)))];
    expect(await heard()).toEqual([[true, true], [false, false]]);
    copyFileSync(newCa.cert, files.clientCa);
    await vi.waitFor(async () => expect(await heard()).toEqual([[false, false], [true, true]]), soon);
  });
});

test.each<[string, () => PemFiles, string]>([
  ['a key of another certificate', () => ({ cert: server.cert, key: gateway.key }), `TLS: ${server.cert} and ${gateway.key} do not fit`],
  ['a file that is not there', () => ({ cert: '/nowhere.pem', key: server.key }), '/nowhere.pem cannot be read (ENOENT)'],
  ['authorities that are none', () => ({ cert: server.cert, key: server.key, clientCa: server.key }), `TLS: ${server.key} holds no certificates`],
])('%s is refused at the start, by its name', async (_what, files, words) => {
  await expect(secured(files(), systemClock(), () => {})).rejects.toThrow(words);
});
