/** An alert's events, as targets get them. */
import fc from 'fast-check';
import type { AlertEvent, AlertState } from '../../src/ecg/index.js';
import { idOf, SNAPSHOT } from '../monitor/alerts.js';

/** 2024-02-29 12:34:56.789 UTC. */
export const AT_MS = 1_709_210_096_789;

export function alert(more: Partial<AlertEvent['snapshot']> = {}, event: Partial<AlertEvent> = {}): AlertEvent {
  const snapshot = { ...SNAPSHOT, encounter: 'stay-7', onsetMs: AT_MS - 40_000, model: 'purkinje-s@0.1.0', modelHash: 'ab', ...more };
  return { alertId: idOf(1), sequence: 1, state: 'raised', snapshot, cause: 'threshold', atMs: AT_MS, previousHash: '', hash: '', ...event };
}

export const nameOf = (finding: string): string => (finding === 'atrial-fibrillation' ? 'Atrial fibrillation' : finding);

/** Text that a hospital's systems may hold, and that which a separator, a frame or a signature must survive. */
export const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ unit: fc.constantFrom('|', '^', '~', '\\', '&', '\r', '\n', '\u000b', '\u001c', '\\E\\', '\\X0D\\', '"', 'MSH|', 'ü', '心', ' '), minLength: 1, maxLength: 12 }));

export const STATES: readonly AlertState[] = ['raised', 'updated', 'acknowledged', 'escalated', 'resolved', 'dismissed'];
