import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Chat {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A server of chat completions that is no model: it answers as a test has it. */
export interface ChatServer {
  readonly url: string;
  readonly asked: { readonly body: Chat; readonly headers: IncomingMessage['headers']; readonly path: string }[];
  close(): Promise<void>;
}

export type Respond = (chat: Chat, response: ServerResponse) => void;

/** The answer of a model that writes `text`. */
export const completion = (text: unknown, finish = 'stop') => JSON.stringify({ id: 'c', object: 'chat.completion', model: 'served-as', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }] });

export const json = (body: string): Respond => (_chat, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body);

export async function chatServer(respond: Respond): Promise<ChatServer> {
  const asked: ChatServer['asked'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const chat = JSON.parse(body) as Chat;
      asked.push({ body: chat, headers: request.headers, path: request.url ?? '' });
      respond(chat, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () => (server.closeAllConnections(), new Promise((resolve) => server.close(() => resolve()))),
  };
}
