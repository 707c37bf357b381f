import { z } from 'zod';
import type { Handler } from '../adapters/http/index.js';
import type { Action } from '../deliver/index.js';
import * as views from './api-views.js';

/** A parameter of the query. */
export interface Parameter {
  readonly about: string;
  readonly required?: true;
  /** May be given several times. */
  readonly several?: true;
  readonly example?: string;
}

/** What one route takes and answers. */
export interface Operation {
  readonly about: string;
  /** That a caller needs somewhere; undefined: none. */
  readonly right?: Action;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly body?: z.ZodType;
  /** By status, what comes by type of content; undefined: nothing. */
  readonly answers: Readonly<Record<number, Readonly<Record<string, z.ZodType | undefined>> | undefined>>;
  /** Besides 401 and 403. */
  readonly refuses?: readonly number[];
}

const JSON_TYPE = 'application/json';
const HTML = { 200: { 'text/html': undefined } } as const;
const PLAIN = 'text/plain';
const DONE = { 204: undefined } as const;
const jsonOf = (body: z.ZodType, status = 200) => ({ [status]: { [JSON_TYPE]: body } });

const FILTER: Readonly<Record<string, Parameter>> = {
  unit: { about: 'of these units only', several: true },
  bed: { about: 'of these beds only', several: true },
  finding: { about: 'these findings only', several: true },
  priority: { about: 'high, medium, low, none', several: true },
  evidence: { about: 'external, internal, simulated, none, rule', several: true },
};
const SEGMENT: Readonly<Record<string, Parameter>> = {
  alert: { about: 'the segment that raised it; or a bed' },
  bed: { about: 'its latest segment, or the one at a time' },
  at: { about: 'of a bed: a time with its zone', example: '2026-01-02T03:04:05Z' },
  lang: { about: 'en or de' },
  rephrase: { about: '1: worded by the language model that the monitor has, each sentence compared with its draft' },
};
const SUBSCRIPTION = z.object({ subscription: z.string().describe('of the last heartbeat') });

