import { basename, dirname, join } from 'node:path';
import { type BeatRun, type RuleStretch, rhythmAfter } from '../../decide/index.js';
import type { BeatKind, Outcome } from '../../ecg/index.js';
import { type EcgRecord, writeAnnotations, type WrittenAnnotation } from '../../records/index.js';

/** Extension of the files. */
const ANNOTATOR = 'pkj';
/** Rhythms of WFDB and the rules that state them; where several hold, the first one is written. */
const RHYTHMS: readonly (readonly [aux: string, rules: readonly RuleStretch['rule'][]])[] = [
  ['(VT', ['rule-wide-tachycardia', 'rule-ventricular-run']],
  ['(IVR', ['rule-idioventricular']],
  ['(B', ['rule-bigeminy']],
  ['(T', ['rule-trigeminy']],
  ['(AFIB', ['rule-atrial-fibrillation']],
  ['(SVTA', ['rule-supraventricular-run']],
];
/** No rule states another one. */
const NO_OTHER = '(N';
/** Two marks so close are one beat that a border cut (s). */
const REFRACTORY_S = 0.2;
/** Signals of which a note of quality has a bit: a subtype has eight, one of them its sign. */
const QUALITY_SIGNALS = 7;

interface Beat {
  readonly sample: number;
  readonly symbol: string;
  /** Since the last one no beat could have been missed. */
  readonly follows: boolean;
}

/** What is written of one recording: beats with their kinds, rhythms, quality. Samples of the recording. */
export class RecordAnnotations {
  private readonly beats: Beat[] = [];
  private readonly quality: WrittenAnnotation[] = [];
  private readonly stretches: RuleStretch[] = [];
  private runs: readonly BeatRun[] = [];
  private throughSample = 0;
  private isHole = true;

  private readonly rateHz: number;
  private readonly samples: number;
  /** In the order of the recording's signals. */
  private readonly leads: readonly string[];

  constructor({ rateHz, samples, leads }: Pick<EcgRecord, 'rateHz' | 'samples' | 'leads'>) {
    this.rateHz = rateHz;
    this.samples = samples;
    this.leads = leads.map(({ name }) => name);
  }

  /** Outcomes of one epoch that begins with the recording, in their order. */
  take(outcome: Outcome): void {
    const { firstSample, samples, grade, gates, measurements: { beats }, unobserved = [] } = outcome;
    if (firstSample + samples <= this.throughSample) return;
    if (firstSample > this.throughSample) this.note(this.throughSample, 'unreadable', -1);
    if (firstSample > this.throughSample || grade === 'unusable' || !gates.rate) this.isHole = true;
    this.note(firstSample, grade, grade === 'unusable' ? -1 : this.faulty(outcome));
    for (const { fromMs, toMs } of unobserved) {
      this.note(firstSample + this.samplesIn(fromMs), 'unreadable', -1);
      if (this.samplesIn(toMs) < samples) this.note(firstSample + this.samplesIn(toMs), grade, this.faulty(outcome));
    }
    beats.forEach((beat, i) => this.beat(outcome, beat, i));
    const { runs, stretches } = rhythmAfter(this.runs, outcome);
    this.runs = runs;
    // One that goes on is kept once, with its latest end.
    for (const one of stretches) {
      const k = this.stretches.findLastIndex(({ rule, toS }) => rule === one.rule && toS >= one.fromS);
      if (k < 0) this.stretches.push(one);
      else this.stretches[k] = { ...one, fromS: Math.min(one.fromS, this.stretches[k].fromS), toS: Math.max(one.toS, this.stretches[k].toS) };
    }
    this.throughSample = firstSample + samples;
  }

  /** In their order; nothing where nothing was ever seen. */
  all(): readonly WrittenAnnotation[] {
    return [...this.quality, ...this.rhythms(), ...this.beats.map(({ sample, symbol }) => ({ sample, symbol }))].sort((a, b) => a.sample - b.sample);
  }

  get beatCount(): number {
    return this.beats.length;
  }

