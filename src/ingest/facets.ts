import { VOLTAGES, type VoltageUnit } from '../ecg/index.js';
import type { ChannelSaid } from './channel.js';
import type { Er7Message, Segment } from './er7.js';
import { unitOf } from './units.js';

/** What observations beside an array say of it. */
export type Facet = Partial<Pick<ChannelSaid, 'rateHz' | 'unit' | 'resolutionMv' | 'isResolutionBare' | 'rangeMv'>> & { readonly noSample: number[] };
type Writable = { -readonly [Key in keyof Facet]: Facet[Key] };

/**
 * Facets of each array: by OBX-4, where a facet's is that of its array with one more number; else of the array before it. What OBX-4 gives to
 * another observation (a pulse rate) is no array's. Rate, resolution
 * and range by their names in ISO/IEEE 11073-10101 (the code of the first is 0 with several makers).
 */
export function facetsOf(message: Er7Message, observations: readonly { readonly segment: Segment; readonly type: string }[]): ReadonlyMap<Segment, Facet> {
  const facets = new Map<Segment, Writable>();
  const bySub = new Map<string, Segment | undefined>();
  let before: Segment | undefined;
  for (const { segment: one, type } of observations) {
    if (type === 'NA' || type === 'MA') {
      before = one;
      facets.set(one, { noSample: [] });
      const sub = message.raw(one.field(4));
      if (sub !== '') bySub.set(sub, one);
    } else {
      const sub = message.raw(one.field(4));
      const [, , name = ''] = message.components(one.field(3));
      if (!NAMES.has(name)) {
        // A line of the containment tree (a device, a channel) has no value, and is above its arrays.
        if (sub !== '' && type !== '' && !bySub.has(sub)) bySub.set(sub, undefined);
        continue;
      }
      const above = sub.slice(0, Math.max(0, sub.lastIndexOf('.')));
      const of = bySub.has(above) ? bySub.get(above) : before;
      const facet = of && facets.get(of);
      if (facet !== undefined) take(message, one, name, facet);
    }
  }
  return facets;
}

const NAMES: ReadonlySet<string> = new Set(['MDC_ATTR_SAMP_RATE', 'MDC_ATTR_NU_MSMT_RES', 'MDC_ATTR_DATA_RANGE', 'MDC_EVT_INOP']);

function take(message: Er7Message, one: Segment, name: string, facet: Writable): void {
  const [, text = '', high = ''] = message.components(one.field(5));
  const value = text.trim() === '' ? NaN : Number(text);
  const unit = () => unitOf(message.components(one.field(6)));
  switch (name) {
    case 'MDC_ATTR_SAMP_RATE':
      if (!Number.isNaN(value)) facet.rateHz = value;
      break;
    case 'MDC_ATTR_NU_MSMT_RES':
      if (!Number.isNaN(value)) resolved(facet, value, unit());
      break;
    case 'MDC_ATTR_DATA_RANGE':
      ranged(facet, value, high.trim() === '' ? NaN : Number(high), unit());
      break;
    case 'MDC_EVT_INOP':
      if (!Number.isNaN(value)) facet.noSample.push(value);
      break;
  }
}

/** Of another dimension than voltage, or of none, a resolution says nothing of millivolts; it says that values may be counts. */
function resolved(facet: Writable, value: number, unit: VoltageUnit | undefined): void {
  if (unit === undefined) facet.isResolutionBare = value !== 1;
  else facet.resolutionMv = value * VOLTAGES[unit];
}

function ranged(facet: Writable, low: number, high: number, unit: VoltageUnit | undefined): void {
  facet.unit = unit;
  if (unit !== undefined && low < high) facet.rangeMv = [low * VOLTAGES[unit], high * VOLTAGES[unit]];
}
