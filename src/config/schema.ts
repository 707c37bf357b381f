import { isIP } from 'node:net';
import { z } from 'zod';
import { MODES } from '../decide/index.js';
import { targets } from './targets.js';

const share = z.number().min(0).max(1);
const seconds = z.number().positive();
const port = z.number().int().min(0).max(65_535);
const endpoint = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port');

/** A file, or an address from which nothing comes changed; in the clear only from this machine. */
function isSafeSource(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isNear = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isNear));
}

function isHttpAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

const mode = z.enum(MODES);
/** 10.1.2.3, or 10.1.0.0/16. */
function isNetwork(text: string): boolean {
  const [address, bits, ...more] = text.split('/');
  const family = isIP(address);
  return family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)));
}

const findingSettings = z.strictObject({
  mode: mode.optional(),
  threshold: z.number().gt(0).lt(1).optional(),
  /** Raised when n of the last m segments are for it; nFewLeads instead of n without all twelve leads. */
  n: z.number().int().min(1).max(60).optional(),
  m: z.number().int().min(1).max(60).optional(),
  nFewLeads: z.number().int().min(1).max(60).optional(),
  cooldownS: z.number().min(0).optional(),
  priority: z.enum(['none', 'low', 'medium', 'high']).optional(),
  latching: z.boolean().optional(),
  escalateAfterS: seconds.optional(),
  /** As `evaluate thresholds` found it. */
  ppv: z.strictObject({ value: share, lower95: share, prevalence: share, data: z.string().min(1) }).optional(),
});

