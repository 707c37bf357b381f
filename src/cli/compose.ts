import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundledEncoder, startBundledEncoder } from '../adapters/bundled-encoder.js';
import { openInferenceEncoder } from '../adapters/inference/index.js';
import { loadModel, readTextSide } from '../adapters/models.js';
import type { PrometheusMeter } from '../adapters/prometheus/index.js';
import { type Config } from '../config/index.js';
import { type Catalogue, type Contract, parseCatalogue, problemText, type WatchPhrase } from '../contract/index.js';
import { ENGINE_DEFAULTS, type EngineSettings } from '../engine/index.js';
import type { Clock, Encoder } from '../ports/index.js';

/** Where the package lies: models ship beside `dist`. */
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A file that ships with the package. */
export function packagePath(path: string): string {
  return join(ROOT, path);
}

/** A model folder of the configuration: looked for from where one stands, then among those that ship. */
export function modelFolder(path: string): string {
  const here = resolve(path);
  return existsSync(here) ? here : packagePath(path);
}

export async function loadCatalogue(): Promise<Catalogue> {
  const parsed = parseCatalogue(JSON.parse(await readFile(packagePath('models/catalogue.json'), 'utf8')));
  if (!parsed.ok) throw new Error(`models/catalogue.json: ${problemText(parsed.problems[0])}`);
  return parsed.value;
}

/** The contract of a model folder. */
export async function loadContract(config: Config): Promise<Contract> {
  const { contract } = await loadModel(modelFolder(config.encoder.model));
  return contract;
}

/** The operator's phrases in the model's text side; none where its embedding shares no space with text. */
export async function loadWatch(config: Config, contract: Contract): Promise<readonly WatchPhrase[]> {
  const text = await readTextSide(modelFolder(config.encoder.model));
  const { embedding } = contract.outputs;
  return text !== undefined && embedding?.joint === true && embedding.size === text.size ? text.watch : [];
}

/** Connects to the configured servers of the model. */
export function connectEncoder(config: Config, contract: Contract, clock: Clock, meter: PrometheusMeter): Promise<Encoder> {
  return openInferenceEncoder({ endpoints: config.encoder.endpoints, contract, clock, meter });
}

/** The bundled encoder in a process of its own, and a client connected to it. */
export async function bundledEncoder(
  config: Config,
  contract: Contract,
  clock: Clock,
  meter: PrometheusMeter,
): Promise<{ encoder: Encoder; process: BundledEncoder }> {
  const onEnded = () => void process.stderr.write('purkinje: the encoder ended by itself and is started again; until then only rules run\n');
  const bundled = await startBundledEncoder(modelFolder(config.encoder.model), onEnded);
  const encoder = await openInferenceEncoder({ endpoints: [bundled.endpoint], contract, clock, meter });
  return { encoder, process: bundled };
}

export function engineSettings(config: Config): EngineSettings {
  const { engine, policy } = config;
  return {
    assemble: { strideS: engine.strideS, horizonS: engine.horizonS, partialMinS: engine.partialMinS, idleMs: engine.idleS * 1000 },
    policy: {
      ...ENGINE_DEFAULTS.policy,
      priorityCeiling: policy.priorityCeiling,
      structural: { segmentsMin: policy.structuralSegmentsMin, spanMinS: policy.structuralSpanMinS, againAfterS: policy.structuralAgainAfterS },
    },
    waitingMax: { segments: engine.waitingMaxSegments, bytes: engine.waitingMaxMb * 2 ** 20 },
    maxAgeS: engine.maxAgeS === 'unlimited' ? Infinity : engine.maxAgeS,
    silentAfterS: engine.silentAfterS,
    steps: engine.steps,
  };
}
