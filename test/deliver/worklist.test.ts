/** A reader's worklist: what comes first, and what has no room today. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Worklist, worklistAt } from '../../src/deliver/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';

const DAY_MS = 86_400_000;
const NOW_MS = 10 * DAY_MS;

function alert(alertId: string, snapshot: Partial<AlertEvent['snapshot']> = {}, more: Partial<AlertEvent> = {}): AlertEvent {
  const usual = { channel: 'worklist', unit: 'icu', priority: 'low', evidence: 'internal', probability: 0.8, threshold: 0.5, onsetMs: 0 };
  return { alertId, state: 'raised', atMs: 0, ...more, snapshot: { ...usual, ...snapshot } } as AlertEvent;
}
const ids = ({ today, deferred }: Worklist) => [today.map(({ alertId }) => alertId), deferred.map(({ alertId }) => alertId)];

describe('the order', () => {
  test('priority, then what is proven, then how far over its threshold, then what waits longest', () => {
    const alerts = [
      alert('waits less', { onsetMs: 2 }),
      alert('waits longest', { onsetMs: 1 }),
      alert('unproven and sure', { evidence: 'simulated', probability: 1 }),
      alert('far over', { probability: 0.9 }),
      alert('a rule is proven', { evidence: 'rule', probability: 1 }),
      alert('urgent and unproven', { priority: 'high', evidence: 'none', probability: 0.5 }),
      alert('of medium priority', { priority: 'medium', probability: 0.5 }),
    ];
    expect(ids(worklistAt(alerts, [], 40, NOW_MS))[0]).toEqual(['urgent and unproven', 'of medium priority', 'a rule is proven', 'far over', 'waits longest', 'waits less', 'unproven and sure']);
  });

  test('how far over is counted in parts of what is left above the threshold', () => {
    // 0.08 of 0.1 that are left, against 0.3 of 0.7.
    const alerts = [alert('0.60 at 0.30', { probability: 0.6, threshold: 0.3 }), alert('0.98 at 0.90', { probability: 0.98, threshold: 0.9 }), alert('1 at 1', { probability: 1, threshold: 1 })];
    expect(ids(worklistAt(alerts, [], 40, NOW_MS))[0]).toEqual(['0.98 at 0.90', '0.60 at 0.30', '1 at 1']);
  });
});

describe('the room of a day', () => {
  test('low priority over it waits for another day; medium and high never do, and use room', () => {
    const alerts = [alert('l1', { onsetMs: 1 }), alert('l2', { onsetMs: 2 }), alert('m', { priority: 'medium' }), alert('h', { priority: 'high' })];
    expect(ids(worklistAt(alerts, [], 3, NOW_MS))).toEqual([['h', 'm', 'l1'], ['l2']]);
    expect(ids(worklistAt(alerts, [], 1, NOW_MS))).toEqual([['h', 'm'], ['l1', 'l2']]);
  });

  test('each unit has its own', () => {
    const alerts = ['icu', 'ward', undefined].flatMap((unit) => [1, 2].map((n) => alert(`${unit} ${n}`, { unit, onsetMs: n })));
    expect(ids(worklistAt(alerts, [], 1, NOW_MS))).toEqual([['icu 1', 'undefined 1', 'ward 1'], ['icu 2', 'undefined 2', 'ward 2']]);
  });

  test('what was answered within the day has used it; a day later there is room again', () => {
    const waiting = [alert('waits')];
    const answered = (agoMs: number, unit = 'icu', channel: 'worklist' | 'bedside' = 'worklist') => alert('done', { unit, channel }, { state: 'dismissed', atMs: NOW_MS - agoMs });
    expect(ids(worklistAt(waiting, [answered(DAY_MS - 1)], 1, NOW_MS))).toEqual([[], ['waits']]);
    expect(ids(worklistAt(waiting, [answered(DAY_MS)], 1, NOW_MS))).toEqual([['waits'], []]);
    expect(ids(worklistAt(waiting, [answered(1, 'ward'), answered(1, 'icu', 'bedside')], 1, NOW_MS))).toEqual([['waits'], []]);
  });

  test('no room at all: only medium and high', () => {
    expect(ids(worklistAt([alert('l'), alert('n', { priority: 'none' }), alert('m', { priority: 'medium' })], [], 0, NOW_MS))).toEqual([['m'], ['l', 'n']]);
  });
});

const anyAlert = fc
  .record({
    channel: fc.constantFrom('worklist' as const, 'worklist' as const, 'bedside' as const),
    unit: fc.constantFrom('icu', 'ward', undefined),
    priority: fc.constantFrom('high' as const, 'medium' as const, 'low' as const, 'none' as const),
    evidence: fc.constantFrom('external' as const, 'internal' as const, 'simulated' as const, 'none' as const, 'rule' as const),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    onsetMs: fc.integer({ min: 0, max: 1000 }),
  });
const anyAlerts = fc
  .array(fc.tuple(anyAlert, fc.option(fc.nat(40), { freq: 2, nil: undefined })), { maxLength: 40 })
  .map((all) => all.map(([snapshot, cause], n) => alert(String(n), { ...snapshot, ...(cause !== undefined && { explainedBy: String(cause) }) })));
const anyRoom = fc.integer({ min: 0, max: 12 });

describe('whatever waits', () => {
  test('nothing is lost and nothing is there twice', () => {
    fc.assert(fc.property(anyAlerts, anyRoom, (alerts, room) => {
      const { today, deferred, folded } = worklistAt(alerts, [], room, NOW_MS);
      const all = [...today, ...deferred, ...folded.map(({ event }) => event)];
      expect(new Set(all)).toEqual(new Set(alerts.filter(({ snapshot }) => snapshot.channel === 'worklist')));
      expect(all.length).toBe(new Set(all).size);
      // What is folded is in a row that is there.
      const rows = new Set([...today, ...deferred, ...alerts.filter(({ snapshot }) => snapshot.channel === 'bedside')].map(({ alertId }) => alertId));
      for (const { row } of folded) expect(rows).toContain(row);
    }));
  });

  test('medium and high are never deferred, and low only where the day is full', () => {
    fc.assert(fc.property(anyAlerts, anyRoom, (alerts, room) => {
      const { today, deferred } = worklistAt(alerts, [], room, NOW_MS);
      expect(deferred.filter(({ snapshot }) => snapshot.priority === 'high' || snapshot.priority === 'medium')).toEqual([]);
      for (const unit of new Set(deferred.map(({ snapshot }) => snapshot.unit))) {
        expect(today.filter(({ snapshot }) => snapshot.unit === unit).length).toBeGreaterThanOrEqual(room);
      }
    }));
  });

  test('in whatever order alerts come, the list is the same', () => {
    fc.assert(fc.property(anyAlerts.chain((alerts) => fc.tuple(fc.constant(alerts), fc.shuffledSubarray(alerts, { minLength: alerts.length }))), anyRoom, ([alerts, others], room) => {
      expect(ids(worklistAt(others, [], room, NOW_MS))).toEqual(ids(worklistAt(alerts, [], room, NOW_MS)));
    }));
  });

  test('of one unit, what is deferred never comes before what is shown', () => {
    fc.assert(fc.property(anyAlerts, anyRoom, (alerts, room) => {
      const order = ids(worklistAt(alerts, [], Infinity, NOW_MS))[0];
      const { today, deferred } = worklistAt(alerts, [], room, NOW_MS);
      for (const late of deferred) {
        const shown = today.filter(({ snapshot }) => snapshot.unit === late.snapshot.unit);
        for (const { alertId } of shown) expect(order.indexOf(alertId)).toBeLessThan(order.indexOf(late.alertId));
      }
    }));
  });
});

describe('what something else explains', () => {
  const rows = ({ folded }: Worklist) => folded.map(({ event, row }) => [event.alertId, row]);
  test('is shown in the row of its cause, cause by cause, and takes no room', () => {
    const alerts = [alert('block'), alert('wide', { explainedBy: 'block' }), alert('t', { explainedBy: 'wide' }), alert('other', { onsetMs: 1 })];
    const list = worklistAt(alerts, [], 2, NOW_MS);
    expect(ids(list)).toEqual([['block', 'other'], []]);
    expect(rows(list)).toEqual([['wide', 'block'], ['t', 'block']]);
  });
  test('the cause may be at the bedside', () => {
    expect(rows(worklistAt([alert('infarction', { channel: 'bedside' }), alert('scar', { explainedBy: 'infarction' })], [], 2, NOW_MS))).toEqual([['scar', 'infarction']]);
  });
  test('has a row of its own where its cause is over, in shadow, or explained by it in turn', () => {
    for (const others of [[], [alert('cause', { channel: 'shadow' })]]) expect(ids(worklistAt([...others, alert('effect', { explainedBy: 'cause' })], [], 2, NOW_MS))).toEqual([['effect'], []]);
    expect(ids(worklistAt([alert('a', { explainedBy: 'b' }), alert('b', { explainedBy: 'a' })], [], 2, NOW_MS))).toEqual([['a', 'b'], []]);
  });
});
