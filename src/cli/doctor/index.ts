import { Command } from 'commander';
import { loadModel } from '../../adapters/models.js';
import { type Config, loadConfig } from '../../config/index.js';
import { printable } from '../../ecg/index.js';
import { modelFolder } from '../compose.js';
import { lineOf } from '../failure.js';
import { type Looked, lookedAt } from '../looked.js';
import { jsonText } from '../report.js';
import { type Machine, machine, machineLooked } from './machine.js';
import { hider, openSettings } from './settings.js';

interface DoctorOptions {
  readonly config?: string;
  readonly brokers?: string;
  readonly encoder?: string;
  readonly json?: boolean;
}

interface Check {
  readonly status: 'ok' | 'warning' | 'failed';
  readonly what: string;
  /** Empty where nothing is. */
  readonly todo: string;
}

interface Diagnosis {
  readonly type: 'doctor';
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checks: readonly Check[];
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what support needs, in one text to send: versions, machine, settings without secrets and names, models, Kafka, encoder, clocks. Nothing of a patient is in it')
    .option('--brokers <list>', 'Kafka brokers, host:port[,host:port]')
    .option('--encoder <list>', 'encoder servers, host:port[,host:port]; none for rules only')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje doctor --brokers kafka:9092 --json > doctor.json\n\nExit 1: a check failed.')
    .action(async ({ brokers, encoder, config: file, json }: DoctorOptions) => {
      const loaded = loadConfig({ file, env: process.env, flags: { 'kafka.brokers': brokers?.split(','), 'encoder.endpoints': encoder === 'none' ? [] : encoder?.split(',') } });
      const hide = hider(loaded);
      const looked = [...(await machineLooked()), ...(await modelsLooked(loaded.config)), ...(await lookedAt(loaded.config))];
      const diagnosis: Diagnosis = { type: 'doctor', machine: machine(), settings: openSettings(loaded), checks: looked.map((one) => checkOf(one, hide)) };
      process.stdout.write(json === true ? `${jsonText(diagnosis)}\n` : textOf(diagnosis));
      if (diagnosis.checks.some(({ status }) => status === 'failed')) process.exitCode = 1;
    });
}

/** By the SHA-256 of their weights, which are read for it. */
async function modelsLooked({ encoder }: Config): Promise<readonly Looked[]> {
  return Promise.all(
    [encoder.model, ...encoder.also].map(async (path): Promise<Looked> => {
      try {
        const { contract, sha256 } = await loadModel(modelFolder(path));
        return { ok: true, text: `weights of ${contract.model.name}@${contract.model.version}, SHA-256 ${sha256}`, hint: '' };
      } catch (error) {
        return { ok: false, text: 'a model', hint: lineOf(error) };
      }
    }),
  );
}

const checkOf = ({ ok, isWarning, text, hint }: Looked, hide: (text: string) => string): Check => ({ status: !ok ? 'failed' : isWarning ? 'warning' : 'ok', what: printable(hide(text)), todo: ok && !isWarning ? '' : printable(hide(hint)) });

function textOf({ machine: { version, node, platform, cpus, memoryMb }, settings, checks }: Diagnosis): string {
  const lines = [
    `purkinje ${version}, Node ${node}, ${platform}, ${cpus} CPUs, ${memoryMb} MiB`,
    ...Object.entries(settings).map(([key, value]) => `  ${key.padEnd(32)} ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...checks.map(({ status, what, todo }) => `${status.padEnd(8)} ${what}${todo === '' ? '' : `: ${todo}`}`),
  ];
  return `${lines.join('\n')}\n`;
}