  private beat({ firstSample, kinds, pacing, unobserved = [] }: Outcome, beat: number, i: number): void {
    const sample = Math.max(0, Math.round(firstSample + beat));
    const last = this.beats.at(-1)?.sample ?? -Infinity;
    // Where segments overlap, what was counted stays.
    if (sample - last < REFRACTORY_S * this.rateHz) return;
    const crosses = unobserved.some(({ fromMs }) => firstSample + this.samplesIn(fromMs) > last && firstSample + this.samplesIn(fromMs) <= sample);
    this.beats.push({ sample, symbol: symbolOf(kinds?.[i]?.kind ?? 'Q', pacing === 'paced'), follows: !this.isHole && !crosses });
    this.isHole = false;
  }

  /** A note where the quality becomes another, at the sample from which it holds. */
  private note(sample: number, aux: string, subtype: number): void {
    // A segment is filled up behind the recording's end.
    if (sample >= this.samples) return;
    const last = this.quality.at(-1);
    if (last?.sample === sample) this.quality.pop();
    const before = this.quality.at(-1);
    if (before?.aux !== aux || before.subtype !== subtype) this.quality.push({ sample, symbol: '~', subtype, aux });
  }

  /** A bit for each of the first signals in which something speaks against it. */
  private faulty({ leads }: Outcome): number {
    const doubted = new Set(leads.filter(({ reasons, gaps }) => reasons.length > 0 || gaps.length > 0).map(({ lead }) => lead));
    return this.leads.slice(0, QUALITY_SIGNALS).reduce((bits, lead, i) => bits | (doubted.has(lead) ? 1 << i : 0), 0);
  }

  private samplesIn(ms: number): number {
    return Math.round((ms * this.rateHz) / 1000);
  }

  /** A note before the first beat of each rhythm, and of each stretch in which beats could be counted. */
  private rhythms(): WrittenAnnotation[] {
    const half = 0.5 / this.rateHz;
    let before = '';
    return this.beats.flatMap(({ sample, follows }) => {
      const atS = sample / this.rateHz;
      const holds = (rules: readonly string[]) => this.stretches.some(({ rule, fromS, toS }) => rules.includes(rule) && fromS - half <= atS && atS <= toS + half);
      const aux = RHYTHMS.find(([, rules]) => holds(rules))?.[0] ?? NO_OTHER;
      const isNew = aux !== before || !follows;
      before = aux;
      return isNew ? [{ sample: Math.max(0, sample - 1), symbol: '+', aux }] : [];
    });
  }
}

/** As WFDB codes it: a beat that the device's spike has paced is `/`, of unknown kind Q. */
const symbolOf = (kind: BeatKind, isPaced: boolean): string => (kind === 'Q' && isPaced ? '/' : kind);

export interface WrittenFile {
  readonly record: string;
  readonly file: string;
  readonly beats: number;
}

/** One file a recording, below a folder; one that is there is overwritten. */
export class AnnotationFiles {
  private readonly records = new Map<string, { readonly annotations: RecordAnnotations; readonly timeResolutionHz?: number }>();

  constructor(private readonly folder: string) {}

  begin(device: string, record: EcgRecord): void {
    // What counts by another rate than its frames says so.
    this.records.set(device, { annotations: new RecordAnnotations(record), timeResolutionHz: record.annotationHz && record.rateHz });
  }

  take(outcome: Outcome): void {
    this.records.get(outcome.device)?.annotations.take(outcome);
  }

  /** @throws RecordError `not-written` */
  async write(): Promise<readonly WrittenFile[]> {
    const written: WrittenFile[] = [];
    for (const [record, { annotations, timeResolutionHz }] of this.records) {
      const file = join(this.folder, `${record}.${ANNOTATOR}`);
      await writeAnnotations(dirname(file), basename(file, `.${ANNOTATOR}`), annotations.all(), ANNOTATOR, timeResolutionHz);
      written.push({ record, file, beats: annotations.beatCount });
    }
    return written;
  }
}
