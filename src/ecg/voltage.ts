/** Units of voltage: mV in one of each. */
export const VOLTAGES = { V: 1000, mV: 1, uV: 1e-3, nV: 1e-6 } as const;
export type VoltageUnit = keyof typeof VOLTAGES;

/** Their numbers in ISO/IEEE 11073-10101, partition 4. */
export const MDC_VOLTAGES: Readonly<Record<number, VoltageUnit | undefined>> = { 266400: 'V', 266418: 'mV', 266419: 'uV', 266420: 'nV' };
