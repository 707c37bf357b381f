/** The operators of the line on marble diagrams and with promises in hand: what passes, when, and in which order. Invariants: I37 */
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { systemClock } from '../../../src/adapters/clock.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { awaitCapacity } from '../../../src/line/await-capacity.js';
import { clockScheduler } from '../../../src/line/clock-scheduler.js';
import type { Output, OutputBatch, Publishable } from '../../../src/line/collect.js';
import { commit, writeBisecting } from '../../../src/line/commit.js';
import { Credits } from '../../../src/line/credits.js';
import { readOnDemand } from '../../../src/line/read-on-demand.js';
import type { Encoding, Scored } from '../../../src/line/score/encode.js';
import { orderedByDevice } from '../../../src/line/score/ordered-by-device.js';
import type { Update } from '../../../src/line/score/update.js';
import { aborted } from '../../../src/line/signals.js';
import { Turns } from '../../../src/line/turns.js';
import { type PartitionAssignment, type RecordBatch, RefusedError } from '../../../src/ports/index.js';
import { SimulatedClock } from '../../simulation/clock.js';
import { interval, map, of, tap, timer } from 'rxjs';

let scheduler: TestScheduler;
beforeEach(() => {
  scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
});
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const ONE = { segments: 1, bytes: 0 };

describe('awaitCapacity', () => {
  test('with credits, everything passes at once', () => {
    scheduler.run(({ expectObservable }) => {
      const credits = new Credits({ segments: 1, bytes: 1 });
      expectObservable(awaitCapacity<string>(credits, undefined, new Turns(scheduler))('abc')).toBe('(abc|)');
    });
  });

  test('without, inputs wait in their order until credits are given back', () => {
    scheduler.run(({ cold, expectObservable }) => {
      const credits = new Credits({ segments: 1, bytes: 1 });
      credits.take(ONE);
      cold('-----g').subscribe(() => credits.give(ONE));
      expectObservable(awaitCapacity<string>(credits, undefined, new Turns(scheduler))('ab')).toBe('-----(ab|)');
    });
  });

  test('an input that takes the last credit is followed by none until it gives it back; it is asked for only then', () => {
    scheduler.run(({ cold, expectObservable, flush }) => {
      const credits = new Credits({ segments: 1, bytes: Infinity });
      const asked: string[] = [];
      const inputs = function* () {
        for (const name of ['a', 'b']) {
          asked.push(`${name}@${scheduler.now()}`);
          yield name;
        }
      };
      cold('---g').subscribe(() => credits.give(ONE));
      expectObservable(awaitCapacity<string>(credits, undefined, new Turns(scheduler))(inputs()).pipe(tap((name) => name === 'a' && credits.take(ONE)))).toBe('a--(b|)');
      flush();
      expect(asked).toEqual(['a@0', 'b@3']);
    });
  });

  test('the oldest gives way at once, and again each time that what came back was not enough', () => {
    scheduler.run(({ cold, expectObservable, flush }) => {
      const credits = new Credits({ segments: 1, bytes: Infinity });
      const shedAt: number[] = [];
      credits.take({ segments: 3, bytes: 0 });
      cold('-g-g-g').subscribe(() => credits.give(ONE));
      expectObservable(awaitCapacity<string>(credits, () => shedAt.push(scheduler.now()), new Turns(scheduler))('a')).toBe('-----(a|)');
      flush();
      expect(shedAt).toEqual([0, 1, 3]);
    });
  });

  test('after a long stretch of work, others get a turn; however many inputs wait meanwhile, the stack stays flat', async () => {
    const clock = new SimulatedClock();
    let passed = 0;
    let works = 0;
    const now = () => (works += 0.5);
    awaitCapacity<number>(new Credits({ segments: 1, bytes: 1 }), undefined, new Turns({ ...clockScheduler(clock), now }))(Array.from({ length: 100_000 }, (_, i) => i)).subscribe({ next: () => void passed++, error: (error) => { throw error; } });
    expect(passed).toBeGreaterThan(10);
    expect(passed).toBeLessThan(100);
    await clock.run(1);
    expect(passed).toBe(100_000);
  });
});

