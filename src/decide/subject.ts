import type { DecideInput } from './input.js';
import type { SubjectKind, SubjectState } from './state.js';

/** Before the name of the second of two subjects of one name (decision 11). */
const APART: Readonly<Record<SubjectKind, string>> = { encounter: '@encounter/', device: '@device/' };

/** Which kind of subject an input is of; undefined: a command, which names an alert only. */
export function kindOf(input: DecideInput): SubjectKind | undefined {
  switch (input.type) {
    case 'outcome':
      return input.outcome.association.encounter === undefined ? 'device' : 'encounter';
    case 'silence':
      return input.silence.encounter === undefined ? 'device' : 'encounter';
    case 'departure':
      return 'encounter';
    case 'command':
      return undefined;
  }
}

/**
 * The key of the state that an input belongs to, `name` being the key of its record. An encounter and a device may have one name: who
 * came first has the name itself, the other one the name behind its kind.
 */
export function subjectKey(name: string, input: DecideInput, stateOf: (key: string) => SubjectState | undefined): string {
  const keys = [name, APART.encounter + name, APART.device + name];
  if (input.type === 'command') {
    const { alertId } = input.command;
    return keys.find((key) => Object.values(stateOf(key)?.findings ?? {}).some(({ active }) => active?.alertId === alertId)) ?? name;
  }
  const kind = kindOf(input)!;
  const apart = APART[kind] + name;
  // What looks like a name behind a kind would be taken for one.
  if (stateOf(apart) !== undefined || Object.values(APART).some((prefix) => name.startsWith(prefix))) return apart;
  const first = stateOf(name);
  return first === undefined || (knownKind(first) ?? kind) === kind ? name : apart;
}

/** States of older engines do not say; their alerts do. */
function knownKind({ kind, findings }: SubjectState): SubjectKind | undefined {
  if (kind !== undefined) return kind;
  const active = Object.values(findings).find((finding) => finding.active !== undefined)?.active;
  return active && (active.snapshot.encounter === undefined ? 'device' : 'encounter');
}
