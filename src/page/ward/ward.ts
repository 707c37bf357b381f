/** What the page knows of the ward, from the monitor; views look at it and are drawn again when it changes. */
import type { BedView, BurdenSeries } from '../../deliver/index.js';
import type { AlertView, BedSurveillance, FindingVerdicts, Heartbeat, SessionView, TechnicalAlarm, WorklistView } from '../../monitor/index.js';
import { AGAIN_MS, ask, askSession, listen, signIn, signOut } from '../link/connection.js';
import { Link } from '../link/link.js';
import { isOver, nameOf, say } from '../words/index.js';
import { type Cause, causesOf } from './alerts.js';
import { Answers } from './answers.js';
import { Reading } from './reading.js';

/** What is over stays to be read for a moment. */
const OVER_SHOWN_MS = 30_000;
const BEDS_EVERY_MS = 5000;
const SURVEILLANCE_EVERY_MS = 20_000;
/** News of readers' alerts have it read at once. */
const WORKLIST_EVERY_MS = 20_000;
/** What was read longer ago is marked as old: three tries have failed. */
const OLD_BEDS_MS = 20_000;
const OLD_WORKLIST_MS = 70_000;
/** Minutes of a bed that are asked for. */
export const MINUTES = 30;
/** What comes at once is drawn, counted, announced and asked for once. */
const TOGETHER_MS = 50;

/** Which beds there are, and how they are watched; each by its device. */
export interface Beds {
  readonly list: readonly BedView[];
  readonly surveillance: ReadonlyMap<string, BedSurveillance>;
  readonly burdens: ReadonlyMap<string, BurdenSeries>;
}

const NO_BEDS: Beds = { list: [], surveillance: new Map(), burdens: new Map() };

export class Ward {
  /** Nobody is signed in; why a token was not accepted. */
  isSignedOut = false;
  refusal = '';
  session: SessionView | undefined;
  worklist: WorklistView | undefined;
  beds: Beds = NO_BEDS;
  verdicts: readonly FindingVerdicts[] = [];
  /** To who listens instead of looking. */
  announced = '';
  readonly alerts = new Map<string, AlertView>();
  /** How current the beds and the worklist are. */
  readonly reading = { beds: new Reading(OLD_BEDS_MS), worklist: new Reading(OLD_WORKLIST_MS) };
  readonly link = new Link(() => this.changed());
  readonly answers = new Answers(() => this.changed(), (text) => this.announce(text));
  private readonly line = new Line(this);
  private readonly watchers = new Set<() => void>();

  readonly changed = together(() => this.watchers.forEach((watcher) => watcher()));

  /** Returns what ends it. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /** As the owner of the browser's session. */
  start(): void {
    [this.isSignedOut, this.refusal] = [false, ''];
    this.line.start();
    this.changed();
  }

  async enter(token: string): Promise<void> {
    this.forget();
    this.refusal = (await signIn(token)) ?? '';
    if (this.refusal === '') return this.start();
    this.isSignedOut = true;
    this.changed();
  }

  /** Nothing of a patient stays in the page. */
  forget(): void {
    this.isSignedOut = false;
    this.line.stop();
    this.answers.forget();
    this.alerts.clear();
    [this.session, this.worklist, this.verdicts, this.announced] = [undefined, undefined, [], ''];
    this.beds = NO_BEDS;
    for (const reading of Object.values(this.reading)) reading.forget();
    this.changed();
  }

  /** Undefined: done. Otherwise why not. What was answered goes out first. */
  async signOut(): Promise<string | undefined> {
    await this.answers.sendAll();
    return signOut();
  }

  get alarms(): readonly TechnicalAlarm[] {
    return this.link.beat?.alarms ?? [];
  }

  /** Signed in, and something has come. */
  get isOpen(): boolean {
    return !this.isSignedOut && this.link.beat !== undefined;
  }

  /** At the bedside, with a row of their own. */
  causes(): readonly Cause[] {
    return causesOf(this.alerts, this.worklist?.folded);
  }

  /** An alert that is active, at the bedside or on a reader's list. */
  find(alertId: string): AlertView | undefined {
    const { today = [], deferred = [], folded = [] } = this.worklist ?? {};
    return this.alerts.get(alertId) ?? [...today, ...deferred, ...folded].find((alert) => alert.alertId === alertId);
  }

  announce(text: string): void {
    this.announced = text;
    this.changed();
  }

  /** The beds and the worklist that are shown are of now. */
  get isCurrent(): boolean {
    return Object.values(this.reading).every(({ currency }) => currency === 'current');
  }
}

/** Fills a ward from the monitor's stream of alerts, and from lists that are asked for again and again. */
class Line {
  private isCaughtUp = false;
  /** Of those whose news came since the last announcement. */
  private news: AlertView[] = [];
  private end = () => {};
  private timers: ReturnType<typeof setInterval>[] = [];