describe('turns', () => {
  test('eight partitions with work for seconds: between two rounds of the loop one of them works, each as often as the others', async () => {
    const clock = systemClock();
    const turns = new Turns(clockScheduler(clock));
    const credits = new Credits({ segments: 1, bytes: 1 });
    let isOpen = true;
    const works = function* (): Generator<undefined> {
      while (isOpen) yield undefined;
    };
    const worked = new Array<number>(8).fill(0);
    const partitions = worked.map((_, partition) =>
      awaitCapacity<undefined>(credits, undefined, turns)(works()).subscribe(() => {
        worked[partition]++;
        const untilMs = clock.monotonicMs() + 3;
        while (clock.monotonicMs() < untilMs);
      }),
    );
    const inRound: number[] = [];
    for (let rounds = 0; rounds < 40; rounds++) {
      const before = worked.slice();
      await new Promise(setImmediate);
      inRound.push(worked.filter((count, partition) => count > before[partition]).length);
    }
    isOpen = false;
    partitions.forEach((partition) => partition.unsubscribe());
    expect(Math.max(...inRound)).toBe(1);
    expect(Math.min(...worked)).toBeGreaterThan(0);
    // One that is gone takes nobody's turn.
    const next = new Promise<void>((resolve) => turns.next().subscribe({ complete: resolve }));
    await next;
  });
});

describe('readOnDemand', () => {
  test('reads the next batch only when the one before has passed, and stops asking at the end', async () => {
    const batches: RecordBatch[] = [{ records: [] }, { records: [] }];
    let reads = 0;
    const assignment = { read: () => Promise.resolve(batches[reads++]) } as unknown as PartitionAssignment;
    const passing = [new Subject<string>(), new Subject<string>()];
    const seen: string[] = [];
    let at = 0;
    readOnDemand(assignment, () => passing[at++]).subscribe((input) => seen.push(input));
    await turn();
    passing[0].next('a');
    await turn();
    expect([reads, seen]).toEqual([1, ['a']]);
    passing[0].complete();
    await turn();
    expect(reads).toBe(2);
    passing[1].complete();
    await turn();
    await turn();
    expect(reads).toBe(3);
  });
});

describe('orderedByDevice', () => {
  const update = (name: string) => ({ device: name[0], appliedThrough: Number(name[1]) }) as unknown as Update<Scored>;
  const nameOf = ({ device, appliedThrough }: Update<Scored>) => `${device}${appliedThrough}`;

  test('those of a device come in their order, and none waits for another device', async () => {
    const encodings$ = new Subject<Encoding>();
    const out: string[] = [];
    encodings$.pipe(orderedByDevice()).subscribe({ next: (one) => out.push(nameOf(one)), complete: () => out.push('|') });
    const answers = new Map<string, () => void>();
    for (const name of ['a1', 'a2', 'b1', 'a3']) {
      encodings$.next({ device: name[0], update: new Promise((resolve) => answers.set(name, () => resolve(update(name)))) });
    }
    // One that waits for no scores still waits for those before it.
    encodings$.next({ device: 'a', update: update('a4') });
    encodings$.next({ device: 'c', update: update('c1') });
    encodings$.complete();
    expect(out).toEqual(['c1']);
    for (const name of ['a3', 'a2', 'b1']) answers.get(name)!();
    await turn();
    expect(out).toEqual(['c1', 'b1']);
    answers.get('a1')!();
    await turn();
    expect(out).toEqual(['c1', 'b1', 'a1', 'a2', 'a3', 'a4', '|']);
  });

  test('a fault among the scores ends the stream', async () => {
    const failed = new Promise<unknown>((resolve) => of<Encoding>({ device: 'a', update: Promise.reject(new Error('broken')) }).pipe(orderedByDevice()).subscribe({ error: resolve }));
    await expect(failed).resolves.toMatchObject({ message: 'broken' });
  });
});

interface Named extends Publishable {
  readonly name: string;
}
const named = (name: string, bytes = 1): Named => ({ name, bytes, records: [] });
const namesOf = ({ updates }: OutputBatch<Named>) => updates.map(({ name }) => name).join('');

