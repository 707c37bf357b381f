/**
 * What a terminal, a log line or an interface engine may obey instead of show: C0 and C1 controls, DEL, the line and paragraph
 * separators, and the characters that turn the direction of text. Names of beds, units, devices and patients come from outside.
 */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const ALL_CONTROLS = new RegExp(CONTROLS, 'g');

/** True: the text holds a control character. */
export function hasControls(text: string): boolean {
  return CONTROLS.test(text);
}

/**
 * One line for people, whatever the text: each control character by its code (`\u{202e}`), half a surrogate pair as U+FFFD.
 * Other text stays as it is. Never throws; what is printable already does not change.
 */
export function printable(text: string): string {
  return wellFormed(text).replace(ALL_CONTROLS, (character) => `\\u{${codeOf(character)}}`);
}

/**
 * JSON that a terminal may show: control characters inside its strings by JSON's own escapes, so that a parser reads
 * the same values. `json`: one JSON text without whitespace control characters outside of strings, but for a last line feed.
 */
export function printableJson(json: string): string {
  const end = json.endsWith('\n') ? '\n' : '';
  const body = end === '' ? json : json.slice(0, -1);
  return wellFormed(body).replace(ALL_CONTROLS, (character) => `\\u${codeOf(character).padStart(4, '0')}`) + end;
}

/** Half a surrogate pair is no character. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
const codeOf = (character: string): string => character.charCodeAt(0).toString(16);