  constructor(private readonly ward: Ward) {}

  start(): void {
    this.stop();
    this.ward.link.open();
    let isOver = false;
    this.end = () => {
      isOver = true;
    };
    void this.enter(() => isOver);
  }

  stop(): void {
    this.end();
    this.timers.forEach(clearInterval);
    this.ward.link.close();
  }

  /** Nothing is asked for before it is known whose session it is. */
  private async enter(isOver: () => boolean): Promise<void> {
    const session = await askSession();
    if (isOver()) return;
    if (session === null) return this.leave();
    if (session === undefined) return void setTimeout(() => isOver() || void this.enter(isOver), AGAIN_MS);
    this.ward.session = session;
    this.follow();
  }

  private follow(): void {
    const { ward } = this;
    this.end = listen({
      begin: () => {
        this.isCaughtUp = false;
        ward.alerts.clear();
        ward.changed();
      },
      complete: () => {
        this.isCaughtUp = true;
        ward.changed();
      },
      alert: (alert) => this.take(alert),
      gone: ({ alertId }) => this.drop(alertId),
      heartbeat: (beat: Heartbeat) => {
        ward.link.heard(beat);
        ward.changed();
      },
      down: () => {
        ward.link.broke();
        ward.changed();
      },
      signedOut: () => this.leave(),
    });
    this.timers = [setInterval(() => void this.lookAtBeds(), BEDS_EVERY_MS), setInterval(() => void this.lookAtReaders(), WORKLIST_EVERY_MS), setInterval(() => void this.lookAround(), SURVEILLANCE_EVERY_MS)];
    void Promise.all([this.lookAtBeds(), this.lookAtReaders()]).then(() => this.lookAround());
  }

  private leave(): void {
    this.ward.forget();
    this.ward.isSignedOut = true;
    this.ward.changed();
  }

  private take(alert: AlertView): void {
    const { ward } = this;
    ward.answers.heard(alert);
    if (alert.channel === 'worklist') return this.readersSoon();
    if (this.isCaughtUp && !ward.alerts.has(alert.alertId) && alert.explainedBy === undefined) {
      this.news.push(alert);
      this.announceSoon();
    }
    ward.alerts.set(alert.alertId, alert);
    if (isOver(alert)) setTimeout(() => ward.alerts.get(alert.alertId) === alert && this.drop(alert.alertId), OVER_SHOWN_MS);
    ward.changed();
  }

  private drop(alertId: string): void {
    this.ward.alerts.delete(alertId);
    this.ward.changed();
  }

  private readonly announceSoon = together(() => {
    this.ward.announce(say.newAlert(this.news.length, this.news.map(({ finding, bed, priority }) => say.newAlertItem(nameOf(finding), bed, say.priorities[priority].toLowerCase())).join('; ')));
    this.news = [];
  });

  private readonly readersSoon = together(() => void this.lookAtReaders());

  private async lookAtReaders(): Promise<void> {
    const { ward } = this;
    const worklist = await this.list<WorklistView>('worklist');
    if (worklist === undefined) return;
    ward.worklist = worklist;
    for (const alert of [...worklist.today, ...worklist.deferred, ...worklist.folded]) ward.answers.heard(alert);
  }

  private async lookAtBeds(): Promise<void> {
    const list = await this.list<BedView[]>('beds');
    if (list !== undefined) this.ward.beds = { ...this.ward.beds, list };
  }

  /** Undefined: it cannot be read now, or a later answer is here already. */
  private async list<List>(name: 'beds' | 'worklist'): Promise<List | undefined> {
    const reading = this.ward.reading[name];
    const askedMs = Date.now();
    const list = await ask<List>(`/${name}`);
    this.ward.changed();
    if (!list) return void reading.failed();
    if (askedMs < reading.readMs) return undefined;
    reading.read(askedMs);
    return list;
  }

  private async lookAround(): Promise<void> {
    const { ward } = this;
    const surveillance = await ask<BedSurveillance[]>('/surveillance');
    const burdens = await ask<BurdenSeries[]>(`/burdens?minutes=${MINUTES}`);
    // What could not be read is not shown as if it were of now.
    ward.beds = { ...ward.beds, surveillance: new Map(surveillance?.map((one) => [one.device, one])), burdens: new Map(burdens?.map((one) => [one.device, one])) };
    ward.verdicts = (await ask<FindingVerdicts[]>('/verdicts')) ?? ward.verdicts;
    ward.changed();
  }
}

/** However often it is called, it is done once, a moment later. */
function together(what: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      what();
    }, TOGETHER_MS);
  };
}

/** The page shows one ward. */
export const ward = new Ward();
