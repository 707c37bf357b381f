/** Drafted reports on paper: drawn here, or by a thread that keeps nobody else waiting. */
import type { Paper } from './draw.js';

export type { Paper } from './draw.js';
export { PaperError, PdfThread } from './thread.js';

/** In this thread. Loaded for a PDF only: fonts take time. Rejects where it cannot be made. */
export async function reportPdf(paper: Paper): Promise<Uint8Array> {
  return (await import('./draw.js')).drawnPdf(paper);
}
