/// <reference lib="dom" />
/** What the page makes of alerts, beds, addresses and words, without a browser. Invariants: I135 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BedView } from '../../src/deliver/index.js';
import type { AlertView } from '../../src/monitor/index.js';
import { alertPath, bedPath, viewAt } from '../../src/page/addresses.js';
import { HEIGHT_PX, lanesOf, PX_PER_MM } from '../../src/page/parts/lanes.js';
import { byBed, causesOf } from '../../src/page/ward/alerts.js';
import { tilesOf } from '../../src/page/wall/tiles.js';
import { de } from '../../src/page/words/de.js';
import { en } from '../../src/page/words/en.js';
import { nameOf, time } from '../../src/page/words/index.js';
import { alertView } from '../../src/monitor/sse.js';
import { CATALOGUE } from '../decide/series.js';
import { SNAPSHOT } from '../monitor/alerts.js';

const STATES = ['raised', 'updated', 'acknowledged', 'escalated', 'resolved', 'dismissed'] as const;
const alert = (n: number, state: AlertView['state'], more: Partial<AlertView>): AlertView => ({ ...alertView({ alertId: `a${n}`, sequence: 1, state, snapshot: SNAPSHOT, cause: 'threshold', atMs: n, previousHash: '', hash: '' }), ...more });
/** Any alerts, explained by any of each other, in circles too. */
const alerts = fc.array(fc.record({ state: fc.constantFrom(...STATES), explainedBy: fc.option(fc.nat(9), { nil: undefined }), device: fc.nat(3), priority: fc.constantFrom('high', 'medium', 'low', 'none'), onsetMs: fc.nat(5), episode: fc.option(fc.nat(9), { nil: undefined }) }), { maxLength: 10 }).map((list) => new Map(list.map(({ state, explainedBy, device, episode, ...more }, n) => {
  const one = alert(n, state, { ...more, device: `d${device}`, explainedBy: explainedBy === undefined ? undefined : `a${explainedBy}`, episode: episode === undefined ? undefined : `a${episode}` });
  return [one.alertId, one] as const;
})));

describe('alerts', () => {
  test('each that is active is shown once, in a row of its own or beneath one, whatever explains what', () => {
    fc.assert(fc.property(alerts, (all) => {
      const causes = causesOf(all);
      const shown = causes.flatMap(({ alert: row, explained }) => [row, ...explained]).map(({ alertId }) => alertId);
      expect(new Set(shown).size).toBe(shown.length);
      for (const { alertId, state } of all.values()) if (state !== 'resolved' && state !== 'dismissed') expect(shown).toContain(alertId);
      // Beneath a row stands nothing that is over, and no row that is over explains anything.
      for (const { alert: row, explained } of causes) {
        expect(explained.filter(({ state }) => state === 'resolved' || state === 'dismissed')).toEqual([]);
        if (row.state === 'resolved' || row.state === 'dismissed') expect(explained).toEqual([]);
      }
      const grouped = byBed(causes).flatMap(({ device, episodes }) => episodes.flatMap(({ causes: own }) => own.map(({ alert: row }) => [device, row.device, row.alertId])));
      expect(grouped.every(([device, own]) => device === own)).toBe(true);
      expect(grouped.map(([, , id]) => id).toSorted()).toEqual(causes.map(({ alert: row }) => row.alertId).toSorted());
    }));
  });
});

