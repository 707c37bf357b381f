import { systemClock } from '../adapters/clock.js';
import { openInferenceEncoder } from '../adapters/inference/index.js';
import { loadModel, readTextSide } from '../adapters/models.js';
import { prometheusMeter } from '../adapters/prometheus/index.js';
import type { Contract, TextSide } from '../contract/index.js';
import { startEncoderServer } from '../encoder/index.js';
import type { EncoderInput, EncoderScores } from '../ports/index.js';

/** Segments (or crops) in a batch. */
const BATCH = 32;
/** Of one batch: long, because nothing here is in real time. */
const DEADLINE_MS = 120_000;

/** A model behind its own encoder service, as the engine has it: the same server, wire and client. */
export interface ServedModel {
  readonly contract: Contract;
  /** Of the file that is served. */
  readonly sha256: string;
  readonly text: TextSide | undefined;
  /** With the saliency, where the model has one and it is asked for. */
  score(inputs: readonly EncoderInput[], withSaliency?: boolean): Promise<readonly EncoderScores[]>;
  close(): Promise<void>;
}

/** Serves a model folder on a free port of this machine. Throws ModelFolderError, EncoderStartError. */
export async function serveModel(folder: string, variant?: string): Promise<ServedModel> {
  const { contract, sha256 } = await loadModel(folder, { variant });
  const text = await readTextSide(folder);
  const log = { info() {}, warn() {}, error() {} };
  const options = { host: '127.0.0.1', port: 0, provider: 'cpu', threads: 1, workers: 1, maxBatch: BATCH, preferred: [BATCH], longestWaitMs: 0 } as const;
  const server = await startEncoderServer({ ...options, model: folder, variant, clock: systemClock(), log });
  const encoder = await openInferenceEncoder({ endpoints: [`127.0.0.1:${server.port}`], contract, clock: systemClock(), meter: prometheusMeter() });
  return {
    contract,
    sha256,
    text,
    score: (inputs, withSaliency) => encoder.score(inputs, { deadlineMs: DEADLINE_MS, withSaliency }),
    async close() {
      await encoder.close();
      await server.drain();
    },
  };
}
