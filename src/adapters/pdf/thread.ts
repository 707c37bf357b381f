import { Worker } from 'node:worker_threads';
import type { Paper } from './draw.js';
import type { Drawn } from './worker.js';

const TIMEOUT_MS = 10_000;
/** Of the thread's own objects; beyond, it ends. */
const MEMORY_MAX_MB = 256;

/** No PDF could be made; the next one is tried in a new thread where this one has ended. */
export class PaperError extends Error {
  override readonly name = 'PaperError';
  constructor(readonly why: 'failed' | 'ended' | 'timeout', detail: string) {
    super(`the PDF could not be made (${detail}): ask again, or for another format`);
  }
}

/** Compiled beside this file; where this file runs from its source (tests), the build's copy. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../../../dist/adapters/pdf/worker.js' : './worker.js', import.meta.url);
}

/** PDFs drawn by one thread, which begins with the first of them. Callers have one drawn at a time. */
export class PdfThread {
  private worker: Worker | undefined;
  private isDrawing = false;
  private isClosed = false;

  constructor(private readonly timeoutMs = TIMEOUT_MS) {}

  /** Rejects with PaperError. Throws Error where one is under way. */
  async draw(paper: Paper): Promise<Uint8Array> {
    if (this.isDrawing) throw new Error('more PDFs at once than threads');
    if (this.isClosed) throw new PaperError('ended', 'this program is stopping');
    this.isDrawing = true;
    try {
      return await this.drawnBy((this.worker ??= this.opened()), paper);
    } catch (error) {
      // Where only the drawing failed, the thread can draw the next one.
      if (!(error instanceof PaperError && error.why === 'failed')) await this.end();
      throw error;
    } finally {
      this.isDrawing = false;
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.end();
  }

  private drawnBy(worker: Worker, paper: Paper): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        worker.off('message', drawn).off('error', failed).off('exit', ended);
        settle();
      };
      const drawn = (result: Drawn) => done(() => (result.ok ? resolve(result.pdf) : reject(new PaperError('failed', result.reason))));
      const failed = (error: Error) => done(() => reject(new PaperError('ended', error.message)));
      const ended = (code: number) => done(() => reject(new PaperError('ended', `its thread ended with code ${code}`)));
      const timer = setTimeout(() => done(() => reject(new PaperError('timeout', `it took longer than ${this.timeoutMs / 1000} s`))), this.timeoutMs);
      worker.on('message', drawn).on('error', failed).on('exit', ended);
      worker.postMessage(paper);
    });
  }

  private async end(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }

  private opened(): Worker {
    const worker = new Worker(workerUrl(), { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MEMORY_MAX_MB } });
    // It keeps no program alive. One that ends while nothing is drawn is nobody's error.
    worker.unref();
    worker.on('error', () => {});
    worker.once('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    return worker;
  }
}