describe('commit', () => {
  const outputOf = (update: Named): Output<Named> => ({ type: 'update', update });

  test('what is ready in one turn goes together; what comes during a transaction goes into the next; the end comes last', async () => {
    const outputs$ = new Subject<Output<Named>>();
    const written: string[] = [];
    let release = () => {};
    const committer = { commit: (batch: OutputBatch<Named>) => (written.push(namesOf(batch)), new Promise<void>((resolve) => (release = resolve))), commitLast: () => (written.push('|'), Promise.resolve()) };
    outputs$.pipe(commit(committer)).subscribe();
    for (const name of 'ab') outputs$.next(outputOf(named(name)));
    await turn();
    for (const name of 'cde') outputs$.next(outputOf(named(name)));
    outputs$.complete();
    await turn();
    expect(written).toEqual(['ab']);
    release();
    await turn();
    expect(written).toEqual(['ab', 'cde']);
    release();
    await turn();
    expect(written).toEqual(['ab', 'cde', '|']);
  });

  test('what may wait goes with what may not, or when time has passed, or last', async () => {
    const outputs$ = new Subject<Output<Named>>();
    const written: string[] = [];
    const committer = { commit: (batch: OutputBatch<Named>) => (written.push(namesOf(batch)), Promise.resolve()), commitLast: () => (written.push('|'), Promise.resolve()) };
    outputs$.pipe(commit(committer, ({ name }) => name === name.toLowerCase())).subscribe();
    const after = async (...outputs: Output<Named>[]) => {
      for (const output of outputs) outputs$.next(output);
      await turn();
      return written.splice(0);
    };
    expect(await after(outputOf(named('a')), outputOf(named('b')))).toEqual([]);
    expect(await after(outputOf(named('C')), outputOf(named('d')))).toEqual(['abCd']);
    expect(await after(outputOf(named('e')))).toEqual([]);
    expect(await after({ type: 'records', records: [] })).toEqual(['e']);
    expect(await after(outputOf(named('f')))).toEqual([]);
    outputs$.complete();
    await turn();
    expect(written).toEqual(['f', '|']);
  });

  test('a transaction holds so many bytes, and at least one update', async () => {
    const written: string[] = [];
    const committer = { commit: (batch: OutputBatch<Named>) => (written.push(namesOf(batch)), Promise.resolve()), commitLast: () => Promise.resolve() };
    of(...[['a', 9e6], ['b', 3e6], ['c', 3e6], ['d', 1]].map(([name, bytes]) => outputOf(named(name as string, bytes as number)))).pipe(commit(committer)).subscribe();
    for (let i = 0; i < 5; i++) await turn();
    expect(written).toEqual(['a', 'bc', 'd']);
  });

  test('a failure of the log ends it', async () => {
    const committer = { commit: () => Promise.reject(new Error('away')), commitLast: () => Promise.resolve() };
    await expect(new Promise((resolve) => of(outputOf(named('a'))).pipe(commit(committer)).subscribe({ error: resolve }))).resolves.toMatchObject({ message: 'away' });
  });

  test('what the log refuses is found by halves and written without its content; everything else is written as it is, in order', async () => {
    const written: string[] = [];
    const write = (batch: OutputBatch<Named>) => {
      if (batch.updates.some(({ name }) => name === 'x')) return Promise.reject(new RefusedError('too large'));
      written.push(namesOf(batch) + '.'.repeat(batch.records.length));
      return Promise.resolve();
    };
    const records = [{ topic: 'ecg.outcomes.v1', key: 'k', value: null }] as const;
    await writeBisecting({ updates: [...'abcxdefg'].map((name) => named(name)), records }, write, ({ name }) => named(name.toUpperCase()));
    expect(written.join('').replaceAll('.', '')).toBe('abcXdefg');
    expect(written[0]).toBe('.');
    await expect(writeBisecting({ updates: [named('x')], records: [] }, () => Promise.reject(new Error('away')), (update) => update)).rejects.toThrow('away');
  });
});

describe('time and signals', () => {
  test('RxJS time is the clock port\'s', async () => {
    const clock = new SimulatedClock();
    const seen: string[] = [];
    interval(10, clockScheduler(clock)).subscribe((i) => seen.push(`i${i}@${clock.monotonicMs()}`));
    const late = timer(15, clockScheduler(clock)).pipe(map(() => 'never')).subscribe((text) => seen.push(text));
    late.unsubscribe();
    await clock.run(35);
    expect(seen).toEqual(['i0@10', 'i1@20', 'i2@30']);
  });

  test('a signal is seen once, whether it was aborted before or comes later', () => {
    const seen: string[] = [];
    const [before, later] = [new AbortController(), new AbortController()];
    before.abort();
    aborted(before.signal).subscribe({ next: () => seen.push('before'), complete: () => seen.push('|') });
    aborted(later.signal).subscribe(() => seen.push('later'));
    later.abort();
    expect(seen).toEqual(['before', '|', 'later']);
  });
});
