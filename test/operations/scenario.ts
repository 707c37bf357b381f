/** What makes rules fire on running programs, and how a play of several causes on one stage is judged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FiringAlert, Stage } from './stage.js';

/** Critical alerts end within this after their cause, where a window does not keep them. */
const ENDS_MAX_S = 240;

export interface Scenario<World> {
  readonly story: string;
  cause(world: World): unknown;
  /** Within how many seconds of the cause each of these fires. A rule, or `rule label=value`. */
  readonly fires: Readonly<Record<string, number>>;
  /** Critical ones that may fire with them: they follow from the same cause. */
  readonly mayFire?: readonly string[];
  remedy?(world: World): unknown;
  /** Those that stand on when the cause has ended: what happened is shown for the length of a window, or until a restart. */
  readonly lasts?: readonly string[];
}

/** What every play starts with. */
export interface Tools {
  readonly prometheus: string;
  /** A stage over the broker that nobody disturbs, or over another. The play's end closes it, however it ends. */
  stage(broker?: string): Promise<Stage>;
  /** An encoder that nobody disturbs, host:port. */
  readonly encoder: string;
}

export interface Play<World extends { readonly stage: Stage } = { readonly stage: Stage }> {
  readonly name: string;
  /** Topics, programs and beds that are well. */
  open(tools: Tools): Promise<World>;
  /** One after the other. */
  readonly scenarios: readonly Scenario<World>[];
}

/** Keeps the type of a play's world between its parts. */
export const playOf = <World extends { readonly stage: Stage }>(play: Play<World>): Play => play;

export const ruleOf = (expected: string): string => expected.split(' ')[0];

function matches({ alert, labels }: FiringAlert, expected: string): boolean {
  const [rule, label] = expected.split(' ');
  if (alert !== rule) return false;
  const [name, value] = label?.split('=') ?? [];
  return name === undefined || labels[name] === value;
}

/** One line for each rule that fired, and what was not as it should be. */
export interface Verdict {
  readonly fired: readonly string[];
  readonly objections: readonly string[];
}

/** Plays one scenario: every rule of it fires in time, no critical one that has nothing to do with it, and all end after the remedy. */
export async function play<World extends { readonly stage: Stage }>(world: World, scenario: Scenario<World>, standing: Set<string>): Promise<Verdict> {
  const { story, fires, mayFire = [], lasts = [] } = scenario;
  const fired: string[] = [];
  const objections: string[] = [];
  const seen = new Map<string, number>();
  const related = new Set([...Object.keys(fires).map(ruleOf), ...mayFire, ...standing]);
  const startMs = performance.now();
  const elapsedS = (): number => (performance.now() - startMs) / 1000;
  const look = async (): Promise<readonly FiringAlert[]> => {
    const firing = await world.stage.firing();
    for (const alert of firing) {
      const key = `${alert.alert} ${JSON.stringify(alert.labels)}`;
      if (!seen.has(key) && alert.severity === 'critical' && !related.has(alert.alert)) objections.push(`${story}: ${key} fires after ${elapsedS().toFixed(0)} s and has nothing to do with it`);
      if (!seen.has(key)) seen.set(key, elapsedS());
    }
    return firing;
  };
  await scenario.cause(world);
  const missing = new Set(Object.keys(fires));
  while (missing.size > 0) {
    const firing = await look();
    for (const expected of missing) {
      if (firing.some((alert) => matches(alert, expected))) fired.push(`${expected} after ${elapsedS().toFixed(0)} s`);
      else if (elapsedS() > fires[expected]) objections.push(`${story}: ${expected} does not fire within ${fires[expected]} s`);
      else continue;
      missing.delete(expected);
    }
    await pause(1000);
  }
  await scenario.remedy?.(world);
  for (const rule of lasts) standing.add(rule);
  if (scenario.remedy !== undefined) {
    const untilMs = performance.now() + ENDS_MAX_S * 1000;
    const left = async (): Promise<readonly FiringAlert[]> => (await look()).filter(({ alert, severity }) => !standing.has(alert) && (severity === 'critical' || Object.keys(fires).some((rule) => ruleOf(rule) === alert)));
    let remaining = await left();
    while (remaining.length > 0 && performance.now() < untilMs) {
      await pause(1000);
      remaining = await left();
    }
    for (const { alert } of remaining) objections.push(`${story}: ${alert} has not ended ${ENDS_MAX_S} s after the remedy`);
  }
  const others = [...seen.keys()].map(ruleOf).filter((rule) => !Object.keys(fires).some((expected) => ruleOf(expected) === rule));
  if (others.length > 0) fired.push(`(also: ${[...new Set(others)].join(', ')})`);
  return { fired, objections };
}