/** Every route of the monitor for programs, by method (GET where none is named) and path. `routesOf` must have a handler for each, and docs/reference/openapi.json is made of it. */
export const API = {
  '/alerts': {
    about: 'Alerts as server-sent events: `alert` for what is active, `snapshot-end`, then each as it comes; `gone`, `missed`, `expired`, and a `heartbeat` at most 10 s apart. An id is a cursor',
    right: 'read',
    query: { ...FILTER, cursor: { about: 'continues after the event that had it; or the header Last-Event-ID' } },
    answers: { 200: { 'text/event-stream': views.alert } },
    refuses: [400, 503],
  },
  'POST /heard': { about: 'Confirms a heartbeat: its subscription receives', right: 'read', body: SUBSCRIPTION, answers: DONE, refuses: [404] },
  '/waves': {
    about: 'Samples as they come, as binary messages (docs/delivery.md, Live samples)',
    right: 'read',
    query: { device: { about: '1 to 128 devices', required: true, several: true }, leads: { about: '1 to 12, by default 2' } },
    answers: { 200: { 'application/octet-stream': undefined } },
    refuses: [400, 503],
  },
  '/beds': { about: 'Beds, and whether each is looked at now', right: 'read', answers: jsonOf(z.array(views.bed)), refuses: [503] },
  '/surveillance': { about: 'For every bed and finding: is it watched, and if not why', right: 'read', answers: jsonOf(z.array(views.surveillance)), refuses: [503] },
  '/burdens': {
    about: 'What each minute of a bed held',
    right: 'read',
    query: { minutes: { about: '1 to 1440 of one device, by default 60; up to 60 of all' }, device: { about: 'of this device only' } },
    answers: jsonOf(z.array(views.burdens)),
    refuses: [400, 503],
  },
  '/worklist': { about: "A reader's structural findings: today's, those of another day, those beneath others", right: 'read', answers: jsonOf(views.worklist), refuses: [503] },
  '/evidence': {
    about: 'The samples that an alert kept',
    right: 'read',
    query: { alert: { about: 'its id', required: true }, segment: { about: 'one of its segments; by default the last' } },
    answers: jsonOf(views.strip),
    refuses: [404, 503],
  },
  '/events': { about: 'All events of an alert, oldest first', right: 'read', query: { alert: { about: 'its id', required: true } }, answers: jsonOf(z.array(views.alert)), refuses: [404, 503] },
  '/report': {
    about: 'A drafted report of one segment; for research, confirmed by nobody',
    right: 'read',
    query: { ...SEGMENT, neighbours: { about: '1: with the labelled recordings that it is most like' }, format: { about: 'json, text, html or pdf' } },
    answers: { 200: { [JSON_TYPE]: views.report, [PLAIN]: undefined, 'text/html': undefined, 'application/pdf': undefined } },
    refuses: [400, 404, 503],
  },
  '/ask': {
    about: 'A question on one segment, in words or by its parts',
    right: 'read',
    query: {
      ...SEGMENT,
      question: { about: 'in words', example: 'Is there atrial fibrillation?' },
      type: { about: 'or by its parts: verify, choose or query' },
      attribute: { about: 'what is asked about', example: 'scp' },
      target: { about: 'separated by commas' },
      options: { about: 'separated by commas' },
      format: { about: 'json or text' },
    },
    answers: { 200: { [JSON_TYPE]: views.answer, [PLAIN]: undefined } },
    refuses: [400, 404, 503],
  },
  '/verdicts': { about: 'What people found of alerts, by finding', right: 'read', answers: jsonOf(z.array(views.verdicts)) },
  '/status': { about: 'What stands between the ward and its alerts', right: 'read', answers: jsonOf(views.status) },
  'POST /resume': { about: 'Tries a target again, parked or not', right: 'operate', body: z.object({ name: z.string() }), answers: jsonOf(views.accepted, 202), refuses: [404] },
  'POST /acknowledge': { about: 'Somebody has taken an alert up', right: 'acknowledge', body: views.command, answers: jsonOf(views.accepted, 202), refuses: [400, 404, 409, 503] },
  'POST /dismiss': { about: 'Ends an alert, and says what was found', right: 'dismiss', body: views.dismissal, answers: jsonOf(views.accepted, 202), refuses: [400, 404, 409, 503] },
  'POST /session': { about: 'Signs a browser in: the token, once, for a cookie', right: 'read', answers: DONE, refuses: [400, 503] },
  '/session': { about: 'Who is signed in, and what they may do somewhere', right: 'read', answers: jsonOf(views.session) },
  'DELETE /session': { about: 'Signs out', right: 'read', answers: DONE, refuses: [503] },
  'DELETE /sessions': {
    about: "Ends all of one's own sessions; those of another with the right to operate in every unit",
    right: 'read',
    query: { who: { about: 'whose; by default one’s own' } },
    answers: DONE,
    refuses: [503],
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** A handler for each of the table. */
export type ApiRoutes = { readonly [Route in keyof typeof API]: Handler };

/** The page and its files; `/alerts`, `/worklist` and `/status` are the page too, for requests that accept text/html. */
export const PAGE: Readonly<Record<string, Operation>> = {
  '/': { about: 'The page: the wall', answers: HTML },
  '/bed/*': { about: 'The page: one bed', answers: HTML },
  '/alert/*': { about: 'The page: one alert', answers: HTML },
  '/page.js': { about: 'Of the page', answers: { 200: { 'text/javascript': undefined } } },
  '/page.css': { about: 'Of the page', answers: { 200: { 'text/css': undefined } } },
};

/** On a port of their own (`monitor.healthPort`). */
export const HEALTH = {
  '/health': { about: 'The process runs', answers: jsonOf(z.object({ status: z.literal('ok') })) },
  '/ready': { about: 'It does its work', answers: jsonOf(z.object({ ready: z.boolean() })) },
  '/metrics': { about: 'Metrics of Prometheus', answers: { 200: { [PLAIN]: undefined } } },
} as const satisfies Readonly<Record<string, Operation>>;
