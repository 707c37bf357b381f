/** Views and their addresses. Pure. */

export type View =
  | { readonly view: 'wall' | 'alerts' | 'reader' | 'status' | 'unknown' }
  | { readonly view: 'alert'; readonly alertId: string }
  | { readonly view: 'bed'; readonly device: string };

export const PATHS = { wall: '/', alerts: '/alerts', reader: '/worklist', status: '/status' } as const;

export const alertPath = (alertId: string): string => `/alert/${encodeURIComponent(alertId)}`;
export const bedPath = (device: string): string => `/bed/${encodeURIComponent(device)}`;

/** An address that means nothing is a view of its own: it never throws. */
export function viewAt(path: string): View {
  for (const view of ['wall', 'alerts', 'reader', 'status'] as const) if (path === PATHS[view]) return { view };
  const [, kind, rest, more] = path.split('/');
  const name = more === undefined ? decoded(rest ?? '') : undefined;
  if (name === undefined || name === '') return { view: 'unknown' };
  if (kind === 'alert') return { view: 'alert', alertId: name };
  return kind === 'bed' ? { view: 'bed', device: name } : { view: 'unknown' };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
