import { MDC_VOLTAGES, voltageNamed, type VoltageUnit } from '../ecg/index.js';

/** As nearly every message has it. */
const BY_NAME: Readonly<Record<string, VoltageUnit | undefined>> = {
  __proto__: null as never,
  v: 'V',
  mv: 'mV',
  uv: 'uV',
  nv: 'nV',
  mdc_dim_volt: 'V',
  mdc_dim_milli_volt: 'mV',
  mdc_dim_micro_volt: 'uV',
  mdc_dim_nano_volt: 'nV',
};

/** The unit that the components of a CWE name, where all that do name the same; undefined: none, or two. */
export function unitOf(components: readonly string[]): VoltageUnit | undefined {
  let unit: VoltageUnit | undefined;
  for (const text of components) {
    const plain = text.trim().toLowerCase();
    const named = BY_NAME[plain] ?? MDC_VOLTAGES[Number(plain)] ?? (plain.includes('v') ? voltageNamed(text) : undefined);
    if (named === undefined || named === unit) continue;
    if (unit !== undefined) return undefined;
    unit = named;
  }
  return unit;
}
