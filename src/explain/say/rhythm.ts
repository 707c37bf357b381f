import type { BeatKind } from '../../ecg/index.js';
import { measured } from '../because.js';
import type { Claim } from '../claims.js';
import { SOURCES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import type { Statement } from '../statement.js';
import { RHYTHMS, SINUS } from '../terms/index.js';
import type { Text } from '../text.js';
import { num, words } from '../value.js';
import { claimedIn, hasReached, segmentOf } from './claimed.js';

/** A stretch without a beat is said from here on. */
const PAUSE_MS = 2000;
export const KINDS: readonly { readonly kind: BeatKind; readonly name: Text }[] = [
  { kind: 'V', name: { en: 'ventricular ectopic', de: 'ventrikulär ektop' } },
  { kind: 'S', name: { en: 'supraventricular ectopic', de: 'supraventrikulär ektop' } },
];

/** Rhythm: what the models say, then what was counted. */
export function rhythm(claims: readonly Claim[], facts: Facts): readonly Statement[] {
  const { outcome } = facts;
  const { measurements, kinds = [], gates, pacing } = outcome;
  const section = 'rhythm';
  const segment = segmentOf(facts);
  const said: Statement[] = [...claimedIn(section, claims, facts)];
  const rivals = new Set(RHYTHMS.flat());
  const rhythms = facts.scores.filter(({ id }) => rivals.has(id));
  if (rhythms.length > 0 && !claims.some(({ term }) => rivals.has(term.id) || term.id === 'PACE' || term.id === 'paced-rhythm')) said.push({ section, template: rhythms.some(hasReached) ? 'noneLeft' : 'noRhythm', values: {}, because: [...rhythms, segment] });
  if (pacing === 'paced') said.push({ section, template: 'paced', values: {}, because: [{ kind: 'signal', id: 'pace-marks' }, segment] });
  const isSinus = claims.some(({ term }) => SINUS.has(term.id));
  for (const { kind, name } of gates.morphology ? KINDS : []) {
    const count = kinds.filter((one) => one.kind === kind).length;
    // Where no sinus rhythm is said, or most beats come early, nobody knows what they are early against.
    if (count === 0 || (kind === 'S' && (!isSinus || count > kinds.length / 2))) continue;
    said.push({
      section, template: 'ectopic', values: { count: num(count), beats: num(kinds.length), kind: words(name) },
      because: [measured(`beats.${kind}`, count, 'beats'), measured('beats', kinds.length, 'beats'), { kind: 'criterion', id: 'beat-kinds', citation: SOURCES.kinds, limits: {} }, segment],
    });
  }
  const { rrCv, longestPauseMs, beats } = measurements;
  if (rrCv !== undefined) said.push({ section, template: 'variation', values: { percent: num(100 * rrCv) }, because: [measured('rrCv', 100 * rrCv, '%'), segment] });
  if (longestPauseMs !== undefined && longestPauseMs >= PAUSE_MS) {
    said.push({ section, template: beats.length === 0 ? 'noBeat' : 'pause', values: { seconds: num(longestPauseMs / 1000, 1) }, because: [measured('longestPauseMs', longestPauseMs / 1000, 's'), segment] });
  }
  return said;
}
