/**
 * The life of an assigned partition:
 *
 *     restoring ──▶ running ──▶ draining ──▶ closed
 *         │            │            │
 *         ├────────────┼────────────┼──────▶ failed    the step, the log or the group ended it; it may be taken again
 *         └────────────┴────────────┴──────▶ closed    revoked: another owner has it, or the process is stopping
 */
export type AssignmentState = 'restoring' | 'running' | 'draining' | 'closed' | 'failed';

const TRANSITIONS: Readonly<Record<AssignmentState, readonly AssignmentState[]>> = {
  restoring: ['running', 'closed', 'failed'],
  running: ['draining', 'closed', 'failed'],
  draining: ['closed', 'failed'],
  closed: [],
  failed: [],
};

export function isLegal(from: AssignmentState, to: AssignmentState): boolean {
  return TRANSITIONS[from].includes(to);
}

export function isOver(state: AssignmentState): boolean {
  return TRANSITIONS[state].length === 0;
}
