/** Names and times from outside, at the rims: no control character reaches a terminal, a log line or HL7, and no time makes a formatter throw. Invariants: I41 */
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { encodeEr7 } from '../../src/adapters/mllp/index.js';
import { lineOf } from '../../src/cli/failure.js';
import { sanitised } from '../../src/cli/logger.js';
import { alertLine, alertText, jsonText } from '../../src/cli/report.js';
import { reportAlert, textOf, webhookBody } from '../../src/deliver/index.js';
import { type AlertEvent, hasControls, isoTime, printable, printableJson, timeOfDay } from '../../src/ecg/index.js';
import { alert } from '../deliver/alert-events.js';

/** Written apart from the sanitiser's own table, by code point. */
const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029 || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
const controls = Array.from({ length: 0x10000 }, (_, code) => code).filter(isControl).map((code) => String.fromCharCode(code));
const controlsIn = (text: string): string[] => [...text].filter((character) => isControl(character.codePointAt(0)!));

const hostile = fc.array(fc.oneof(fc.constantFrom(...controls, '\u001b[2J', '\ud800', '\udfff', '\\', '"', '心'), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join(''));
const anyTime = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 8.64e15, 8.64e15 + 1, -8.64e15 - 1, 1e300, 0, -1));
const hostileAlert = fc.record({ name: hostile, atMs: anyTime, onsetMs: anyTime }).map(({ name, atMs, onsetMs }): AlertEvent => alert({ encounter: name, device: name, bed: name, unit: name, finding: name, reasons: [name], model: name, onsetMs }, { atMs, cause: name, actor: name }));

describe('printable', () => {
  test('has no control character, changes nothing that is printable, and repeated changes nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const out = printable(text);
        expect(controlsIn(out)).toEqual([]);
        expect(hasControls(out)).toBe(false);
        expect(printable(out)).toBe(out);
        if (controlsIn(text).length === 0 && !/\p{Surrogate}/u.test(text)) expect(out).toBe(text);
        expect(/\p{Surrogate}/u.test(out)).toBe(false);
      }),
    );
  });

  test('shows each control character by its code', () => {
    for (const character of controls) expect([hasControls(`a${character}`), printable(`a${character}b`)]).toEqual([true, `a\\u{${character.charCodeAt(0).toString(16)}}b`]);
    expect(controls).toHaveLength(32 + 33 + 2 + 5 + 4);
  });

  test('JSON keeps its values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(fc.string({ unit: 'binary' }))), hostile, (value, text) => {
        const whole = { ...value, text };
        const line = printableJson(`${JSON.stringify(whole)}\n`);
        expect(line.endsWith('\n')).toBe(true);
        expect(controlsIn(line.slice(0, -1))).toEqual([]);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(whole)));
        expect(JSON.parse(jsonText(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
    );
  });
});

describe('a time', () => {
  test('of any number is formatted or said to be none: nothing throws', () => {
    fc.assert(
      fc.property(anyTime, (ms) => {
        const iso = isoTime(ms);
        expect(iso === undefined).toBe(!(Math.abs(ms) <= 8.64e15));
        if (iso !== undefined) expect(Date.parse(iso)).toBe(Math.trunc(ms) + 0);
        expect(timeOfDay(ms)).toMatch(/^(\d\d:\d\d:\d\d|--:--:--)$/);
      }),
    );
    expect([timeOfDay(1_709_210_096_789), timeOfDay(253_402_300_800_000), timeOfDay(NaN)]).toEqual(['12:34:56', '00:00:00', '--:--:--']);
  });
});

describe('an alert of a device with any name, at any time', () => {
  test('is one clean line on a terminal, clean JSON, and HL7 in which only segments end', () => {
    fc.assert(
      fc.property(hostileAlert, (event) => {
        expect(controlsIn(alertText(event))).toEqual([]);
        expect(controlsIn(alertLine(event))).toEqual([]);
        expect(JSON.parse(alertLine(event)).device).toBe(event.snapshot.device);
        for (const as of ['news', 'active', 'gone'] as const) {
          const message = encodeEr7(reportAlert({ event, as }, (finding) => finding, event.atMs));
          expect(controlsIn(message).filter((character) => character !== '\r')).toEqual([]);
          expect(message.split('\r').every((segment) => segment === '' || /^(MSH|PID|PV1|OBR|OBX)\|/.test(segment))).toBe(true);
          expect(() => [webhookBody({ event, as }, (finding) => finding), textOf({ event, as }, (finding) => finding)]).not.toThrow();
        }
      }),
    );
  });

  test('is clean in a log line and in an error', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        let written = '';
        const logger = pino({ base: {} }, sanitised({ write: (line: string) => void (written += line) }));
        logger.info({ audit: { who: name, unit: name } }, name);
        expect(controlsIn(written.slice(0, -1))).toEqual([]);
        expect(written.endsWith('\n')).toBe(true);
        const parsed = JSON.parse(written) as { audit: { unit: string } };
        expect(parsed.audit.unit).toBe(name);
        expect(controlsIn(lineOf(new Error(name)))).toEqual([]);
        expect(controlsIn(lineOf(name))).toEqual([]);
      }),
    );
  });
});
