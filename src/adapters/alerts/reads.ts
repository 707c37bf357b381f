import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { ClientSettings } from './client.js';

/** A PDF takes some seconds where much else is asked. */
const ANSWER_MAX_MS = 30_000;
const BODY_MAX_BYTES = 16 * 2 ** 20;

export interface Answered {
  readonly status: number;
  readonly body: Buffer;
}

/** One GET of a monitor over HTTP, as `monitor` of the settings says where. Rejects where it does not answer, in time, or with more than 16 MiB. */
export function getFrom({ monitor, token, tls, ca, cert, key }: ClientSettings, path: string, query: Readonly<Record<string, string>>): Promise<Answered> {
  const isSafe = tls || ca !== undefined || cert !== undefined;
  const pem = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  const url = new URL(`${isSafe ? 'https' : 'http'}://${monitor}${path}?${new URLSearchParams(query).toString()}`);
  const options = { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, timeout: ANSWER_MAX_MS };
  return new Promise((resolve, reject) => {
    const take = (response: http.IncomingMessage): void => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > BODY_MAX_BYTES) request.destroy(new Error('it answers with more than 16 MiB'));
        parts.push(part);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      response.on('error', reject);
    };
    const request = isSafe ? https.get(url, { ...options, ca: pem(ca), cert: pem(cert), key: pem(key) }, take) : http.get(url, options, take);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MAX_MS / 1000} s`)));
    request.on('error', reject);
  });
}