/** The whole configuration, with its defaults. One schema for file, environment and flags. */
export const configSchema = z.strictObject({
  kafka: z
    .strictObject({
      brokers: z.array(endpoint).min(1).default(['127.0.0.1:9092']),
      /** Before every topic, group and transaction name. */
      prefix: z.string().regex(/^[A-Za-z0-9._-]*$/).default(''),
      clientId: z.string().min(1).default('purkinje'),
      sessionTimeoutMs: z.number().int().min(1000).default(10_000),
      ssl: z.boolean().default(false),
      saslMechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
      saslUsername: z.string().optional(),
      saslPassword: z.string().optional(),
      partitions: z.number().int().min(1).max(1000).default(8),
      replicationFactor: z.number().int().min(1).default(1),
    })
    .prefault({}),
  engine: z
    .strictObject({
      strideS: seconds.max(10).default(10),
      horizonS: seconds.max(60).default(2),
      partialMinS: seconds.max(10).default(2.5),
      idleS: seconds.default(30),
      silentAfterS: seconds.default(30),
      /** A segment waits at most this long for its scores; unlimited: for ever. */
      maxAgeS: z.union([seconds, z.literal('unlimited')]).default(10),
      /** Between assembling and publishing, at most: MiB of tensors, outcomes and records. */
      waitingMaxMb: z.number().positive().default(256),
      steps: z.array(z.enum(['score', 'decide'])).min(1).default(['score', 'decide']),
    })
    .prefault({}),
  encoder: z
    .strictObject({
      /** Folder of the model: contract and weights. */
      model: z.string().min(1).default('models/purkinje-s'),
      /** Folders of further models: a target of several is the mean of their probabilities. */
      also: z.array(z.string().min(1)).default([]),
      /** Servers of the Open Inference Protocol; none: rules only. */
      endpoints: z.array(endpoint).default(['127.0.0.1:8001']),
      /** Calls to them over TLS. PEM files: who signed their certificates (default: who signs for this system), and our own where they ask for one. */
      tls: z.boolean().default(false),
      ca: z.string().min(1).optional(),
      cert: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
      /** What `encoder` serves with. PEM files; with a client CA nobody calls without a certificate that it has signed. */
      tlsCert: z.string().min(1).optional(),
      tlsKey: z.string().min(1).optional(),
      tlsClientCa: z.string().min(1).optional(),
      tlsClientCrl: z.string().min(1).optional(),
    })
    .refine(({ tls, ca, cert }) => tls || (ca === undefined && cert === undefined), 'ca and cert need tls: true')
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together')
    .refine(({ tlsCert, tlsKey }) => (tlsCert === undefined) === (tlsKey === undefined), 'tlsCert and tlsKey go together')
    .refine(({ tlsCert, tlsClientCa }) => tlsClientCa === undefined || tlsCert !== undefined, 'tlsClientCa needs tlsCert and tlsKey')
    .refine(({ tlsClientCa, tlsClientCrl }) => tlsClientCrl === undefined || tlsClientCa !== undefined, 'tlsClientCrl needs tlsClientCa')
    .prefault({}),
  policy: z
    .strictObject({
      priorityCeiling: z.enum(['none', 'low', 'medium', 'high']).default('medium'),
      structuralSegmentsMin: z.number().int().min(1).default(30),
      structuralSpanMinS: seconds.default(1800),
      structuralAgainAfterS: seconds.default(86_400),
      /** By finding: what differs from the defaults of its kind. */
      findings: z.record(z.string(), findingSettings).default({}),
      /** By unit and finding (`*`: every finding): how far it may go there. */
      units: z.record(z.string(), z.record(z.string(), mode)).default({}),
      /** Alerts of low priority at one bedside in 24 h; more of them wait. */
      lowPerBedDay: z.number().int().min(0).default(6),
      /** An alert of medium priority or above that nobody answers is escalated after this. */
      escalateAfterS: seconds.default(300),
      /** A finding whose expected PPV may lie below this (its lower 95% bound) stays in shadow. */
      ppvFloor: share.default(0.1),
    })
    .prefault({}),
  http: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(8080) }).prefault({}),
  monitor: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: port.default(8081),
      grpcPort: port.default(8082),
      /** Of /health, /ready and /metrics: a server of its own, that no client of the others takes room from. */
      healthPort: port.default(8085),
      /** Open connections of one address to the page's port, and to gRPC's; undefined: 1,000, or behind a proxy, which is one address, as many as of all. */
      connectionsPerAddress: z.number().int().min(1).optional(),
      /** PEM files. With a client CA nobody comes in without a certificate that it has signed. */
      tlsCert: z.string().min(1).optional(),
      tlsKey: z.string().min(1).optional(),
      tlsClientCa: z.string().min(1).optional(),
      /** Of the client certificates, those that are revoked: a list (CRL) of each authority, in one PEM file. */
      tlsClientCrl: z.string().min(1).optional(),
      /** Another program ends TLS before us: tokens and alerts are in the clear between it and here. */
      behindProxy: z.boolean().default(false),
      /** Of bearer tokens: who signs them, for whom, and an address (https) or a file with their keys (JWKS). */
      issuer: z.string().min(1).optional(),
      audience: z.string().min(1).optional(),
      jwks: z.string().min(1).refine(isSafeSource, 'must be an https:// address without user and password, or a file: keys that come in the clear can be exchanged').optional(),
      /** By the common name of a client certificate: scopes as a token has them, read:icu-1 or dismiss:*. */
      clients: z.record(z.string(), z.array(z.string().regex(/^(read|acknowledge|dismiss|operate|ingest):.+$/, 'must be read:UNIT, acknowledge:UNIT, dismiss:UNIT, operate:UNIT or ingest:UNIT, where * is every unit')).min(1)).default({}),
      /** Opens everything where neither tokens nor clients are configured; undefined: generated at each start, on a loopback address only. */
      token: z.string().min(32).optional(),
      /** A browser's session ends after so long without a request, and so long after signing in; and with its token. */
      sessionIdleS: seconds.default(1800),
      sessionMaxS: seconds.default(43_200),
      /** What a reader's day has room for, in one unit's worklist; more of low priority waits for another day. */
      perReaderDay: z.number().int().min(1).default(40),
      targets: targets.default([]),
    })
    .refine(({ issuer, audience, jwks }) => new Set([issuer, audience, jwks].map((one) => one === undefined)).size === 1, 'issuer, audience and jwks go together: set all three, or none')
    .refine(({ tlsCert, tlsKey }) => (tlsCert === undefined) === (tlsKey === undefined), 'tlsCert and tlsKey go together')
    .refine(({ tlsCert, tlsClientCa }) => tlsClientCa === undefined || tlsCert !== undefined, 'tlsClientCa needs tlsCert and tlsKey')
    .refine(({ tlsClientCa, tlsClientCrl }) => tlsClientCrl === undefined || tlsClientCa !== undefined, 'tlsClientCrl needs tlsClientCa')
    .refine(({ clients, tlsClientCa }) => Object.keys(clients).length === 0 || tlsClientCa !== undefined, 'clients needs tlsClientCa: without it no certificate is asked for')
    .prefault({}),
  /** Doors for what other systems send: `gateway hl7`, `adt` and `grpc`. */
  gateway: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** Of HL7 waveforms. */
      hl7Port: port.default(2575),
      /** Open connections of one address to IngestService; undefined: 2,000, or behind a proxy (`monitor.behindProxy`) as many as of all. */
      connectionsPerAddress: z.number().int().min(1).optional(),
      /** Of HL7 ADT. */
      adtPort: port.default(2576),
      /** Of IngestService. */
      grpcPort: port.default(8083),
      /** Makes encounters of visit numbers. Another key makes other encounters of the same visits. */
      encounterKey: z.string().min(32).optional(),
      /** Of /health, /ready and /metrics. */
      httpPort: port.default(8084),
      /** How this site's messages are to be read (YAML). */
      map: z.string().min(1).optional(),
      /** Addresses and networks from which connections are taken; empty: any, which needs a loopback address or client certificates. */
      allow: z.array(z.string().refine(isNetwork, 'must be an address such as 10.1.2.3, or a network such as 10.1.0.0/16')).default([]),
      /** PEM files. With a client CA nobody comes in without a certificate that it has signed. */
      tlsCert: z.string().min(1).optional(),
      tlsKey: z.string().min(1).optional(),
      tlsClientCa: z.string().min(1).optional(),
      /** Of the client certificates, those that are revoked: a list (CRL) of each authority, in one PEM file. */
      tlsClientCrl: z.string().min(1).optional(),
    })
    .refine(({ tlsCert, tlsKey }) => (tlsCert === undefined) === (tlsKey === undefined), 'tlsCert and tlsKey go together')
    .refine(({ tlsCert, tlsClientCa }) => tlsClientCa === undefined || tlsCert !== undefined, 'tlsClientCa needs tlsCert and tlsKey')
    .refine(({ tlsClientCa, tlsClientCrl }) => tlsClientCrl === undefined || tlsClientCa !== undefined, 'tlsClientCrl needs tlsClientCa')
    .prefault({}),
  /** What `alerts subscribe`, `list`, `show`, `acknowledge` and `dismiss` call, and over HTTP `report` and `ask`. */
  client: z
    .strictObject({
      monitor: endpoint.default('127.0.0.1:8082'),
      http: endpoint.default('127.0.0.1:8081'),
      token: z.string().min(1).optional(),
      tls: z.boolean().default(false),
      /** PEM files: who signed the monitor's certificate (default: who signs for this system), and our own. */
      ca: z.string().min(1).optional(),
      cert: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
    })
    .prefault({}),
  /** A language model that words drafts of reports and answers, each sentence compared with its draft: an OpenAI-compatible API. Off unless `url` and `model` are set. */
  language: z
    .strictObject({
      /** Of the API, as http://127.0.0.1:11434/v1. */
      url: z.string().refine(isHttpAddress, 'must be an http:// or https:// address without user and password, as http://127.0.0.1:11434/v1').optional(),
      model: z.string().regex(/^[\w.:/@-]{1,100}$/, 'must be the name of a model, as qwen2.5:7b').optional(),
      /** File with its bearer token. */
      apiKeyFile: z.string().min(1).optional(),
      /** Request and answer together. */
      timeoutS: seconds.max(25).default(15),
    })
    .refine(({ url, model }) => (url === undefined) === (model === undefined), 'url and model go together')
    .refine(({ url, apiKeyFile }) => apiKeyFile === undefined || url !== undefined, 'apiKeyFile needs url and model')
    .prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});
export type Config = z.infer<typeof configSchema>;

/** Values that never reach a terminal or a log. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(['kafka.saslPassword', 'gateway.encounterKey', 'monitor.token', 'client.token', 'monitor.targets']);
