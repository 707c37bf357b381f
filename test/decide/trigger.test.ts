/** What set off an alert by beats: stated with it, in its hash, over the wire and over a checkpoint; what lasts is announced as sustained; its signs are folded beneath it. */
import { expect, test } from 'vitest';
import { chainFault } from '../../src/decide/chain.js';
import { type AlertEvent, type NamedKind, type Outcome, triggerText } from '../../src/ecg/index.js';
import { decodeAlert, encodeAlert } from '../../src/wire/index.js';
import { storedSubjectState, subjectState } from '../../src/wire/subject-state.js';
import { decide, outcome } from './series.js';

const PVC = 'premature-ventricular-complex';
/** Segments of twelve beats in sinus rhythm, or of twenty-five ventricular ones at 150 a minute. */
const segment = (k: number, kind: 'N' | 'V', findings: readonly string[] = []): Outcome => {
  const [count, every] = kind === 'V' ? [25, 200] : [12, 416];
  const beats = Array.from({ length: count }, (_, i) => 100 + i * every);
  return outcome(k, 0, {
    measurements: { beats, voltages: [], st: [] }, kinds: beats.map((): NamedKind => ({ kind, confidence: 0.9 })), findings: findings.map((id) => ({ id, probability: 0.95 })),
  });
};
const rhythm = (text: string, findings: readonly string[] = []) => decide([...text].map((kind, k) => segment(k, kind as 'N' | 'V', findings)));
const of = (events: readonly AlertEvent[], finding: string) => events.filter(({ snapshot }) => snapshot.finding === finding);

test('a tachycardia that lasts is raised, announced as sustained once, and over when it is', () => {
  const events = of(rhythm('NNVVVVVVNNNN').events, 'rule-wide-tachycardia');
  expect(events.map(({ state, cause }) => [state, cause])).toEqual([['raised', 'threshold'], ['updated', 'sustained'], ['resolved', 'below-threshold']]);
  expect(events.map(({ snapshot }) => triggerText(snapshot.trigger!))).toEqual(['25 ventricular beats at 150/min', '100 ventricular beats at 150/min, sustained', '100 ventricular beats at 150/min, sustained']);
  events.slice(1).forEach((event, i) => expect(chainFault(events[i], event)).toBeUndefined());
});

test('what set it off survives the wire to the last bit of its hash, and a change of it is found', () => {
  const [raised] = of(rhythm('NNV').events, 'rule-wide-tachycardia');
  const decoded = decodeAlert(encodeAlert(raised))!;
  expect(decoded.snapshot.trigger).toEqual({ what: 'ventricular', fromMs: 1_700_000_020_200, toMs: 1_700_000_029_800, beats: 25, perMinute: 150, kinds: 'V'.repeat(25) });
  expect(chainFault(undefined, decoded)).toBeUndefined();
  expect(chainFault(undefined, { ...decoded, snapshot: { ...decoded.snapshot, trigger: { ...decoded.snapshot.trigger!, beats: 5 } } })).toBe('hash');
});

test('beats, their kinds and the alert survive a checkpoint', () => {
  const { state } = rhythm('NNVV');
  const read = subjectState.parse(JSON.parse(JSON.stringify(storedSubjectState(state))));
  expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(state)));
  expect(read.rhythm![0].kinds).toMatch(/^N+V+$/);
  expect(read.findings['rule-wide-tachycardia'].active!.snapshot.trigger!.beats).toBe(25);
});

test('what a ventricular tachycardia looks like otherwise is folded beneath it: one row', () => {
  const { events } = rhythm('NNVVVV', ['ventricular-tachycardia', PVC]);
  const [cause] = of(events, 'rule-wide-tachycardia');
  const latest = new Map(events.map((event) => [event.snapshot.finding, event.snapshot]));
  for (const finding of [PVC, 'ventricular-tachycardia', 'rule-tachycardia', 'rule-ventricular-run', 'rule-ventricular-ectopics']) {
    const snapshot = latest.get(finding);
    if (snapshot?.channel === 'bedside') expect(snapshot.explainedBy, finding).toBe(cause.alertId);
  }
  expect(latest.get('rule-tachycardia')?.explainedBy).toBe(cause.alertId);
  expect(cause.snapshot.explainedBy).toBeUndefined();
});

test('what held while it rested raises nothing when the rest is over: only what holds then', () => {
  for (let gap = 55; gap < 75; gap++) {
    const text = `NNV${'N'.repeat(gap)}VNNNN`;
    const raised = of(rhythm(text).events, 'rule-ventricular-run').filter(({ state }) => state === 'raised');
    const voted = raised.map(({ snapshot }) => snapshot.votes.map(({ segment: id }) => text[Number(id.split('/')[2]) / 5000]));
    expect(voted, String(gap)).toEqual(raised.map(() => ['V']));
    expect(raised.map(({ snapshot }) => snapshot.trigger?.what), String(gap)).toEqual(raised.map(() => 'ventricular'));
  }
});
