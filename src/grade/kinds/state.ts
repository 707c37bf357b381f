import { packed, unpacked } from '../packed.js';
import type { Template } from './templates.js';

/** What is known of a patient's beats. Plain JSON: under 7 kB with all templates of eight leads. */
export interface KindsState {
  readonly leads: readonly string[];
  readonly templates: readonly (Omit<Template, 'wave'> & { readonly wave: string })[];
  /** Seconds: the last ones, and the usual one between the patient's own beats. */
  readonly intervals: readonly number[];
  readonly usual?: number;
  readonly wasOwn: boolean;
}

export interface Memory {
  readonly leads: readonly string[];
  readonly templates: Template[];
  readonly intervals: number[];
  usual: number | undefined;
  wasOwn: boolean;
}

/** Forms of other leads say nothing of these: they begin anew, as far as leads were not there before. */
export function memoryOf(state: KindsState | undefined, leads: readonly string[]): Memory {
  if (state === undefined) return { leads, templates: [], intervals: [], usual: undefined, wasOwn: false };
  const { intervals, usual, wasOwn } = state;
  const isSame = state.leads.length === leads.length && state.leads.every((lead, i) => lead === leads[i]);
  return { leads, templates: isSame ? state.templates.map((one) => ({ ...one, wave: unpacked(one.wave) })) : [], intervals: [...intervals], usual, wasOwn };
}

export function stateOf({ leads, templates, intervals, usual, wasOwn }: Memory): KindsState {
  return { leads, templates: templates.map(({ wave, ...means }) => ({ ...means, wave: packed(wave) })), intervals, ...(usual !== undefined && { usual }), wasOwn };
}
