/** What goes between page and monitor. The session is kept by the browser, where no script can read it. */

/** @typedef {import('./words.js').Alert} Alert */
/** @typedef {ReturnType<typeof import('../sse.js').heartbeatOf>} Heartbeat */
/**
 * @typedef {object} Listener
 * @property {() => void} begin What follows is all that is active.
 * @property {() => void} complete All that is active has come; from here on it is news.
 * @property {(alert: Alert) => void} alert
 * @property {(gone: { alertId: string }) => void} gone
 * @property {(beat: Heartbeat) => void} heartbeat
 * @property {() => void} down The line is broken; it is being tried again.
 * @property {() => void} signedOut
 */

/** Another try after the stream was refused. */
const AGAIN_MS = 2000;

/** A monitor that is busy says when to come back; so many times it is asked again. */
const BUSY_TRIES = 3;

/**
 * JSON of a path; undefined: it cannot be had now; null: there is none.
 * @param {string} path
 */
export async function ask(path) {
  try {
    for (let n = 0; ; n++) {
      const answer = await fetch(path);
      if (answer.ok) return await answer.json();
      if (answer.status !== 503 || n === BUSY_TRIES) return answer.status === 404 ? null : undefined;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after') ?? 1)));
    }
  } catch {
    return undefined;
  }
}

/**
 * Undefined: the token is accepted. Otherwise why it is not.
 * @param {string} token
 */
export async function signIn(token) {
  try {
    const { ok, status } = await fetch('/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    if (ok) return undefined;
    return status === 403 ? 'That token allows nothing here.' : 'That token is not accepted here.';
  } catch (error) {
    return error instanceof TypeError && /header/i.test(error.message) ? 'That token is not accepted here.' : 'The monitor does not answer. Try again.';
  }
}

/** Undefined: this browser's session has ended. Otherwise why it has not. */
export async function signOut() {
  try {
    const { ok, status } = await fetch('/session', { method: 'DELETE' });
    // Who has no session any more is signed out, too.
    return ok || status === 401 ? undefined : 'Signed out here. Other monitors follow when the log, which is away, is back.';
  } catch {
    return 'Not signed out: the monitor does not answer. Try again.';
  }
}

/** @param {string} alertId */
export const acknowledge = (alertId) => post('/acknowledge', { alertId });

/**
 * @param {string} alertId
 * @param {string} reason
 */
export const dismiss = (alertId, reason) => post('/dismiss', { alertId, reason });

/**
 * Undefined: it is kept, and the engine's answer comes as an event. Otherwise why it is not.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<string | undefined>}
 */
async function post(path, body) {
  try {
    const answered = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return answered.ok ? undefined : (await answered.json()).error;
  } catch {
    return 'Not sent: the monitor does not answer. Try again.';
  }
}

/**
 * Follows the alerts over any number of breaks, from the event that was taken last. Returns what ends it.
 * @param {Listener} on
 */
export function listen(on) {
  /** @type {EventSource | undefined} */
  let source;
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
    /** @param {string} name @param {(body: any) => void} take */
    const from = (name, take) => opened.addEventListener(name, (event) => {
      if (event.lastEventId !== '') last = event.lastEventId;
      take(JSON.parse(event.data));
    });
    // Without a place in the stream all that is active follows.
    opened.addEventListener('open', () => last === '' && on.begin());
    from('missed', on.begin);
    from('snapshot-end', on.complete);
    from('alert', on.alert);
    from('gone', on.gone);
    from('heartbeat', (beat) => {
      void post('/heard', { subscription: beat.subscription });
      on.heartbeat(beat);
    });
    opened.addEventListener('expired', signedOut);
    opened.addEventListener('error', async () => {
      on.down();
      // A browser reconnects on its own after a broken line, not after an answer that refused.
      if (opened.readyState !== EventSource.CLOSED) return;
      const status = await fetch('/status').then(({ status }) => status, () => 0);
      if (status === 401 || status === 403) return signedOut();
      // It answers, and refuses this place in the stream: from the beginning.
      if (status === 200) last = '';
      setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return end;
}