describe('the wall', () => {
  const bed = (n: number, watch: BedView['watch']): BedView => ({ device: `d${n}`, bed: `bed-${n}`, unit: 'icu', watch, simulated: false });
  const WATCH = ['watched', 'ended', 'silent', 'no-signal', 'poor-signal', 'rules-only'] as const;

  test('has a tile for each bed that has not ended, and in front those with the most urgent that nobody answered', () => {
    fc.assert(fc.property(alerts, fc.array(fc.constantFrom(...WATCH), { maxLength: 5 }), fc.constantFrom('worst' as const, 'bed' as const), (all, watches, order) => {
      const list = watches.map((watch, n) => bed(n, watch));
      const tiles = tilesOf({ list, surveillance: new Map(), burdens: new Map() }, causesOf(all), '', order);
      expect(tiles.map(({ bed: { device } }) => device).toSorted()).toEqual(list.filter(({ watch }) => watch !== 'ended').map(({ device }) => device));
      if (order === 'bed') return;
      const urgency = tiles.map((tile) => ['high', 'medium', 'low', 'none'].indexOf(tile.alerts.find(({ state }) => state !== 'acknowledged')?.priority ?? '')).map((rank) => (rank < 0 ? 9 : rank));
      expect(urgency).toEqual(urgency.toSorted());
    }));
  });
});

describe('live traces', () => {
  const range = fc.tuple(fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: -20, max: 20, noNaN: true })).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

  test('lie within the canvas, at the largest scale at which they do, or are said to be cut', () => {
    fc.assert(fc.property(fc.array(range, { minLength: 1, maxLength: 2 }), (ranges) => {
      const { mmPerMv, zerosPx, isCut } = lanesOf(ranges);
      expect([10, 5, 2.5]).toContain(mmPerMv);
      const edges = ranges.flatMap(({ low, high }, row) => [low, high].map((mv) => zerosPx[row] - mv * mmPerMv * PX_PER_MM));
      if (!isCut) for (const y of edges) expect(y >= 1 && y <= HEIGHT_PX - 1).toBe(true);
      const span = Math.max(...ranges.map(({ low, high }) => high - low));
      if (isCut) expect(mmPerMv).toBe(2.5);
      if (span * 10 * PX_PER_MM > HEIGHT_PX) expect(mmPerMv).toBeLessThan(10);
      if (ranges.every(({ low, high }) => low > -0.5 && high < 1.1)) expect(mmPerMv).toBe(10);
    }));
  });
});

describe('addresses', () => {
  test('of any device and any alert lead back to it', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text));
    fc.assert(fc.property(name, (text) => {
      expect(viewAt(bedPath(text))).toEqual({ view: 'bed', device: text });
      expect(viewAt(alertPath(text))).toEqual({ view: 'alert', alertId: text });
    }));
  });

  test('that mean nothing are a view of their own, and none throws', () => {
    for (const path of ['/bed', '/bed/', '/bed/a/b', '/bed/%', '/alert/%ff', '/x', '//', '']) expect([path, viewAt(path)]).toEqual([path, { view: 'unknown' }]);
    fc.assert(fc.property(fc.string(), (path) => void viewAt(path)));
  });
});

describe('words', () => {
  test('any time can be shown', () => {
    for (const ms of [NaN, Infinity, 8.64e15 + 1, -1e20]) expect(time(ms)).toBe('at an unknown time');
    for (const ms of [0, -1, 8.64e15, Date.now()]) expect(time(ms)).toMatch(/\d\d:\d\d:\d\d/);
  });

  test('every finding has a German name, and an English one that reads as its catalogue’s', () => {
    const ids = CATALOGUE.findings.map(({ id }) => id);
    expect(ids.filter((id) => !Object.hasOwn(de.findingNames, id))).toEqual([]);
    expect(nameOf('rule-wide-qrs')).toBe('Wide QRS (rule)');
    expect(nameOf('lvef-45-or-lower')).toBe('LVEF 45 or lower');
    for (const id of ['__proto__', 'constructor']) expect(nameOf(id).toLowerCase()).toBe(id);
  });

  test('German says of every code what English says of it', () => {
    const codes = (value: unknown, path: string): string[] => (typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, one]) => codes(one, `${path}.${key}`)) : [path]);
    const germanOnly = codes(de, '').filter((path) => !codes(en, '').includes(path));
    expect(codes(en, '').filter((path) => !codes(de, '').includes(path))).toEqual([]);
    expect(germanOnly.filter((path) => !path.startsWith('.findingNames.'))).toEqual([]);
  });
});
