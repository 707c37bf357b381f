// The lines that real files hold. It does not check samples: see record.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeader, RecordError } from '../../src/records/index.js';

const signal = (gain: string, rest = '16 0 5 9 0 I') => parseHeader(`r 1 500 10\nr.dat 16 ${gain} ${rest}`).signals[0];

describe('the record line', () => {
  it('may name the record with its file and put the date first', () => {
    const header = parseHeader('E07541.mat 0 500 5000 05-May-2020 09:49:17\n');
    expect(header).toMatchObject({ name: 'E07541', rateHz: 500, samples: 5000 });
    expect(header.startMs).toBe(Date.UTC(2020, 4, 5, 9, 49, 17));
  });
  it('may put the time first, as the standard says, with a fraction', () => {
    expect(parseHeader('r 0 500 5000 09:49:17.250 05/05/2020').startMs).toBe(Date.UTC(2020, 4, 5, 9, 49, 17, 250));
  });
  it('may hold a counter frequency, CRLF and comments', () => {
    const header = parseHeader('sel 1 250/128(0) 0\r\nsel.dat 212 200 12 0 11 -7390 0 ECG1\r\n#one\r\n# two\r\n');
    expect(header).toMatchObject({ rateHz: 250, samples: undefined, comments: ['one', 'two'] });
    expect(header.signals[0]).toMatchObject({ format: 212, label: 'ECG1', checksum: -7390 });
  });
  it('may hold little: the rate is 250 then', () => {
    expect(parseHeader('r 0')).toMatchObject({ rateHz: 250, samples: undefined, startMs: undefined });
  });
  it('warns of a date that is none, and takes none', () => {
    const header = parseHeader('r 0 500 10 10:00:00 31/02/2020');
    expect(header.startMs).toBeUndefined();
    expect(header.warnings.map((warning) => warning.code)).toEqual(['time']);
  });
});

describe('the gain', () => {
  it.each([
    ['1000.0(0)/mV', 1000, 0, 'mV'],
    ['756(-3)/mV', 756, -3, 'mV'],
    ['1.683e+04/mV', 16830, 7, 'mV'],
    ['71.47', 71.47, 7, 'mV'],
    ['200', 200, 7, 'mV'],
    ['0', 200, 7, 'mV'],
    ['5/uV', 5, 7, 'uV'],
    ['62.23/mmHg', 62.23, 7, 'mmHg'],
  ])('%s', (text, gain, baseline, unit) => {
    expect(signal(text, '16 7 5 9 0 I')).toMatchObject({ gain, baseline, unit });
  });
});

describe('what is refused, and why', () => {
  it.each([
    ['', 'bad-header'],
    ['# only a comment', 'bad-header'],
    ['r two 500', 'bad-header'],
    ['r 1 -5', 'bad-header'],
    ['r 2 500 10\nr.dat 16 200', 'bad-header'],
    ['r/3 2 500 10', 'bad-header'],
    ['r/0 2 500 10', 'bad-header'],
    ['r/x 2 500 10', 'bad-header'],
    ['r/1 2 500 10\na/b 10', 'unsupported'],
    ['r/2 2 500 10\na 5\nb 0', 'bad-header'],
    ['r/1 2 500 10\na 99999999999', 'bad-header'],
    ['r 1 500 10\n../secret 16 200', 'unsupported'],
    ['r 1 500 10\nr.dat 16x0 200', 'bad-header'],
    ['r 1 500 10\nr.dat 16x99999 200', 'bad-header'],
    ['r 1 500 10\nr.dat 16 much', 'bad-header'],
    ['r 257 500 10', 'unsupported'],
    ['r 1e9 500 10', 'unsupported'],
    ['r 1 1e7 10\nr.dat 16 200', 'bad-header'],
    ['r 1 1e999 10\nr.dat 16 200', 'bad-header'],
    ['r 1 500 3000000000\nr.dat 16 200', 'bad-header'],
    ['r 1 500 10\nr.dat 16:99999999999 200', 'bad-header'],
    ['r 1 500 10\nr.dat 16+99999999999 200', 'bad-header'],
  ])('%j: %s', (text, code) => {
    try {
      parseHeader(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RecordError);
      expect(error).toMatchObject({ code });
      expect((error as RecordError).hint).not.toBe('');
    }
  });
});

describe('a hostile header', () => {
  const refused = (text: string): RecordError => {
    try {
      parseHeader(text);
    } catch (error) {
      expect(error).toBeInstanceOf(RecordError);
      return error as RecordError;
    }
    return expect.unreachable('it was taken');
  };
  it('of 200,000 signals is refused at once, whether they are described or not', () => {
    const startMs = performance.now();
    expect(refused('r 200000 500 10').message).toMatch(/200000 signals \(at most 256 are read/);
    expect(refused(`r 200000 500 10\n${'r.dat 16 200\n'.repeat(50_000)}`).code).toBe('unsupported');
    expect(refused(`r 200000 500 10\n${'r.dat 16 200\n'.repeat(200_000)}`).code).toBe('bad-header');
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
  it('shows little of a field that goes on and on', () => {
    for (const text of [`r ${'x'.repeat(10_000)} 500`, `r 1 ${'9'.repeat(10_000)} 10`, `r 1 500 10\nr.dat ${'y'.repeat(10_000)}`]) expect(refused(text).message.length).toBeLessThan(300);
  });
  it('whatever it says, is read or refused', () => {
    const field = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('r', '1', '2', '500', '1e308', '-1', 'r.dat', '16', '212', '16:3', '16x9', '200(0)/mV', '0', 'NaN', '12:00:00', '1/1/2150'), fc.double().map(String));
    const line = fc.array(field, { maxLength: 10 }).map((fields) => fields.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        try {
          parseHeader(lines.join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

it('a start in another century is unknown, with a warning: published sets move dates to hide whose they are', () => {
  const header = parseHeader('r 0 500 10 10:00:00 31/12/2150');
  expect(header.startMs).toBeUndefined();
  expect(header.warnings.map(({ code, what }) => [code, what])).toEqual([['time', 'the start is not within 1990 to 2100']]);
});
