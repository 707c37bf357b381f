/** Volts: millivolts in one of the unit. MDC codes are partition 4 of ISO/IEEE 11073-10101. */
const PER_UNIT: Readonly<Record<string, number>> = { V: 1000, mV: 1, uV: 1e-3, nV: 1e-6 };
export const UNITS = ['V', 'mV', 'uV', 'nV'] as const;
export type Unit = (typeof UNITS)[number];

const BY_NAME: Readonly<Record<string, Unit | undefined>> = {
  __proto__: null as never,
  v: 'V',
  mv: 'mV',
  uv: 'uV',
  'µv': 'uV',
  'μv': 'uV',
  nv: 'nV',
  mdc_dim_volt: 'V',
  mdc_dim_milli_volt: 'mV',
  mdc_dim_micro_volt: 'uV',
  mdc_dim_nano_volt: 'nV',
  266400: 'V',
  266418: 'mV',
  266419: 'uV',
  266420: 'nV',
};

/** The unit that the components of a CWE name, where all that do name the same; undefined: none, or two. */
export function unitOf(components: readonly string[]): Unit | undefined {
  let unit: Unit | undefined;
  for (const text of components) {
    const named = BY_NAME[text.trim().toLowerCase()];
    if (named === undefined || named === unit) continue;
    if (unit !== undefined) return undefined;
    unit = named;
  }
  return unit;
}

export function millivoltsPer(unit: Unit): number {
  return PER_UNIT[unit];
}
