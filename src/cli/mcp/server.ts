import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { type Language, LANGUAGES, noticeOf, parsedQuestion, type Report } from '../../explain/index.js';
import type { AlertView } from '../../monitor/index.js';
import type { ClientOptions } from '../alerts/client.js';
import { askedOf } from '../explain/monitor.js';
import { lineOf, UsageError } from '../failure.js';
import { VERSION } from '../version.js';
import type { Recordings } from './recordings.js';

const name = z.string().min(1).max(200);
const recording = name.describe('of the folder of recordings: its path there; of WFDB without extension').optional();
const alert = z.string().regex(/^[0-9a-f]{32}$/, 'must be the id of an alert: 32 hexadecimal digits').describe('id of an alert of the monitor').optional();
const bed = name.describe('a bed of the monitor: its latest segment, or the one at a time').optional();
const at = z.string().max(40).describe('of a recording a duration from its start, as 30s; of a bed a time, as 2026-01-02T03:04:05Z').optional();
const earlier = name.describe('an earlier recording of the same patient, to compare with').optional();
const lang = z.enum(LANGUAGES).default('en');

/** What is asked of: a recording, or over the monitor an alert or a bed. */
interface Of {
  readonly recording?: string;
  readonly alert?: string;
  readonly bed?: string;
  readonly at?: string;
  readonly earlier?: string;
}

const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const RESEARCH = 'For research: not for diagnosis or treatment. Every sentence and answer carries `because`: measurements, scores with thresholds, criteria, samples. UNPROVEN and SIMULATED must be passed on wherever they stand.';

/** Tools over recordings and a monitor, none of which changes anything. What goes wrong is a tool's error, in one line. */
export function mcpServer(recordings: Recordings, client: ClientOptions): McpServer {
  const server = new McpServer({ name: 'purkinje', version: VERSION }, { instructions: RESEARCH });
  const tool = <Shape extends z.ZodRawShape>(id: string, description: string, shape: Shape, use: (given: z.output<z.ZodObject<Shape>>) => Promise<object>): void => {
    server.registerTool(id, { description: `${description} ${RESEARCH}`, inputSchema: z.strictObject(shape), annotations: READ_ONLY }, async (given: unknown) => resultOf(() => use(given as z.output<z.ZodObject<Shape>>)));
  };

  // A further tool that reads, of neighbours in the model's space, say, is a line here and a method of `Recordings`.
  tool('measure', 'Rate, intervals, axis, voltages and ST of one segment of a recording, without a model.', { recording: name, at }, (given) => recordings.measure(given));
  tool('report', 'A drafted report of one segment: of a recording, an alert or a bed.', { recording, alert, bed, at, earlier, lang }, async (given) => (isRecording(given) ? recordings.report(given, given.lang) : monitored(client, '/report', { ...queryOf(given), lang: given.lang })));
  tool('ask', 'A question in words, English or German, on one segment: verify, choose or query.', { recording, alert, bed, at, earlier, question: z.string().min(1).max(500), lang }, async ({ question, lang: language, ...given }) =>
    isRecording(given) ? recordings.ask(given, parsedQuestion(question), language) : monitored(client, '/ask', { ...queryOf(given), question, lang: language }));
  tool('compare', 'What was gained, lost and changed since an earlier recording of the same patient.', { recording: name, earlier: name, at, lang }, async (given) => comparisonIn(await recordings.report(given, given.lang)));
  tool('history', 'Of a recording what each of its segments says, in their order; of an alert of the monitor its events.', { recording, alert, lang }, async (given) =>
    isRecording(given) ? recordings.history(given.recording, given.lang) : alertHistory(client, given, given.lang));
  return server;
}

async function alertHistory(client: ClientOptions, given: Of, language: Language): Promise<object> {
  const events = (await monitored(client, '/events', queryOf(given))) as readonly AlertView[];
  const simulated = events.some((event) => event.simulated);
  return { notice: noticeOf(simulated, language), simulated, events, because: [...new Set(events.flatMap(({ segments }) => segments))].map((id) => ({ kind: 'segment', id })) };
}

async function resultOf(use: () => Promise<object>): Promise<CallToolResult> {
  try {
    const result = await use();
    return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: { ...result } };
  } catch (error) {
    return { isError: true, content: [{ type: 'text', text: lineOf(error) }] };
  }
}

/** Throws UsageError unless one thing is named, and what goes with it. */
function isRecording<Given extends Of>(given: Given): given is Given & { readonly recording: string } {
  const named = [given.recording, given.alert, given.bed].filter((one) => one !== undefined);
  if (named.length !== 1) throw new UsageError(named.length === 0 ? 'of what? Name a recording, an alert or a bed' : 'one thing at a time: a recording, an alert or a bed');
  if (given.recording !== undefined) return true;
  if (given.earlier !== undefined) throw new UsageError('earlier is of recordings: a monitor compares none');
  if (given.alert !== undefined && given.at !== undefined) throw new UsageError('at: an alert has its own time');
  return false;
}

const queryOf = ({ alert: id, bed: of, at: time }: Of): Readonly<Record<string, string>> => ({ ...(id !== undefined && { alert: id }), ...(of !== undefined && { bed: of }), ...(time !== undefined && { at: time }) });

async function monitored(client: ClientOptions, path: string, query: Readonly<Record<string, string>>): Promise<object> {
  return JSON.parse((await askedOf(client, path, query)).toString('utf8')) as object;
}

function comparisonIn({ notice, segment, simulated, terms, language, sections }: Report): object {
  return { notice, segment, simulated, terms, language, sentences: sections.filter(({ id }) => id === 'comparison' || id === 'limits').flatMap(({ sentences }) => sentences) };
}
