import type { Er7Message, Segment } from './er7.js';
import { Refused } from './refusal.js';
import type { SiteMap } from './site-map.js';

const DEVICE = /^[A-Za-z0-9._:@+/-]{1,128}$/;

/** The device of a group of observations, by the field that the site map names. Throws Refused. */
export function deviceOf(message: Er7Message, { device: { from, names, others } }: SiteMap, visit: Segment | undefined, observations: readonly Segment[]): string {
  const [field, component] = from.split('.');
  const named = componentsOf(message, field, visit, observations);
  const said = component === undefined ? named.filter((text) => text !== '').join('/') : (named[Number(component)] ?? '');
  if (said === '') throw new Refused('no-device', from);
  if (Object.hasOwn(names, said)) return names[said];
  if (others === 'refuse') throw new Refused('unknown-device', from);
  if (!DEVICE.test(said)) throw new Refused('bad-device', from);
  return said;
}

/** Components, from 1. */
function componentsOf(message: Er7Message, field: string, visit: Segment | undefined, observations: readonly Segment[]): readonly string[] {
  const [name, number] = [field.slice(0, 3), Number(field.slice(4))];
  if (name === 'MSH') return message.components(message.header.field(number));
  if (name === 'PV1') return message.components(visit?.field(number));
  return message.components(observations.find((one) => message.raw(one.field(number)) !== '')?.field(number));
}
