import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { cutText, isPlausibleTime } from '../ecg/index.js';
import { CELLS_MAX } from './counts.js';
import { zonedMs } from './dates.js';
import { RecordError, type RecordWarning } from './errors.js';
import { statesLayout } from './layout.js';
import { reportStrange, signalOf } from './numbers.js';
import { type FileRecording, type OpenFile, SIMULATED_COMMENT } from './record.js';
import { textOf } from './text.js';
import { voltageOf } from './units.js';

/** Times may stray from the grid by so much of a sample before that is said. */
const JITTER_MAX = 0.25;
const COLUMNS_MAX = 256;

const Column = z.strictObject({ lead: z.string().optional(), unit: z.string().optional(), aduPerMv: z.number().optional(), offsetAdu: z.number().optional(), ignore: z.boolean().optional() });
const Layout = z.strictObject({
  rateHz: z.number().positive().optional(),
  /** A column of times, in place of a rate. */
  time: z.strictObject({ column: z.string(), unit: z.enum(['s', 'ms', 'us']).default('s') }).optional(),
  /** Of the values in every column. */
  unit: z.string().optional(),
  /** Values are counts. */
  aduPerMv: z.number().optional(),
  offsetAdu: z.number().default(0),
  delimiter: z.enum([',', ';', '\t', '|', ' ']).default(','),
  decimal: z.enum(['.', ',']).default('.'),
  /** Names of the columns, where the table has no line of them. */
  header: z.array(z.string()).max(COLUMNS_MAX).optional(),
  columns: z.record(z.string(), Column).default({}),
  missing: z.array(z.string()).default(['', 'NaN', 'nan', 'NA', 'null']),
  /** Of the first sample: ISO 8601 with its zone. */
  start: z.string().optional(),
  demo: z.boolean().default(false),
});
type Layout = z.infer<typeof Layout>;

const COMMENT = /^\s*#/;
const OTHER_DELIMITER = /[,;\t|]/;

/**
 * A table of numbers whose layout is stated: in comment lines above it, or in a YAML beside it.
 * @throws RecordError `bad-header` where the layout says too little, or another than the table has
 */
