/** A thread that draws PDFs, one at a time: a report takes it up to half a second. */
import { parentPort } from 'node:worker_threads';
import { drawnPdf, type Paper } from './draw.js';

/** What comes back of a paper. */
export type Drawn = { readonly ok: true; readonly pdf: Uint8Array } | { readonly ok: false; readonly reason: string };

const port = parentPort!;

port.on('message', (paper: Paper) => {
  Promise.resolve()
    .then(() => drawnPdf(paper))
    .then((drawn): void => {
      const pdf = Uint8Array.from(drawn);
      port.postMessage({ ok: true, pdf } satisfies Drawn, [pdf.buffer]);
    })
    .catch((error: unknown) => port.postMessage({ ok: false, reason: error instanceof Error ? error.message : String(error) } satisfies Drawn));
});
