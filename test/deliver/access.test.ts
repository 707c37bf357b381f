/** Who may do what, where: scopes of a token become grants, and nothing but what they say is granted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIONS, type Grants, grantsOf, isExpired, may, mayAnywhere, type Principal } from '../../src/deliver/index.js';

const nurse = (...scopes: string[]): Principal => ({ who: 'nurse-7', grants: grantsOf(scopes) });

describe('scopes', () => {
  const rows: readonly [string, readonly string[], Grants][] = [
    ['none', [], {}],
    ['a unit', ['read:icu'], { read: ['icu'] }],
    ['two units', ['read:icu', 'read:ward-9'], { read: ['icu', 'ward-9'] }],
    ['every unit', ['dismiss:*'], { dismiss: '*' }],
    ['every unit, and one of them', ['read:*', 'read:icu'], { read: '*' }],
    ['one of them, and every unit', ['read:icu', 'read:*'], { read: '*' }],
    ['a unit with a colon in its name', ['read:north:icu'], { read: ['north:icu'] }],
    ['words of the issuer', ['openid', 'profile', 'https://issuer.example/read:icu'], {}],
    ['an action that there is not', ['write:icu', 'admin:*', 'Read:icu', 'READ:*', 'read :icu', ' read:icu'], {}],
    ['no unit', ['read', 'read:', ':icu', ':', ''], {}],
    ['words that every object has', ['constructor:icu', '__proto__:*', 'toString:*', 'hasOwnProperty:icu'], {}],
    ['a pattern that only looks like one', ['read:icu-*', 'read:**'], { read: ['icu-*', '**'] }],
  ];
  test.each(rows)('%s', (_what, scopes, grants) => expect(grantsOf(scopes)).toEqual(grants));
});

describe('may', () => {
  const rows: readonly [string, Principal, (typeof ACTIONS)[number], string | undefined, boolean][] = [
    ['in his unit', nurse('read:icu'), 'read', 'icu', true],
    ['not in another', nurse('read:icu'), 'read', 'ward-9', false],
    ['not in one that begins alike', nurse('read:icu'), 'read', 'icu-2', false],
    ['not in one that differs in case', nurse('read:icu'), 'read', 'ICU', false],
    ['not something else there', nurse('read:icu'), 'dismiss', 'icu', false],
    ['everywhere', nurse('read:*'), 'read', 'ward-9', true],
    ['everywhere, but only that', nurse('read:*'), 'acknowledge', 'ward-9', false],
    ['not at a bed without a unit, who may in one', nurse('read:icu'), 'read', undefined, false],
    ['not at a bed whose unit is an empty name, who may in one', nurse('read:icu', 'read:'), 'read', '', false],
    ['at a bed without a unit, who may everywhere', nurse('read:*'), 'read', undefined, true],
    ['not what a unit is called like a word of objects', nurse('read:icu'), 'read', 'constructor', false],
    ['not in every unit that matches a pattern', nurse('read:icu-*'), 'read', 'icu-1', false],
  ];
  test.each(rows)('%s', (_what, principal, action, unit, allowed) => expect(may(principal, action, unit)).toBe(allowed));
});

const action = fc.constantFrom(...ACTIONS);
const unit = fc.constantFrom('icu', 'icu-2', 'ward-9', 'a:b', 'constructor', '__proto__');
const scope = fc.oneof(
  fc.tuple(action, fc.oneof(unit, fc.constant('*'))).map((parts) => parts.join(':')),
  fc.constantFrom('openid', 'read', 'read:', ':icu', 'write:*', '__proto__:*', ''),
  fc.string({ maxLength: 12 }),
);
const scopes = fc.array(scope, { maxLength: 12 });
const asked = fc.tuple(action, fc.option(unit, { nil: undefined }));

describe('whatever the scopes are', () => {
  test('allowed is what one of them says, word for word, and nothing else', () => {
    fc.assert(
      fc.property(scopes, asked, (words, [what, where]) => {
        expect(may(nurse(...words), what, where)).toBe(words.includes(`${what}:*`) || (where !== undefined && words.includes(`${what}:${where}`)));
      }),
    );
  });
  test('their order does not matter', () => {
    fc.assert(
      fc.property(
        scopes.chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length }))),
        asked,
        ([words, shuffled], [what, where]) => void expect(may(nurse(...shuffled), what, where)).toBe(may(nurse(...words), what, where)),
      ),
    );
  });
  test('one more never takes away', () => {
    fc.assert(fc.property(scopes, scope, asked, (words, more, [what, where]) => void (may(nurse(...words), what, where) && expect(may(nurse(...words, more), what, where)).toBe(true))));
  });
  test('who may somewhere may anywhere; who may nowhere holds no grant of it', () => {
    fc.assert(
      fc.property(scopes, asked, (words, [what, where]) => {
        if (may(nurse(...words), what, where)) expect(mayAnywhere(nurse(...words), what)).toBe(true);
        if (!mayAnywhere(nurse(...words), what)) expect(Object.keys(grantsOf(words))).not.toContain(what);
      }),
    );
  });
});

test('credentials run out at their time, to the millisecond; those without a time do not', () => {
  const at = (expiresMs?: number) => isExpired({ ...nurse('read:icu'), expiresMs }, 1000);
  expect([at(999), at(1000), at(1001), at()]).toEqual([true, true, false, false]);
});
