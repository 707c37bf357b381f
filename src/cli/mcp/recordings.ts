import { answerOf, type Language, noticeOf, type Question, type Report, reportOf, wordedAnswer } from '../../explain/index.js';
import { readRecord } from '../../records/index.js';
import { type Prepared, preparedSegments, type Reader, openReader, scored, scoredForQuestions } from '../explain/recorded.js';
import { patientOf, segmentsAt } from '../explain/segment.js';
import { UsageError } from '../failure.js';
import { duration } from '../options.js';
import { segmentsOf } from '../segmented.js';
import type { RecordingFolder } from './folder.js';

/** Of one answer; a longer recording says how many it has. */
const SEGMENTS_MAX = 60;

/** A recording of the folder, and the place in it. */
export interface RecordingAt {
  readonly recording: string;
  readonly at?: string;
  readonly earlier?: string;
}

/** Tools over recordings on disk. The model is loaded at the first call. */
export class Recordings {
  private reader: Promise<Reader> | undefined;

  constructor(
    private readonly folder: RecordingFolder | undefined,
    private readonly model: string,
  ) {}

  async report(of: RecordingAt, language: Language): Promise<Report> {
    const { segments, reader } = await this.segments(of);
    const [now, earlier] = await scored(segments, reader);
    return reportOf({ now, earlier }, language);
  }

  async ask(of: RecordingAt, question: Question, language: Language): Promise<object> {
    const { segments, reader } = await this.segments(of);
    const [now, earlier] = await scoredForQuestions(segments, reader);
    const answer = answerOf(question, now, earlier);
    return { question, ...answer, worded: wordedAnswer(question, answer, language) };
  }

  /** What was measured, without a model's word. */
  async measure(of: RecordingAt): Promise<object> {
    const { segments: [{ outcome }] } = await this.segments(of);
    const { beats, ...measurements } = outcome.measurements;
    return { notice: noticeOf(outcome.demo, 'en'), segment: outcome.id, startMs: outcome.startMs, simulated: outcome.demo, grade: outcome.grade, signalQuality: outcome.signalQuality, reasons: outcome.reasons, beats: beats.length, measurements, because: [{ kind: 'segment', id: outcome.id }] };
  }

  /** Segment after segment: what was measured, and what is said of each. */
  async history(recording: string, language: Language): Promise<object> {
    const reader = await this.open();
    const path = await this.path(recording);
    const record = await readRecord(path);
    const all = segmentsOf(record);
    // Only the segments that are shown are graded and scored.
    const shown = preparedSegments(all.slice(0, SEGMENTS_MAX), patientOf(record.comments), reader);
    const reports = (await scored(shown, reader)).map((now) => ({ now, report: reportOf({ now }, language) }));
    const segments = reports.map(({ now: { outcome, scores }, report }) => ({
      segment: report.segment, startMs: report.startMs, grade: outcome.grade, heartRateBpm: outcome.measurements.heartRateBpm, line: report.line, terms: report.terms,
      because: [...scores.filter(({ id }) => report.terms.includes(id)), { kind: 'segment', id: report.segment }],
    }));
    return { notice: noticeOf(reports.some(({ report }) => report.simulated), language), simulated: reports.some(({ report }) => report.simulated), segments, omitted: all.length - shown.length };
  }

  async close(): Promise<void> {
    await (await this.reader?.catch(() => undefined))?.model.close();
  }

  private async segments({ recording, at, earlier }: RecordingAt): Promise<{ readonly segments: readonly [Prepared, ...Prepared[]]; readonly reader: Reader }> {
    const record = await this.path(recording);
    const before = earlier === undefined ? undefined : await this.path(earlier);
    const atMs = at === undefined ? undefined : timeIn(at);
    const reader = await this.open();
    return { segments: await segmentsAt({ record, ...(atMs !== undefined && { atMs }) }, before, reader), reader };
  }

  private path(name: string): Promise<string> {
    if (this.folder === undefined) throw new UsageError('recording: no folder of recordings was given: start the server with --root');
    return this.folder.path(name);
  }

  private open(): Promise<Reader> {
    // A model that could not be loaded may be there at the next call.
    return (this.reader ??= openReader(this.model).catch((error: unknown) => {
      this.reader = undefined;
      throw error;
    }));
  }
}

function timeIn(at: string): number {
  try {
    return duration(at);
  } catch (error) {
    throw new UsageError(`at: of a recording a duration from its start, as 30s or 2m, not ${JSON.stringify(at.slice(0, 40))}`, { cause: error });
  }
}
