import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Answer, Failure } from '../../deliver/index.js';
import type { Clock } from '../../ports/index.js';
import { addressOf, isIn, isPublic, type Network, networkOf } from './address.js';
import { signedHeaders } from './signature.js';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  /** Networks (CIDR) that are not public and may be called nevertheless; there, http is allowed as well. */
  readonly allow: readonly string[];
  /** PEM of who signed the receiver's certificate; undefined: who signs for this system. */
  readonly ca?: string;
  readonly clock: Clock;
  /** Addresses of a host; the system's own by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Name, connection, request and the head of the answer, together. */
export const ANSWER_MAX_MS = 10_000;
/** Of the answer's body, which nobody reads. */
const BODY_MAX_BYTES = 65_536;
/** Of the 4xx, those that are of this event: it is not understood, or not wanted. The others (a wrong secret, a wrong address, too many at once) can be mended, and the event comes again. */
const REFUSING: ReadonlySet<number> = new Set([400, 406, 409, 410, 413, 415, 422]);

const systemResolve = async (host: string): Promise<readonly string[]> => (await lookup(host, { all: true })).map(({ address }) => address);

/** Posts to one address, signed. A name is resolved once an attempt, every address is looked at, and one of those is connected to. */
export class WebhookClient {
  private readonly url: URL;
  private readonly allowed: readonly Network[];
  private stop: (() => void) | undefined;

  constructor(private readonly options: WebhookOptions) {
    this.url = new URL(options.url);
    this.allowed = options.allow.map(networkOf);
  }

  /** One at a time. Never rejects. */
  post(id: string, body: string): Promise<Answer> {
    return new Promise((resolve) => {
      let call: ClientRequest | undefined;
      let isOver = false;
      const settle = (answer: Answer): void => {
        if (isOver) return;
        isOver = true;
        cancel();
        this.stop = undefined;
        if (answer.type === 'failed' && answer.why !== 'status') call?.destroy();
        resolve(answer);
      };
      const cancel = this.options.clock.after(ANSWER_MAX_MS, () => settle(failed('timeout', `${this.url.host} did not answer within ${ANSWER_MAX_MS / 1000} s`)));
      this.stop = () => settle(failed('unreachable', 'closed from here'));
      this.addresses().then(
        (addresses) => {
          if ('type' in addresses) return settle(addresses);
          if (isOver) return;
          call = this.call(id, body, addresses);
          call.on('response', (response) => {
            drain(response, this.options.clock);
            settle(answerOf(response, this.url.host));
          });
          call.on('error', (error: NodeJS.ErrnoException) => settle(failed('unreachable', `${this.url.host}: ${error.code ?? error.message}`)));
        },
        (error: NodeJS.ErrnoException) => settle(failed('unreachable', `${this.url.hostname}: ${error.code ?? 'its name cannot be resolved'}`)),
      );
    });
  }

  close(): void {
    this.stop?.();
  }

  /** All of the host's addresses, each one that may be called; or why not. */
  private async addresses(): Promise<readonly string[] | Answer> {
    const { hostname, protocol } = this.url;
    const host = hostname.replace(/^\[|\]$/g, '');
    const texts = addressOf(host) === undefined ? await (this.options.resolve ?? systemResolve)(host) : [host];
    if (texts.length === 0) return failed('unreachable', `${host} has no address`);
    const addresses: string[] = [];
    for (const text of texts) {
      const address = addressOf(text);
      const isListed = address !== undefined && isIn(address, this.allowed);
      if (address === undefined || (!isListed && !isPublic(address))) return failed('forbidden-address', `${host} is at ${text}, which is not public: list its network under 'allow', or give another address`);
      if (protocol === 'http:' && !isListed) return failed('forbidden-address', `${host} would get alerts without TLS: give an https:// address, or list its network under 'allow'`);
      addresses.push(address.toString());
    }
    return addresses;
  }

  private call(id: string, body: string, addresses: readonly string[]): ClientRequest {
    const { protocol, hostname, port, pathname, search } = this.url;
    const bytes = Buffer.from(body, 'utf8');
    const call = (protocol === 'http:' ? requestHttp : requestHttps)({
      method: 'POST',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? undefined : port,
      path: `${pathname}${search}`,
      headers: { 'content-type': 'application/json', 'content-length': bytes.length, 'user-agent': 'purkinje', ...signedHeaders(id, this.options.clock.nowMs(), body, this.options.secret) },
      // A connection of its own, to an address that was looked at just now.
      agent: false,
      lookup: pinned(addresses),
      ca: this.options.ca,
    });
    call.end(bytes);
    return call;
  }
}

/** Answers with these addresses, whatever is asked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, callback) => (options.all === true ? callback(null, found) : callback(null, found[0].address, found[0].family));
}

function answerOf(response: IncomingMessage, host: string): Answer {
  const status = response.statusCode ?? 0;
  const about = `${host} answers ${status}`;
  if (status >= 200 && status < 300) return { type: 'accepted' };
  if (status >= 300 && status < 400) return failed('status', `${about}: it sends elsewhere, and nobody follows; give its final address`);
  return REFUSING.has(status) ? { type: 'refused', about } : failed('status', about);
}

/** Lets the receiver finish its sentence, up to a point. */
function drain(response: IncomingMessage, clock: Clock): void {
  let bytes = 0;
  response.on('close', clock.after(ANSWER_MAX_MS, () => response.destroy()));
  response.on('error', () => response.destroy());
  response.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > BODY_MAX_BYTES) response.destroy();
  });
}

const failed = (why: Failure, about: string): Answer => ({ type: 'failed', why, about });
