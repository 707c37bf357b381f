import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A real Apache Kafka broker (KRaft, one node) for tests. */

const KAFKA_VERSION = '4.4.0';
/** How long a broker may take to answer, in ms. A restart after SIGKILL waits for its own old session to end. */
const START_MAX_MS = 90_000;
/** The Kafka the jars come from, as Maven wants it. */
const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>t</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency></dependencies></project>`;
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const run = promisify(execFile);

export interface Broker {
  readonly address: string;
  /** Its process; undefined while it does not run. */
  readonly pid: number | undefined;
  /** SIGKILL, as a power cut. Its data stay. */
  kill(): Promise<void>;
  /** Ends it in order: it finds its files sound when it starts again, and does not look at their content. */
  shutDown(): Promise<void>;
  /** Where the segments of a partition lie: in a folder named topic-partition. */
  readonly dataFolder: string;
  /** Starts it again on the same data and port; resolves when it answers. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** What is missing to run a broker here, or undefined. */
export async function brokerMissing(): Promise<string | undefined> {
  for (const tool of ['java', 'mvn']) {
    const found = await run(tool, ['-version']).then(() => true, () => false);
    if (!found && !(tool === 'mvn' && (await hasJars()))) return tool;
  }
  return undefined;
}

export async function startBroker(): Promise<Broker> {
  const jars = await fetchJars();
  const folder = await mkdtemp(join(tmpdir(), 'purkinje-kafka-'));
  const [port, controllerPort] = await freePorts(2);
  const properties = join(folder, 'server.properties');
  await writeFile(properties, serverProperties(port, controllerPort, join(folder, 'data')));
  const java = ['-cp', join(jars, '*'), `-Dlog4j2.configurationFile=${await quietLogging(folder)}`];
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', 'cHVya2luamUtdGVzdC1ydA', '-c', properties]);

  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const out = openSync(join(folder, 'broker.log'), 'a');
    const heap = ['-Xmx256m', '-Xms96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const started = spawn('java', [...heap, ...java, 'kafka.Kafka', properties], { stdio: ['ignore', out, out] });
    closeSync(out);
    child = started;
    const deadline = performance.now() + START_MAX_MS;
    while (!(await answers(port))) {
      if (started.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the test broker does not start:\n${(await readFile(join(folder, 'broker.log'), 'utf8')).slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  };
  await start();
  return {
    address: `127.0.0.1:${port}`,
    get pid() {
      return child?.pid;
    },
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGTERM'),
    dataFolder: join(folder, 'data'),
    restart: start,
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'purkinje', `kafka-${KAFKA_VERSION}`);
}

async function hasJars(): Promise<boolean> {
  return existsSync(cacheFolder()) && (await readdir(cacheFolder())).some((name) => name.startsWith('kafka_'));
}

/** Runs a Java program of one source file with the broker's jars, the clients' and their codecs' among them; resolves with what it writes. */
export async function runJava(source: string, args: readonly string[]): Promise<string> {
  const quiet = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'quiet.properties')}`;
  return (await run('java', ['-XX:+UseSerialGC', quiet, '-cp', join(await fetchJars(), '*'), source, ...args])).stdout;
}

/** The broker's jars, from Maven's registry the first time and from the cache ever after. */
async function fetchJars(): Promise<string> {
  const cache = cacheFolder();
  if (await hasJars()) return cache;
  await mkdir(join(cache, '..'), { recursive: true });
  const work = await mkdtemp(join(cache, '..', 'fetching-'));
  await writeFile(join(work, 'pom.xml'), POM);
  await run('mvn', ['-q', '-B', '-f', join(work, 'pom.xml'), COPY_GOAL, `-DoutputDirectory=${join(work, 'jars')}`], { maxBuffer: 1 << 24 });
  // Another run may have been faster.
  await rename(join(work, 'jars'), cache).catch(() => undefined);
  await rm(work, { recursive: true, force: true });
  return cache;
}

function serverProperties(port: number, controllerPort: number, data: string): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // A killed broker may come back once its session with the controller has ended.
    'broker.session.timeout.ms': 1500,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function quietLogging(folder: string): Promise<string> {
  const file = join(folder, 'log4j2.properties');
  await writeFile(file, 'status=error\nappender.c.type=Console\nappender.c.name=c\nrootLogger.level=warn\nrootLogger.appenderRef.c.ref=c\n');
  return file;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether the broker answers a request for its API versions: the port alone opens before it is ready. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, finish(false));
    socket.on('error', finish(false));
    socket.on('close', finish(false));
    // Length 10, ApiVersions (18), version 0, correlation 1, no client id.
    socket.on('connect', () => socket.write(Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255])));
    socket.on('data', finish(true));
  });
}
