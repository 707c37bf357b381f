/** What goes between page and monitor. The token is kept by the browser where no script can read it. */

/** Another try after the stream was refused. */
const AGAIN_MS = 2000;

/** JSON of a path; undefined: it cannot be had now. */
export async function ask(path) {
  try {
    const answer = await fetch(path);
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** True: the token is accepted. */
export async function signIn(token) {
  try {
    return (await fetch('/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } })).ok;
  } catch {
    return false;
  }
}

/** Acknowledges or dismisses; resolves with what there is to say. */
export async function answer(path, body) {
  try {
    const answered = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return answered.ok ? 'Sent.' : (await answered.json()).error;
  } catch {
    return 'Not sent: the monitor does not answer. Try again.';
  }
}

/** Follows the alerts over any number of breaks, from the event that was taken last. */
export function listen(on, cursor = '') {
  const source = new EventSource(cursor === '' ? '/alerts' : `/alerts?cursor=${cursor}`);
  let last = cursor;
  const from = (name, take) => source.addEventListener(name, (event) => {
    if (event.lastEventId !== '') last = event.lastEventId;
    take(JSON.parse(event.data));
  });
  // Without a place in the stream all that is active follows.
  source.addEventListener('open', () => last === '' && on.begin());
  from('missed', () => on.begin());
  from('alert', on.alert);
  from('gone', on.gone);
  from('heartbeat', on.heartbeat);
  const end = () => {
    source.close();
    on.signedOut();
  };
  source.addEventListener('expired', end);
  source.addEventListener('error', async () => {
    // A browser comes back by itself from a line that broke, not from an answer that refused.
    if (source.readyState !== EventSource.CLOSED) return;
    const status = await fetch('/status').then(({ status }) => status, () => 0);
    if (status === 401 || status === 403) end();
    else setTimeout(() => listen(on, last), AGAIN_MS);
  });
}
