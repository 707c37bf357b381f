import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** Headers of Standard Webhooks, scheme v1: HMAC-SHA256 over id, time of this attempt, and body. */
export function signedHeaders(id: string, nowMs: number, body: string, secret: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
