import { isIP, connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Answer, Failure } from '../../deliver/index.js';
import type { Clock } from '../../ports/index.js';
import { type Acknowledgement, decodeAcknowledgement, PASSING_ERRORS } from './er7.js';
import { FrameReader, frameOf } from './frames.js';

export interface MllpOptions {
  readonly host: string;
  readonly port: number;
  /** PEM; `ca` undefined: who signs for this system. Undefined: no TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly clock: Clock;
}

/** Connecting, sending and waiting for the acknowledgement, together. */
export const ANSWER_MAX_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

interface Waiting {
  readonly id: string;
  readonly frame: Buffer;
  /** Sent over a connection that was there before: the receiver may have been about to close it. */
  isOnOldConnection: boolean;
  settle(answer: Answer): void;
}

/** A connection to an HL7 receiver, opened when there is something to say. One message at a time: each waits for its acknowledgement. */
export class MllpClient {
  private socket: Socket | undefined;
  private waiting: Waiting | undefined;
  private lastId: string | undefined;
  private readonly where: string;

  constructor(private readonly options: MllpOptions) {
    this.where = `${options.host}:${options.port}`;
  }

  /** `id` is MSH-10 of the text. Never rejects. */
  exchange(text: string, id: string): Promise<Answer> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ANSWER_MAX_MS, () => this.waiting?.settle(failed('timeout', `${this.where} did not acknowledge within ${ANSWER_MAX_MS / 1000} s`)));
      const settle = (answer: Answer): void => {
        cancel();
        this.waiting = undefined;
        this.lastId = id;
        // What comes late must not be taken for the acknowledgement of another message.
        if (answer.type === 'failed') this.drop();
        resolve(answer);
      };
      const frame = frameOf(text);
      this.waiting = { id, frame, isOnOldConnection: this.socket !== undefined, settle };
      this.socket ??= this.open();
      this.socket.write(frame);
    });
  }

  close(): void {
    this.waiting?.settle(failed('unreachable', 'closed from here'));
    this.drop();
  }

  private drop(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(): Socket {
    const { host, port, tls } = this.options;
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...tls, servername: isIP(host) === 0 ? host : undefined, minVersion: 'TLSv1.2' });
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    const reader = new FrameReader();
    let why = 'it closed the connection';
    socket.on('error', (error: NodeJS.ErrnoException) => (why = error.code ?? error.message));
    socket.on('data', (piece: Buffer) => {
      if (socket !== this.socket) return;
      const messages = reader.push(piece);
      if (messages === undefined) this.waiting?.settle(failed('bad-answer', `${this.where} answers with what is no HL7 message: is it an MLLP port?`));
      for (const message of messages ?? []) this.take(message.toString('utf8'));
    });
    socket.on('close', () => {
      if (socket !== this.socket) return;
      this.socket = undefined;
      if (this.waiting?.isOnOldConnection === true) this.sendAnew(this.waiting);
      else this.waiting?.settle(failed('unreachable', `${this.where}: ${why}`));
    });
    return socket;
  }

  private sendAnew(waiting: Waiting): void {
    waiting.isOnOldConnection = false;
    this.socket = this.open();
    this.socket.write(waiting.frame);
  }

  private take(message: string): void {
    const acknowledgement = decodeAcknowledgement(message);
    // A receiver may acknowledge twice: that it has a message, and that it has made use of it.
    if (this.waiting === undefined || (acknowledgement !== undefined && acknowledgement.of === this.lastId && acknowledgement.of !== this.waiting.id)) return;
    this.waiting.settle(answerOf(acknowledgement, this.waiting.id, this.where));
    // What confirms the receipt alone may be followed by another, which without an id would be taken for that of the next message.
    if (acknowledgement?.of === '' && acknowledgement.code.startsWith('C')) this.drop();
  }
}

function answerOf(acknowledgement: Acknowledgement | undefined, id: string, where: string): Answer {
  if (acknowledgement === undefined) return failed('bad-answer', `${where} answers with a message that is no acknowledgement`);
  const { code, of, error, text } = acknowledgement;
  // Without an id it can only be of the one message that is under way.
  if (of !== id && of !== '') return failed('bad-answer', `${where} acknowledges another message than the one sent (MSA-2)`);
  const about = `${code}${error === '' ? '' : ` ${error}`}${text === '' ? '' : `: ${text}`}`;
  switch (code) {
    case 'AA':
    case 'CA':
      return { type: 'accepted' };
    case 'AE':
    case 'AR':
    case 'CE':
    case 'CR':
      return PASSING_ERRORS.has(error) ? failed('status', about) : { type: 'refused', about };
    default:
      return failed('bad-answer', `${where} answers with a code that is none (MSA-1)`);
  }
}

const failed = (why: Failure, about: string): Answer => ({ type: 'failed', why, about });
