import { z } from 'zod';
import { API, HEALTH, type Operation, PAGE, type Parameter } from './api.js';
import * as views from './api-views.js';

const COOKIE = 'purkinje_session';
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'the request cannot be answered as it is',
  401: 'no credentials, or none that hold',
  403: 'the caller may not do that',
  404: 'there is none that the caller may see',
  409: 'it has been answered, or is over',
  503: 'no room now, or the log takes nothing: see Retry-After',
};
/** Schemas by the name that they have in the document. */
const NAMED = {
  ...{ Alert: views.alert, Alarm: views.alarm, Status: views.status, Bed: views.bed, Surveillance: views.surveillance, Burdens: views.burdens, Worklist: views.worklist, Strip: views.strip },
  ...{ Verdicts: views.verdicts, Session: views.session, Report: views.report, Answer: views.answer, Accepted: views.accepted, Failure: views.failure, Command: views.command, Dismissal: views.dismissal },
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** The monitor's HTTP as OpenAPI 3.1, from the table of routes that it serves. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Purkinje monitor',
      version,
      description: 'Alerts, beds and samples of a ward. For research: not a medical device. Fields may be added in any version: ignore those that you do not know. Rights are by unit: docs/delivery.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:8081', description: 'monitor.host, monitor.port' }],
    security: [{ bearer: [] }, { session: [] }, { certificate: [] }],
    paths: { ...pathsOf({ ...PAGE, ...API }), ...pathsOf(HEALTH, [{ url: 'http://127.0.0.1:8085', description: 'monitor.healthPort' }]) },
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a JWT of monitor.issuer, monitor.token, or the token that a monitor on this machine prints' },
        session: { type: 'apiKey', in: 'cookie', name: COOKIE, description: `over TLS __Host-${COOKIE}` },
        certificate: { type: 'mutualTLS', description: 'monitor.tlsClientCa, monitor.clients' },
      },
    },
  };
}

function pathsOf(operations: Readonly<Record<string, Operation>>, servers?: readonly object[]): Record<string, object> {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method, path] = route.includes(' ') ? route.split(' ') : ['GET', route];
    const [named, parameters] = templateOf(path);
    (paths[named] ??= servers === undefined ? {} : { servers })[method.toLowerCase()] = operationOf(method, named, operation, parameters);
  }
  return paths;
}

/** `/bed/*` with a name for what stands there. */
function templateOf(path: string): readonly [string, readonly object[]] {
  if (!path.endsWith('/*')) return [path, []];
  const name = path.split('/')[1];
  return [path.replace('*', `{${name}}`), [{ name, in: 'path', required: true, schema: { type: 'string' } }]];
}

function operationOf(method: string, path: string, { about, right, query = {}, body, answers, refuses = [] }: Operation, inPath: readonly object[]): object {
  const refused = [...refuses, ...(right === undefined ? [] : [401, 403])].sort();
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`.replace(/^get$/, 'getPage'),
    summary: about,
    ...(right === undefined ? { security: [] } : { description: `Needs the right \`${right}\`.`, 'x-purkinje-right': right }),
    ...(inPath.length + Object.keys(query).length > 0 && { parameters: [...inPath, ...Object.entries(query).map(parameterOf)] }),
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, types]) => [status, { description: Number(status) === 202 ? 'kept in the log' : Number(status) === 204 ? 'done' : 'as asked', ...(types !== undefined && { content: contentOf(types) }) }])),
      ...(body !== undefined && { 413: { description: 'the body is too large', content: { 'text/plain': {} } } }),
      ...Object.fromEntries(refused.map((status) => [status, { description: REFUSALS[status], content: { 'application/json': { schema: schemaOf(views.failure) } } }])),
    },
  };
}

function contentOf(types: Readonly<Record<string, z.ZodType | undefined>>): object {
  return Object.fromEntries(
    Object.entries(types).map(([type, schema]) => {
      if (type === 'text/event-stream') return [type, { schema: { type: 'string', description: 'the data of an `alert` is an Alert' }, 'x-data': schema && schemaOf(schema) }];
      return [type, schema === undefined ? {} : { schema: schemaOf(schema) }];
    }),
  );
}

function parameterOf([name, { about, required, several, example }]: [string, Parameter]): object {
  const text = { type: 'string' };
  return { name, in: 'query', description: about, required: required ?? false, schema: several ? { type: 'array', items: text } : text, ...(several && { style: 'form', explode: true }), ...(example !== undefined && { example }) };
}

/** By reference where it has a name, or is a list of one that has. */
function schemaOf(schema: z.ZodType): object {
  const name = Object.entries(NAMED).find(([, one]) => one === schema)?.[0];
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  if (schema instanceof z.ZodArray) return { type: 'array', items: schemaOf(schema.element as z.ZodType) };
  return bare(z.toJSONSchema(schema, { io: 'input' }));
}

function namedSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

function bare({ $schema: _schema, $id: _id, ...schema }: Record<string, unknown>): object {
  return schema;
}
