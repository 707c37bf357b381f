import { connect, constants, createServer, type ClientHttp2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const { HTTP2_HEADER_PATH, NGHTTP2_CANCEL } = constants;

export interface SlowLine {
  readonly address: string;
  /** Each call that scores waits so long on its way; whether the encoder is well is answered at once. */
  delayMs: number;
  close(): void;
}

/** Stands between an engine and an encoder, as a GPU does that others use too. */
export async function slowLine(target: string): Promise<SlowLine> {
  let session: ClientHttp2Session | undefined;
  const upstream = (): ClientHttp2Session => {
    if (session === undefined || session.closed || session.destroyed) session = connect(`http://${target}`).on('error', () => undefined);
    return session;
  };
  const forward = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, delayMs: number): Promise<void> => {
    if (delayMs > 0) await pause(delayMs);
    if (stream.destroyed) return;
    const request = upstream().request(headers).on('error', () => stream.close(NGHTTP2_CANCEL));
    let trailers: IncomingHttpHeaders = {};
    request.on('trailers', (some) => (trailers = some));
    request.on('response', (head) => {
      if (stream.destroyed) return;
      stream.respond(head, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      request.pipe(stream);
    });
    stream.on('aborted', () => request.close(NGHTTP2_CANCEL));
    stream.pipe(request);
  };
  const server = createServer();
  const line = { address: '', delayMs: 0, close: () => (server.close(), session?.destroy()) };
  server.on('session', (opened) => opened.on('error', () => undefined));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    void forward(stream, headers, String(headers[HTTP2_HEADER_PATH]).endsWith('/ModelInfer') ? line.delayMs : 0);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  line.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return line;
}
