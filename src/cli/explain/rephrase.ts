import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { openLanguageModel } from '../../adapters/language/index.js';
import type { Config } from '../../config/index.js';
import type { Rephrasing } from '../../line/index.js';
import { printable } from '../../ecg/index.js';
import { LanguageError, type LanguageModel } from '../../ports/index.js';
import { UsageError } from '../failure.js';

export interface RephraseOptions {
  readonly rephrase?: boolean;
  readonly languageUrl?: string;
  readonly languageModel?: string;
  readonly config?: string;
}

/** What commands have whose drafts a language model may word. */
export function withRephrasing(command: Command): Command {
  return command
    .option('--rephrase', 'worded by a language model, each sentence compared with its draft (docs/explain.md); of an alert or a bed by the monitor’s')
    .addOption(new Option('--language-url <url>', 'its OpenAI-compatible API, as http://127.0.0.1:11434/v1; of recordings'))
    .addOption(new Option('--language-model <name>', 'its name there'));
}

/** Undefined: not asked for. Throws UsageError, ConfigError. @param isOurs a recording, which is worded from here; else a monitor words */
export async function rephrasingOf({ rephrase, languageUrl, languageModel, config: file }: RephraseOptions, isOurs: boolean): Promise<Rephrasing | undefined> {
  const isNamed = languageUrl !== undefined || languageModel !== undefined;
  if (isNamed && rephrase !== true) throw new UsageError('--language-url and --language-model go with --rephrase');
  if (isNamed && !isOurs) throw new UsageError('--language-url and --language-model are of recordings: a monitor words with the language model of its own configuration');
  if (rephrase !== true || !isOurs) return undefined;
  // Loaded only now: without it nobody needs any.
  const [{ loadConfig }, { Rephrasing: Words }, { prometheusMeter }] = await Promise.all([import('../../config/index.js'), import('../../line/index.js'), import('../../adapters/prometheus/index.js')]);
  const model = languageModelOf(loadConfig({ file, env: process.env, flags: { 'language.url': languageUrl, 'language.model': languageModel } }).config, (reason) => void process.stderr.write(`purkinje: the draft stands: ${printable(reason)}\n`));
  if (model === undefined) throw new UsageError('--rephrase: no language model is configured: give --language-url and --language-model, or language.url and language.model');
  return new Words(model, prometheusMeter());
}

/** Undefined: none is configured. Throws UsageError where its token cannot be read. @param onFailed why it gave no text, in one line: a host and a reason, nothing of a report */
export function languageModelOf({ language: { url, model, apiKeyFile, timeoutS } }: Config, onFailed: (reason: string) => void): LanguageModel | undefined {
  if (url === undefined || model === undefined) return undefined;
  const opened = openLanguageModel({ url, model, timeoutMs: 1000 * timeoutS, ...(apiKeyFile !== undefined && { apiKey: keyIn(apiKeyFile) }) });
  return {
    ...opened,
    write: (messages, options) =>
      opened.write(messages, options).catch((error: unknown) => {
        if (error instanceof LanguageError) onFailed(error.message);
        throw error;
      }),
  };
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`language.apiKeyFile: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, { cause: error });
  }
}
