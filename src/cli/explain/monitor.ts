import type { Command } from 'commander';
import { type ClientOptions, settingsOf, withConnection } from '../alerts/client.js';
import { UsageError } from '../failure.js';
import { duration } from '../options.js';

export interface SourceOptions extends ClientOptions {
  readonly bed?: string;
  readonly at?: string;
  readonly earlier?: string;
  readonly model?: string;
}

/** A segment of a recording, or what a running monitor is asked for. */
export type Source = { readonly record: string; readonly atMs?: number } | { readonly query: Readonly<Record<string, string>> };

/** As monitors give them; a recording of such a name is meant by its path, as ./NAME. */
const ALERT_ID = /^[0-9a-f]{32}$/;

/** Options of commands that read a recording, or ask a monitor. */
export function withSource(command: Command): Command {
  const own = command
    .option('--bed <bed>', "a bed's segment, of a running monitor")
    .option('--at <time>', 'of a recording the segment at this time from its start, as 30s or 2m (default: the first that can be used); of a bed the one that holds this time, as 2026-01-02T03:04:05Z (default: the latest)')
    .option('--earlier <record>', 'an earlier recording of the same patient, to compare with')
    .option('--model <dir>', 'model folder, of recordings (default: models/purkinje-s)');
  return withConnection(own, 'HTTP of the monitor (default: 127.0.0.1:8081)');
}

/** Throws UsageError. */
export function sourceOf(what: string | undefined, { bed, at, earlier, model }: SourceOptions): Source {
  if (what !== undefined && bed !== undefined) throw new UsageError('one thing at a time: a recording, an alert, or --bed');
  if (bed === undefined && (what === undefined || !ALERT_ID.test(what))) {
    if (what === undefined) throw new UsageError('of what? Name a recording, the id of an alert, or --bed');
    return { record: what, ...(at !== undefined && { atMs: timeIn(at) }) };
  }
  if (earlier !== undefined || model !== undefined) throw new UsageError('--earlier and --model are of recordings: a monitor has scored its segments, and compares none');
  if (bed === undefined) {
    if (at !== undefined) throw new UsageError('--at: an alert has its own time');
    return { query: { alert: what! } };
  }
  if (at !== undefined && !Number.isFinite(Date.parse(at))) throw new UsageError('--at: of a bed a time, as 2026-01-02T03:04:05Z');
  return { query: { bed, ...(at !== undefined && { at: new Date(at).toISOString() }) } };
}

function timeIn(at: string): number {
  try {
    return duration(at);
  } catch (error) {
    throw new UsageError(`--at: of a recording a duration from its start, as 30s or 2m, not ${JSON.stringify(at)}`, { cause: error });
  }
}

/** What a monitor answers. Throws UsageError where the question can be mended, else Error; either has one line. */
export async function askedOf(options: ClientOptions, path: string, query: Readonly<Record<string, string>>): Promise<Buffer> {
  // Loaded only now: recordings need none of it.
  const [{ getFrom }, client] = await Promise.all([import('../../adapters/alerts/index.js'), settingsOf(options, 'client.http')]);
  const settings = { ...client, monitor: client.http };
  const { status, body } = await getFrom(settings, path, query).catch((error: unknown) => {
    throw new Error(`the monitor at ${settings.monitor} does not answer (${error instanceof Error ? error.message : String(error)}): look at --monitor, and whether it wants --tls`, { cause: error });
  });
  if (status === 200) return isObject(body) ? Buffer.concat([body, Buffer.from('\n')]) : body;
  const why = reasonIn(body) ?? `it answers ${status}`;
  switch (status) {
    case 400:
    case 404:
      throw new UsageError(why);
    case 401:
      throw new Error(`the monitor does not let this caller in (${why}): give its token with --token-file or PURKINJE_CLIENT_TOKEN`);
    case 403:
      throw new Error(`this token may not do that (${why})`);
    default:
      throw new Error(`the monitor at ${settings.monitor} cannot answer now: ${why}`);
  }
}

/** JSON comes without an end of line. */
const isObject = (body: Buffer): boolean => body.at(-1) === 0x7d;

/** Undefined: it is no monitor's answer. */
function reasonIn(body: Buffer): string | undefined {
  try {
    const { error } = JSON.parse(body.toString('utf8')) as { readonly error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
