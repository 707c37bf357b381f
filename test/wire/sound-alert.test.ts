/** Whatever is written to ecg.alerts.v1, readers are shown an alert whose every number is one, or a fault of the closed list. Invariants: I64 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/ecg/index.js';
import { ALERT_FAULTS, encodeAlert, readAlert } from '../../src/wire/index.js';
import { SNAPSHOT } from '../monitor/alerts.js';

const ALERT: AlertEvent = { alertId: 'a'.repeat(32), sequence: 1, state: 'raised', snapshot: SNAPSHOT, cause: 'threshold', atMs: 1_700_000_000_000, previousHash: '', hash: '' };
const read = (more: Partial<AlertEvent['snapshot']>, of: Partial<AlertEvent> = {}) => readAlert(encodeAlert({ ...ALERT, ...of, snapshot: { ...SNAPSHOT, ...more } }));

describe('an alert as it is read', () => {
  test.each<[string, Partial<AlertEvent['snapshot']>, Partial<AlertEvent>?]>([
    ['bad-number', { probability: NaN }],
    ['bad-number', { probability: 1.5 }],
    ['bad-number', { threshold: Infinity }],
    ['bad-number', { expectedPpv: NaN }],
    ['bad-number', { signalQuality: -1 }],
    ['bad-time', { onsetMs: 9e15 }],
    ['bad-subject', { device: '' }],
    ['bad-subject', { finding: 'x'.repeat(129) }],
    ['bad-subject', {}, { alertId: 'y'.repeat(200) }],
    ['unknown-word', { kind: 'perennial' as 'episodic' }],
    ['unknown-word', { channel: 'loudspeaker' as 'bedside' }],
    ['unknown-word', { evidence: 'hearsay' as 'rule' }],
  ])('%s: %j', (fault, snapshot, of) => {
    expect(read(snapshot, of)).toEqual({ ok: false, fault });
  });

  test('a priority that is not known is the highest, and says so', () => {
    const known = read({ priority: 'apocalyptic' as 'high' });
    expect(known).toMatchObject({ ok: true, event: { snapshot: { priority: 'high', reasons: ['priority-unknown'] } } });
    expect(read({ priority: 'low' })).toMatchObject({ ok: true, event: { snapshot: { priority: 'low', reasons: [] } } });
  });

  test('what a newer engine was set off by is left out, and long words are cut', () => {
    const trigger = { what: 'ventricular' as const, fromMs: 0, toMs: 2000, beats: 5, perMinute: 130, kinds: 'VVVVV' };
    const known = read({ trigger }, { actor: 'a'.repeat(400), cause: 'c'.repeat(900) });
    expect(known).toMatchObject({ ok: true, event: { snapshot: { trigger } } });
    expect(known.ok && [known.event.actor!.length <= 128, known.event.cause.length <= 512]).toEqual([true, true]);
    for (const odd of [{ what: 'premonition' as 'beats' }, { fromMs: 9e15 }, { kinds: 'V'.repeat(600) }]) {
      const found = read({ trigger: { ...trigger, ...odd } });
      expect(found.ok && found.event.snapshot.trigger, JSON.stringify(odd)).toBeUndefined();
    }
  });

  test('long places are cut, votes that are no numbers are left out', () => {
    const found = read({ bed: 'b'.repeat(500), unit: 'u'.repeat(500), votes: [{ segment: 'bed-1/1/0', probability: NaN }, { segment: 'bed-1/1/5000', probability: 0.7 }] });
    expect(found).toMatchObject({ ok: true, event: { snapshot: { votes: [{ segment: 'bed-1/1/5000', probability: expect.closeTo(0.7, 6) }] } } });
    expect(found.ok && [found.event.snapshot.bed!.length, found.event.snapshot.unit!.length].every((length) => length <= 64)).toBe(true);
  });

  test('any numbers, any words, any bytes: an alert with sound numbers, or a fault', () => {
    const number = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 1));
    const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('high', 'bedside', 'rule', 'episodic', ''));
    const alert = fc.record({ probability: number, threshold: number, expectedPpv: number, signalQuality: number, onsetMs: fc.maxSafeInteger(), priority: word, kind: word, channel: word, evidence: word, bed: word, unit: word, finding: word });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), alert.map((more) => encodeAlert({ ...ALERT, snapshot: { ...SNAPSHOT, ...more } as AlertEvent['snapshot'] })));
    fc.assert(
      fc.property(bytes, (record) => {
        const found = readAlert(record);
        if (!found.ok) return void expect(ALERT_FAULTS).toContain(found.fault);
        const { probability, threshold, expectedPpv = 0, signalQuality, onsetMs, priority } = found.event.snapshot;
        for (const share of [probability, expectedPpv, signalQuality]) expect(share >= 0 && share <= 1).toBe(true);
        expect(Number.isFinite(threshold) && Number.isFinite(new Date(onsetMs).getTime())).toBe(true);
        expect(['high', 'medium', 'low', 'none']).toContain(priority);
      }),
      { numRuns: 2000 },
    );
  });
});
