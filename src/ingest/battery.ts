import { VOLTAGES } from '../ecg/index.js';
import type { ChannelSaid } from './channel.js';
import type { Er7Message, Segment, Span } from './er7.js';
import { type Numbers, readNumbers } from './numbers.js';
import { Refused } from './refusal.js';
import { unitOf } from './units.js';

/** Components of data type CD behind the sensitivity: calibration, rate, range. */
const [CALIBRATION, RATE] = [1, 2];
/** Where the sensitivity stands: third in HL7 2.4 and later, fourth before, when name and electrodes were two components. */
const SENSITIVITY_AT = [2, 3];

/**
 * The channels of a waveform battery (HL7 chapter 7, data type CD), in their order: what one leaves open is as in the first.
 * A sensitivity is what one count is worth; the baseline of the calibration is the count that means 0.
 */
export function channelDefinitions(message: Er7Message, one: Segment): readonly ChannelSaid[] {
  const { component, repetition, subcomponent } = message.separators;
  const span = one.field(5);
  if (span === undefined) return [];
  const texts = (within: Span, separator: number) => message.parts(within, separator).map((part) => message.raw(part));
  const said = message.parts(span, repetition).map((definition) => definitionOf(texts(definition, component), String.fromCharCode(subcomponent)));
  const [first] = said;
  return said.map(({ code, name, noSample, ...own }) => {
    const open = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return { rateHz: first.rateHz, resolutionMv: first.resolutionMv, offsetAdu: first.offsetAdu, ...open, code, name, noSample };
  });
}

function definitionOf(components: readonly string[], sub: string): ChannelSaid {
  const subs = (k: number) => (components[k] ?? '').split(sub);
  const at = SENSITIVITY_AT.find((k) => unitOf(subs(k).slice(1)) !== undefined);
  const names = [...subs(0), ...subs(1)].filter((text) => text !== '' && !/^\d+$/.test(text));
  const [code] = subs(0);
  if (at === undefined) {
    // No unit: the rate is the first plain number behind name and electrodes.
    const rate = components.slice(2).find((text) => /^\d+(\.\d+)?$/.test(text));
    return { code, name: names[0] ?? '', rateHz: numberOf(rate), noSample: [] };
  }
  const [sensitivity, ...unit] = subs(at);
  const [correction, baseline] = subs(at + CALIBRATION);
  const perUnit = unitOf(unit);
  const size = numberOf(sensitivity);
  return {
    code,
    name: names[0] ?? '',
    rateHz: numberOf(components[at + RATE]),
    resolutionMv: size === undefined || perUnit === undefined ? undefined : size * (numberOf(correction) ?? 1) * VOLTAGES[perUnit],
    offsetAdu: numberOf(baseline),
    noSample: [],
  };
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text));

const isDecimal = (value: number): boolean => !Number.isNaN(value) && !Number.isInteger(value);

/** Values by channel. Each repetition is an instant and its components the channels; where there is one channel, all values are its own. */
export function instants(message: Er7Message, span: Span | undefined, channels: number, where: string): readonly Numbers[] {
  const { component, repetition } = message.separators;
  if (channels === 0) throw new Refused('channels-differ', where);
  const byChannel = (samples: number) => Array.from({ length: channels }, () => ({ values: new Float64Array(samples).fill(NaN), hasDecimals: false, words: 0, unread: 0, isForeign: false }));
  if (span === undefined) return byChannel(0);
  const read = (within: Span) => readNumbers(message.bytes, within.from, within.to, component, repetition);
  if (channels === 1) {
    const all = read(span);
    return [{ ...all, values: all.values.slice(), hasDecimals: all.values.some(isDecimal) }];
  }
  const parts = message.parts(span, repetition);
  const found = byChannel(parts.length);
  for (const [instant, part] of parts.entries()) {
    const { values, words } = read(part);
    if (values.length > channels) throw new Refused('channels-differ', where);
    for (const [k, value] of values.entries()) found[k].values[instant] = value;
    if (words === 0) continue;
    for (const [k, within] of message.parts(part, component).slice(0, channels).entries()) {
      const one = read(within);
      found[k].words += one.words;
      found[k].unread += one.unread;
      found[k].isForeign ||= one.isForeign;
    }
  }
  return found.map((one) => ({ ...one, hasDecimals: one.values.some(isDecimal) }));
}
