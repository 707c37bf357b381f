/** Units of voltage: mV in one of each. */
export const VOLTAGES = { V: 1000, mV: 1, uV: 1e-3, nV: 1e-6 } as const;
export type VoltageUnit = keyof typeof VOLTAGES;

/** Their numbers in ISO/IEEE 11073-10101, partition 4. */
export const MDC_VOLTAGES: Readonly<Record<number, VoltageUnit | undefined>> = { 266400: 'V', 266418: 'mV', 266419: 'uV', 266420: 'nV' };

const BY_PREFIX: Readonly<Record<string, VoltageUnit>> = { micro: 'uV', milli: 'mV', nano: 'nV', μ: 'uV', mc: 'uV', u: 'uV', m: 'mV', n: 'nV', '': 'V' };

/** A unit of voltage as files and messages spell it: by sign (`µ` as U+00B5 or U+03BC, `u`, `mc`), by word, by its name or number in 11073-10101. Undefined: none that is sure. */
export function voltageNamed(text: string): VoltageUnit | undefined {
  // NFKC makes one µ of the two.
  const plain = text.normalize('NFKC').trim().toLowerCase().replace(/[\s_]+/g, '').replace(/^[[({](.*)[\])}]$/, '$1');
  const word = /^(?:mdcdim)?(micro|milli|nano|μ|mc|u|m|n|)v(?:olts?)?$/.exec(plain);
  return word ? BY_PREFIX[word[1]] : MDC_VOLTAGES[Number(plain)];
}
