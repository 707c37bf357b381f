/** One ward for a test of the rules: topics of its own on a broker, beds that send in real time, the programs as an operator starts them, and a Prometheus on the shipped rules. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaLog, KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import { until } from '../log/probe-step.js';
import { openTopics, testConfig } from '../kafka/prefix.js';
import { LiveBeds } from './live-beds.js';
import { type Program, type StartOptions, startPurkinje } from './programs.js';
import { type Prometheus, startPrometheus } from './prometheus.js';

export const PARTITIONS = 2;
const WELL_MAX_MS = 120_000;
/** Every stage's, as far as no cause changes it. */
export const TOKEN = 'a-token-for-the-monitor-of-this-ward';

export interface FiringAlert {
  readonly state: 'pending' | 'firing';
  readonly alert: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
}

export class Stage {
  private prometheus: Prometheus | undefined;
  private readonly closing: (() => unknown)[] = [];
  private targets: Record<string, readonly string[]> = {};

  private constructor(
    readonly config: KafkaLogConfig,
    readonly log: KafkaLog,
    readonly beds: LiveBeds,
  ) {}

  static async open(broker: string): Promise<Stage> {
    const config = testConfig([broker]);
    const log = await openTopics(config, PARTITIONS);
    const stage = new Stage(config, log, new LiveBeds(log));
    stage.onClose(() => log.close());
    stage.onClose(() => stage.beds.stop());
    return stage;
  }

  /** One after the other, so that their segments do not end together. */
  async admit(beds: number, from = 1): Promise<void> {
    for (let n = from; n < from + beds; n++) {
      await this.beds.admit({ bed: `bed-${n}`, encounter: `encounter-${n}`, seed: n });
      await pause(10_000 / beds);
    }
  }

  /** Ends with the stage. */
  async start(args: readonly string[], awaited: RegExp, { env, ...options }: StartOptions = {}): Promise<Program> {
    const program = await startPurkinje([...args], awaited, { env: { PURKINJE_KAFKA_PREFIX: this.config.topicPrefix!, ...env }, ...options });
    this.onClose(() => program.stop());
    return program;
  }

  /** An engine and where its metrics are. */
  async engine(encoder: string, { port = 0, ...options }: StartOptions & { readonly port?: number } = {}): Promise<Program & { readonly metrics: string }> {
    const program = await this.start(['engine', '--brokers', this.broker, '--encoder', encoder, '--port', String(port)], /"type":"ready","port":(\d+)/, options);
    return { ...program, metrics: `127.0.0.1:${program.found[1]}` };
  }

  async monitor(args: readonly string[] = [], env: StartOptions['env'] = {}): Promise<Program & { readonly page: string; readonly metrics: string }> {
    const all = ['monitor', '--brokers', this.broker, '--port', '0', '--grpc-port', '0', '--health-port', '0', ...args];
    const program = await this.start(all, /"port":(\d+),"grpcPort":\d+,"healthPort":(\d+)/, { env: { PURKINJE_MONITOR_TOKEN: TOKEN, ...env } });
    return { ...program, page: `127.0.0.1:${program.found[1]}`, metrics: `127.0.0.1:${program.found[2]}` };
  }

  async gateway(door: 'hl7' | 'adt', args: readonly string[] = [], env: StartOptions['env'] = {}): Promise<Program & { readonly port: number; readonly metrics: string }> {
    const program = await this.start(['gateway', door, '--brokers', this.broker, '--port', '0', '--http-port', '0', ...args], /"port":(\d+),"httpPort":(\d+)/, { env });
    return { ...program, port: Number(program.found[1]), metrics: `127.0.0.1:${program.found[2]}` };
  }

  /** What Prometheus scrapes from now on: addresses by the last word of the job. */
  async scrape(folder: string, targets: Readonly<Partial<Record<'engine' | 'encoder' | 'monitor' | 'gateway', readonly string[]>>>): Promise<void> {
    this.targets = { ...this.targets, ...Object.fromEntries(Object.entries(targets).map(([job, addresses]) => [`purkinje-${job}`, addresses])) };
    if (this.prometheus !== undefined) return this.prometheus.retarget(this.targets);
    const started = (this.prometheus = await startPrometheus(folder, this.targets));
    this.onClose(() => started.stop());
    await until('a ward that is well', () => pause(500).then(() => this.isWell()), WELL_MAX_MS);
  }

  /** The rules are evaluated, everything is scraped, signal comes, and nothing critical is about to fire. */
  private async isWell(): Promise<boolean> {
    const alerts = await this.standing().catch(() => undefined);
    const [up, chunks] = [await this.value('min(up)'), await this.value('sum(rate(purkinje_wire_chunks_total[1m]))')];
    return up === 1 && chunks > 0 && alerts?.some(({ severity }) => severity === 'critical') === false;
  }

  /** What fires now, the watchdog apart. Throws where not even that does. */
  async firing(): Promise<readonly FiringAlert[]> {
    return (await this.standing()).filter(({ state }) => state === 'firing');
  }

  /** With those that wait out their time. */
  private async standing(): Promise<readonly FiringAlert[]> {
    const { alerts } = (await this.prometheus!.api('alerts')) as { alerts: readonly { labels: Record<string, string>; state: FiringAlert['state'] }[] };
    const all = alerts.map(({ labels: { alertname, severity, ...labels }, state }) => ({ alert: alertname, severity, labels, state }));
    if (!all.some(({ alert, state }) => alert === 'Watchdog' && state === 'firing')) throw new Error('the watchdog does not fire: no rule is evaluated');
    return all.filter(({ alert }) => alert !== 'Watchdog');
  }

  value(expression: string): Promise<number> {
    return this.prometheus!.query(expression).then(([one]) => Number(one?.value[1]));
  }

  onClose(close: () => unknown): void {
    this.closing.push(close);
  }

  /** After all others, the log's own among them. */
  onLastClose(close: () => unknown): void {
    this.closing.unshift(close);
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
  }

  private get broker(): string {
    return String(this.config.brokers);
  }
}

/** Somebody has the page open: reads whatever comes and confirms each heartbeat, as the page does, until the returned function is called. */
export async function openPage(page: string): Promise<() => void> {
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(`http://${page}/alerts`, { headers, signal: leaving.signal });
  if (!answer.ok) throw new Error(`the page answers ${answer.status}`);
  const reading = async (): Promise<void> => {
    for await (const line of createInterface(Readable.fromWeb(answer.body as never))) {
      const subscription = /^data: .*"subscription":"([^"]+)"/.exec(line)?.[1];
      if (subscription !== undefined) await fetch(`http://${page}/heard`, { method: 'POST', headers, body: JSON.stringify({ subscription }), signal: leaving.signal });
    }
  };
  // The monitor may end first.
  reading().catch(() => undefined);
  return () => leaving.abort();
}
