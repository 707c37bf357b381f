/** What goes between page and monitor. The session is kept by the browser, where no script can read it. */
import type { AlertView, Heartbeat, SessionView } from '../../monitor/index.js';
import { say } from '../words/index.js';

export interface Listener {
  /** What follows is all that is active. */
  begin(): void;
  /** All that is active has come; from here on it is news. */
  complete(): void;
  alert(alert: AlertView): void;
  gone(gone: { readonly alertId: string }): void;
  heartbeat(beat: Heartbeat): void;
  /** The line is broken; it is being tried again. */
  down(): void;
  signedOut(): void;
}

/** Another try after the stream, or the session, was refused. */
export const AGAIN_MS = 2000;
/** A monitor that is busy says when to come back; so many times it is asked again. */
const BUSY_TRIES = 3;

/** JSON of a path; undefined: it cannot be had now; null: there is none. */
export async function ask<Answer>(path: string): Promise<Answer | null | undefined> {
  try {
    for (let n = 0; ; n++) {
      const answer = await fetch(path, { headers: { accept: 'application/json' } });
      if (answer.ok) return (await answer.json()) as Answer;
      if (answer.status !== 503 || n === BUSY_TRIES) return answer.status === 404 ? null : undefined;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after') ?? 1)));
    }
  } catch {
    return undefined;
  }
}

/** JSON of a path; a text: why there is none. */
export async function askOrWhy<Answer extends object>(path: string): Promise<Answer | string> {
  try {
    const answer = await fetch(path, { headers: { accept: 'application/json' } });
    return answer.ok ? ((await answer.json()) as Answer) : ((await answer.json()) as { readonly error: string }).error;
  } catch {
    return say.noAnswer;
  }
}

/** Whose session the browser keeps; null: nobody's; undefined: it is not known now. */
export async function askSession(): Promise<SessionView | null | undefined> {
  try {
    const answer = await fetch('/session', { headers: { accept: 'application/json' } });
    if (answer.ok) return (await answer.json()) as SessionView;
    return answer.status === 401 || answer.status === 403 ? null : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined: the token is accepted. Otherwise why it is not. */
export async function signIn(token: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch('/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    if (ok) return undefined;
    return status === 403 ? say.tokenAllowsNothing : say.tokenRefused;
  } catch (error) {
    // A token with a line break, or with letters that no header has.
    return error instanceof TypeError && /header/i.test(error.message) ? say.tokenRefused : say.noAnswer;
  }
}

/** Undefined: this browser's session has ended. Otherwise why it has not. */
export async function signOut(): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch('/session', { method: 'DELETE' });
    // Who has no session any more is signed out, too.
    return ok || status === 401 ? undefined : say.signedOutHere;
  } catch {
    return say.notSignedOut;
  }
}

/** Undefined: it is kept, and the engine's answer comes as an event. Otherwise why it is not. It goes out even while the page is being closed. */
export async function post(path: string, body: object): Promise<string | undefined> {
  try {
    const answered = await fetch(path, { method: 'POST', keepalive: true, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return answered.ok ? undefined : ((await answered.json()) as { readonly error: string }).error;
  } catch {
    return say.notSent;
  }
}

/** Follows the alerts over any number of breaks, from the event that was taken last. Returns what ends it. */
export function listen(on: Listener): () => void {
  let source: EventSource | undefined;
  let isOver = false;
  let last = '';
  const end = () => {
    isOver = true;
    source?.close();
  };
  const signedOut = () => {
    end();
    on.signedOut();
  };
  const open = () => {
    if (isOver) return;
    const opened = (source = new EventSource(last === '' ? '/alerts' : `/alerts?cursor=${encodeURIComponent(last)}`));
    const from = <Body>(name: string, take: (body: Body) => void) =>
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (event.lastEventId !== '') last = event.lastEventId;
        take(JSON.parse(event.data) as Body);
      });
    // Without a place in the stream all that is active follows.
    opened.addEventListener('open', () => last === '' && on.begin());
    from('missed', () => on.begin());
    from('snapshot-end', () => on.complete());
    from('alert', (alert: AlertView) => on.alert(alert));
    from('gone', (gone: { readonly alertId: string }) => on.gone(gone));
    from('heartbeat', (beat: Heartbeat) => {
      void post('/heard', { subscription: beat.subscription });
      on.heartbeat(beat);
    });
    opened.addEventListener('expired', signedOut);
    const broken = async (): Promise<void> => {
      on.down();
      // A browser reconnects on its own after a broken line, not after an answer that refused.
      if (opened.readyState !== EventSource.CLOSED) return;
      const session = await askSession();
      if (session === null) return signedOut();
      // It answers, and refuses this place in the stream: from the beginning.
      if (session !== undefined) last = '';
      setTimeout(open, AGAIN_MS);
    };
    opened.addEventListener('error', () => void broken());
  };
  open();
  return end;
}
