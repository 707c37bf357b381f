import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientTls, type OnBroken } from '../adapters/access/index.js';
import { type BundledEncoder, startBundledEncoder } from '../adapters/bundled-encoder.js';
import { openInferenceEncoder } from '../adapters/inference/index.js';
import { loadModel, readTextSide, readThresholds } from '../adapters/models.js';
import type { PrometheusMeter } from '../adapters/prometheus/index.js';
import { type Config } from '../config/index.js';
import { type Catalogue, type Contract, parseCatalogue, problemText, type TextSide, type WatchPhrase, withThresholds } from '../contract/index.js';
import type { FindingSettings } from '../decide/index.js';
import { ENGINE_DEFAULTS, type EngineSettings } from '../engine/index.js';
import type { Model } from '../line/index.js';
import type { Clock } from '../ports/index.js';
import { lineOf, UsageError } from './failure.js';

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

type Opened = Model & { readonly folder: string };

/** The models of the configuration, each with its encoder. */
export interface OpenModels {
  readonly models: readonly Opened[];
  /** none: rules only. away: one of them at least cannot answer. */
  status(): 'ready' | 'away' | 'none';
  close(): Promise<void>;
}

export type Loaded = Omit<Opened, 'encoder'>;

/** The models of the configuration, without anybody who answers for them. */
export async function loadModels({ encoder }: Config): Promise<readonly Loaded[]> {
  const loaded: Loaded[] = [];
  for (const path of [encoder.model, ...encoder.also]) {
    const folder = modelFolder(path);
    const { contract: own } = await loadModel(folder);
    const set = await readThresholds(folder, own);
    const contract = set === undefined ? own : withThresholds(own, set);
    const { name } = contract.model;
    if (loaded.some((other) => other.contract.model.name === name)) throw new UsageError(`encoder.model and encoder.also name two models '${name}': they are distinguished by name`);
    loaded.push({ folder, contract, watch: watchOf(contract, await readTextSide(folder)) });
  }
  return loaded;
}

/** The operator's phrases; none where the model's embedding shares no space with text. */
function watchOf({ outputs: { embedding } }: Contract, text: TextSide | undefined): readonly WatchPhrase[] {
  return text !== undefined && embedding?.joint === true && embedding.size === text.size ? text.watch : [];
}

/** Connects each model to those of the configured servers that have it. */
export async function connectedModels(config: Config, clock: Clock, meter: PrometheusMeter, onBroken: OnBroken = reportBroken, which: (model: Loaded) => boolean = () => true): Promise<OpenModels> {
  const loaded = (await loadModels(config)).filter(which);
  const { endpoints, tls: isOverTls } = config.encoder;
  if (endpoints.length === 0) return opened(loaded.map((model) => ({ ...model, encoder: undefined })), []);
  const tls = isOverTls ? await clientTls(config.encoder, clock, onBroken) : undefined;
  const models: Opened[] = [];
  const open = opened(models, [], () => tls?.close());
  try {
    for (const model of loaded) models.push({ ...model, encoder: await openInferenceEncoder({ endpoints, contract: model.contract, clock, meter, tls }) });
    return open;
  } catch (error) {
    await open.close();
    throw error;
  }
}

const reportBroken: OnBroken = (error) => void process.stderr.write(`purkinje: certificates cannot be taken up: ${lineOf(error)}; what was read last holds\n`);

/** Each model with a bundled encoder in a process of its own. */
export async function bundledModels(config: Config, clock: Clock, meter: PrometheusMeter): Promise<OpenModels> {
  const onEnded = () => void process.stderr.write('purkinje: the encoder ended unexpectedly and is started again; until then only rules run\n');
  const [models, processes]: [Opened[], BundledEncoder[]] = [[], []];
  for (const model of await loadModels(config)) {
    const bundled = await startBundledEncoder(model.folder, onEnded);
    processes.push(bundled);
    models.push({ ...model, encoder: await openInferenceEncoder({ endpoints: [bundled.endpoint], contract: model.contract, clock, meter }) });
  }
  return opened(models, processes);
}

function opened(models: readonly Opened[], processes: readonly BundledEncoder[], close = (): void => {}): OpenModels {
  const encoders = () => models.flatMap(({ encoder }) => encoder ?? []);
  return {
    models,
    status: () => (encoders().length === 0 ? 'none' : encoders().every((encoder) => encoder.ready()) ? 'ready' : 'away'),
    async close() {
      close();
      await Promise.all(encoders().map((encoder) => encoder.close()));
      await Promise.all(processes.map((process) => process.stop()));
    },
  };
}

/** A site's word on a finding, over ours, key by key. */
function merged(ours: Readonly<Record<string, FindingSettings>>, theirs: Readonly<Record<string, FindingSettings>>): Record<string, FindingSettings> {
  return Object.fromEntries([...new Set([...Object.keys(ours), ...Object.keys(theirs)])].map((id) => [id, { ...ours[id], ...theirs[id] }]));
}

/** The policy of simulated beds: what is unproven may be shown there, marked. */
export function openToSimulated(settings: EngineSettings): EngineSettings {
  return { ...settings, policy: { ...settings.policy, openToSimulated: true } };
}

/** Of recordings on file: cut from their first sample, since what becomes of one must not depend on what it is called. */
export function cutFromStart(settings: EngineSettings): EngineSettings {
  return { ...settings, assemble: { ...settings.assemble, gridFrom: 0 } };
}

export function engineSettings(config: Config): EngineSettings {
  const { engine, policy } = config;
  return {
    assemble: { strideS: engine.strideS, horizonS: engine.horizonS, partialMinS: engine.partialMinS, idleMs: engine.idleS * 1000 },
    policy: {
      ...ENGINE_DEFAULTS.policy,
      priorityCeiling: policy.priorityCeiling,
      findings: merged(ENGINE_DEFAULTS.policy.findings, policy.findings),
      units: policy.units,
      lowPerBedDay: policy.lowPerBedDay,
      escalateAfterS: policy.escalateAfterS,
      ppvFloor: policy.ppvFloor,
      structural: { segmentsMin: policy.structuralSegmentsMin, spanMinS: policy.structuralSpanMinS, againAfterS: policy.structuralAgainAfterS },
    },
    waitingMax: { ...ENGINE_DEFAULTS.waitingMax, bytes: engine.waitingMaxMb * 2 ** 20 },
    maxAgeS: engine.maxAgeS === 'unlimited' ? Infinity : engine.maxAgeS,
    silentAfterS: engine.silentAfterS,
    steps: engine.steps,
  };
}