export function readCsv({ where, bytes, layout: beside }: OpenFile): FileRecording {
  const lines = textOf(bytes).replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => !COMMENT.test(line) && line.trim() !== '');
  const above = lines.slice(0, Math.max(first, 0));
  const own = above.map((line) => line.replace(/^\s*#\s?/, '')).join('\n');
  const isOwn = statesLayout(above.map((line) => `${line}\n`).join(''));
  if (!isOwn && beside === undefined && own.trim() !== '') throw noLayout('its comment lines state neither rateHz nor time', where);
  const layout = layoutFrom(isOwn ? own : beside, where);
  const rows = table(lines.slice(Math.max(first, 0)).join('\n'), layout, where);
  const names = layout.header ?? rows.shift() ?? [];
  if (names.length * rows.length > CELLS_MAX || names.length > COLUMNS_MAX) throw new RecordError('unsupported', `${names.length} columns of ${rows.length} rows`, where, `at most ${COLUMNS_MAX} columns and ${CELLS_MAX} values are read`);
  if (layout.header === undefined && names.length > 1 && names.every((name) => name !== '' && Number.isFinite(Number(name)))) throw new RecordError('bad-header', 'the first row has numbers, and no names', where, 'state the names of the columns: header: [I, II, V1]');
  const other = OTHER_DELIMITER.exec(names.length === 1 ? names[0] : '');
  if (other !== null) throw new RecordError('bad-header', `one column, ${cutText(names[0], 64)}`, where, `state its delimiter: delimiter: ${JSON.stringify(other[0])}`);
  const warnings: RecordWarning[] = [];
  const bad = rows.find((row) => row.length !== names.length);
  if (bad !== undefined) throw new RecordError('bad-header', `a row has ${bad.length} values, there are ${names.length} columns`, where, 'delimiter, decimal and header of the layout: are they those of the table?');
  const unknown = [...Object.keys(layout.columns), ...(layout.time === undefined ? [] : [layout.time.column])].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new RecordError('bad-header', `the layout names a column ${cutText(unknown, 64)}`, where, `the table has ${cutText(names.join(', '), 200)}`);
  const values = (column: number) => Float64Array.from(rows, (row) => numberOf(row[column], layout));
  const grid = gridOf(layout, names, values, where, warnings);
  const signals = names.flatMap((name, column) => {
    const said = layout.columns[name];
    if (said?.ignore === true || name === layout.time?.column) return [];
    const raw = grid.onGrid(values(column));
    const wrong = rows.flatMap((row) => (Number.isNaN(numberOf(row[column], layout)) && !layout.missing.includes(row[column].trim()) ? [row[column]] : []));
    reportStrange(wrong, rows.length, name, where, warnings);
    return [{ label: said?.lead ?? name, rateHz: grid.rateHz, ...calibrated(raw, said, layout) }];
  });
  return { where, startMs: startOf(layout, where, warnings), signals, comments: layout.demo ? [SIMULATED_COMMENT] : [], warnings };
}

function noLayout(what: string, where: string, cause?: unknown): RecordError {
  return new RecordError('bad-header', what, where, 'a CSV needs a layout: rateHz (or time), unit (or aduPerMv), columns: see docs/ingest.md', { cause });
}

function layoutFrom(text: string | undefined, where: string): Layout {
  const bad = (what: string, cause?: unknown) => noLayout(what, where, cause);
  if (text === undefined) throw bad('no layout is stated for it');
  let said: unknown;
  try {
    said = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw bad('its layout is no YAML', error);
  }
  const parsed = Layout.safeParse(said);
  if (!parsed.success) throw bad(`its layout: ${cutText(`${parsed.error.issues[0].path.join('.')} ${parsed.error.issues[0].message}`.trim(), 200)}`, parsed.error);
  if (parsed.data.rateHz === undefined && parsed.data.time === undefined) throw bad('its layout says no rate');
  return parsed.data;
}

function table(text: string, { delimiter }: Layout, where: string): string[][] {
  try {
    return parse(text, { delimiter, comment: '#', skip_empty_lines: true, trim: true, relax_column_count: true, ...(delimiter === ' ' ? { ignore_last_delimiters: true } : {}) });
  } catch (cause) {
    throw new RecordError('unreadable', `no table: ${cutText((cause as Error).message, 120)}`, where, 'is it CSV with the delimiter of its layout?', { cause });
  }
}

function numberOf(cell: string, { decimal, missing }: Layout): number {
  if (missing.includes(cell)) return NaN;
  const number = Number(decimal === ',' ? cell.replace(',', '.') : cell);
  return Number.isFinite(number) && cell !== '' ? number : NaN;
}

interface Grid {
  readonly rateHz: number;
  onGrid(values: Float64Array): Float64Array;
}

/** Rows as samples: one after the other, or each at its time, with holes where rows are missing. */
function gridOf({ rateHz: stated, time }: Layout, names: readonly string[], values: (column: number) => Float64Array, where: string, warnings: RecordWarning[]): Grid {
  if (time === undefined) return { rateHz: stated!, onGrid: (raw) => raw };
  const seconds = values(names.indexOf(time.column)).map((value) => value * { s: 1, ms: 1e-3, us: 1e-6 }[time.unit]);
  const bad = (what: string) => new RecordError('bad-header', what, where, 'times rise from row to row; name their unit in time.unit');
  const steps = Float64Array.from({ length: Math.max(0, seconds.length - 1) }, (_, i) => seconds[i + 1] - seconds[i]);
  if (steps.length === 0 || steps.some((step) => !(step > 0))) throw bad('the times do not rise');
  const typical = [...steps].sort((a, b) => a - b)[(steps.length - 1) >> 1];
  // The mean over rows that follow one another: a time that was rounded does not move it.
  const regular = steps.filter((step) => step < 1.5 * typical);
  const rateHz = stated ?? Math.round((1e6 * regular.length) / regular.reduce((sum, step) => sum + step, 0)) / 1e6;
  const at = seconds.map((second) => Math.round((second - seconds[0]) * rateHz));
  const length = at[at.length - 1] + 1;
  if (!(length <= CELLS_MAX / names.length)) throw bad(`${length} samples from the first time to the last`);
  const strays = seconds.filter((second, i) => Math.abs((second - seconds[0]) * rateHz - at[i]) > JITTER_MAX).length;
  if (strays > 0) warnings.push({ code: 'time', what: `${strays} times are more than a quarter of a sample off the grid of ${rateHz} Hz`, where });
  if (length > seconds.length) warnings.push({ code: 'gap', what: `${length - seconds.length} samples are missing between the times`, where });
  return {
    rateHz,
    onGrid: (raw) => {
      const out = new Float64Array(length).fill(NaN);
      raw.forEach((value, i) => (out[at[i]] = value));
      return out;
    },
  };
}

function calibrated(raw: Float64Array, said: z.infer<typeof Column> | undefined, layout: Layout): ReturnType<typeof signalOf> {
  const aduPerMv = said?.aduPerMv ?? (said?.unit === undefined ? layout.aduPerMv : undefined);
  if (aduPerMv !== undefined) {
    const offset = said?.offsetAdu ?? layout.offsetAdu;
    return signalOf(raw, 1 / aduPerMv, (0 - offset) / aduPerMv, 'mV', 1);
  }
  const unit = said?.unit ?? layout.unit ?? '';
  return signalOf(raw, 1, 0, unit, voltageOf(unit)?.mv);
}

function startOf({ start }: Layout, where: string, warnings: RecordWarning[]): number | undefined {
  if (start === undefined) return undefined;
  const ms = zonedMs(start);
  if (isPlausibleTime(ms)) return ms;
  warnings.push({ code: 'time', what: `start ${cutText(start, 32)} is none: ISO 8601 with its zone, as 2026-03-01T11:00:00Z`, where });
  return undefined;
}
