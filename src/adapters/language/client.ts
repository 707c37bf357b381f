import { LanguageError, type LanguageMessage, type LanguageModel } from '../../ports/index.js';

export interface LanguageSettings {
  /** Of the API, as https://host/v1: /chat/completions is put behind it. */
  readonly url: string;
  readonly model: string;
  /** Bearer token. */
  readonly apiKey?: string;
  /** Connection, request and answer, together. */
  readonly timeoutMs: number;
}

/** Tokens of an answer, whatever its bound in bytes. */
const TOKENS_MAX = 4096;
const BYTES_PER_TOKEN = 2;

/** A language model behind the OpenAI-compatible chat completions API, as vLLM, Ollama and llama.cpp serve it. One request a text, nothing is repeated, nobody is followed elsewhere. */
export function openLanguageModel({ url, model, apiKey, timeoutMs }: LanguageSettings): LanguageModel {
  const target = new URL(`${url.replace(/\/+$/, '')}/chat/completions`);
  return {
    name: model,
    async write(messages: readonly LanguageMessage[], { bytesMax }): Promise<string> {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), timeoutMs);
      try {
        const response = await fetch(target, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json', ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
          body: JSON.stringify({ model, messages, temperature: 0, stream: false, max_tokens: Math.min(TOKENS_MAX, Math.ceil(bytesMax / BYTES_PER_TOKEN)) }),
          redirect: 'manual',
          signal: controller.signal,
        });
        refuseUnlessJson(response, target.host);
        return textIn(await bodyOf(response, bytesMax, target.host), target.host);
      } catch (error) {
        if (error instanceof LanguageError) throw error;
        if (controller.signal.aborted) throw new LanguageError('timeout', `${target.host} did not answer within ${timeoutMs / 1000} s`);
        throw new LanguageError('away', `${target.host} cannot be reached (${reasonOf(error)})`);
      } finally {
        clearTimeout(timer);
        // What was not read is not waited for.
        controller.abort();
      }
    },
  };
}

function refuseUnlessJson(response: Response, host: string): void {
  const { status } = response;
  if (status >= 300 && status < 400) throw new LanguageError('redirect', `${host} answers ${status} and sends elsewhere: give its final address`);
  if (status < 200 || status >= 300) throw new LanguageError('status', `${host} answers ${status}`);
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type !== 'application/json') throw new LanguageError('not-json', `${host} answers with ${type === '' ? 'no content type' : type.slice(0, 64)} and not with application/json: is the address that of an OpenAI-compatible API?`);
}

async function bodyOf({ body }: Response, bytesMax: number, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    bytes += read.value.length;
    if (bytes > bytesMax) throw new LanguageError('too-large', `${host} answers with more than ${bytesMax} bytes`);
    parts.push(read.value);
  }
  return Buffer.concat(parts).toString('utf8');
}

interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown }; readonly finish_reason?: unknown }[];
}

function textIn(body: string, host: string): string {
  const [choice] = choicesIn(body, host);
  if (choice?.finish_reason === 'length') throw new LanguageError('cut-short', `${host} ended its answer before its text did`);
  const content = choice?.message?.content;
  if (typeof content !== 'string' || content.trim() === '') throw new LanguageError('no-text', `${host} answers without choices[0].message.content`);
  return content;
}

function choicesIn(body: string, host: string): NonNullable<Completion['choices']> {
  try {
    const choices = (JSON.parse(body) as Completion | null)?.choices;
    return Array.isArray(choices) ? choices : [];
  } catch {
    throw new LanguageError('not-json', `${host} answers with what is no JSON`);
  }
}

/** The code of the socket beneath, where there is one. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
}
