import type { Lead } from '../../src/ecg/index.js';

/** ISO/IEEE 11073-10101, as the makers send them. */
export const MDC: Readonly<Record<Lead, number>> = { I: 131329, II: 131330, V1: 131331, V2: 131332, V3: 131333, V4: 131334, V5: 131335, V6: 131336, III: 131389, aVR: 131390, aVL: 131391, aVF: 131392 };

export interface WaveMessage {
  readonly id: string;
  readonly device: string;
  /** As OBR-7 has it. */
  readonly time: string;
  readonly rateHz: number;
  readonly resolution: number;
  readonly leads: Readonly<Partial<Record<Lead, readonly number[]>>>;
}

/** A message as a monitor's gateway sends it each second: an array a lead, with rate, resolution and the count that is none. */
export function waveMessage({ id, device, time, rateHz, resolution, leads }: WaveMessage): string {
  const lines = [`MSH|^~\\&|MONITOR|ICU|PURKINJE|ICU|${time}||ORU^R01^ORU_R01|${id}|P|2.6`, 'PID|||P-1^^^HOSP^PI', 'PV1||I|ICU^1^3', `OBR|1||${id}|100001^CONTINUOUS WAVEFORM^99|||${time}`];
  let number = 1;
  for (const [lead, counts] of Object.entries(leads) as [Lead, readonly number[]][]) {
    const sub = `1.7.6.${MDC[lead]}`;
    lines.push(
      `OBX|${number++}|NA|${MDC[lead]}^MDC_ECG_ELEC_POTL_${lead.toUpperCase()}^MDC|${sub}|${counts.join('^')}||||||R|||||||${device}^^${device}^EUI-64`,
      `OBX|${number++}|NM|0^MDC_ATTR_SAMP_RATE^MDC|${sub}.1|${rateHz}|264640^MDC_DIM_HZ^MDC|||||R`,
      `OBX|${number++}|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|${sub}.2|${resolution}|266418^MDC_DIM_MILLI_VOLT^MDC|||||R`,
      `OBX|${number++}|NM|196660^MDC_EVT_INOP^MDC|${sub}.3|32767||||||R`,
    );
  }
  return lines.map((line) => `${line}\r`).join('');
}

/** `20260301120000.250+0000`. */
export function hl7Time(ms: number): string {
  return `${new Date(ms).toISOString().replace(/[-:TZ]/g, '')}+0000`;
}
