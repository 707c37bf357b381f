import type { Text } from './text.js';

/** What fills a place in a template: a number with its decimals, words, or leads. */
export type Value = { readonly value: number; readonly digits: number } | { readonly text: Text } | { readonly leads: readonly string[] };

export const num = (value: number, digits = 0): Value => ({ value, digits });
export const words = (text: Text): Value => ({ text });
export const same = (text: string): Value => ({ text: { en: text, de: text } });
/** A unit as it follows its number: `61/min`, `−19°`, `116 ms`. */
export const unitOf = (unit: string): Value => same(/^[/°]/.test(unit) ? unit : ` ${unit}`);
