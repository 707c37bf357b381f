import { z } from 'zod';
import { isRate, LEADS, RATES_TEXT, standardLead, VOLTAGES, type VoltageUnit } from '../ecg/index.js';

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
/** A device that more than one bed has. */
function deviceInTwo(beds: Readonly<Record<string, readonly string[]>>): string | undefined {
  const all = Object.values(beds).flat();
  return all.find((device, i) => all.indexOf(device) < i);
}

const deviceId = z.string().regex(/^[A-Za-z0-9._:@+/-]{1,128}$/, 'a device id has 1 to 128 letters, digits and ._:@+/-');
const rateHz = z.number().refine(isRate, RATES_TEXT);
const noSample = z.array(z.number());
const lead = z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,31}$/).transform((name) => standardLead(name) ?? name);

/** What the site knows of a channel and the message does not say, or says wrongly: it stands above what the message says. */
const channel = z
  .strictObject({
    lead: lead.optional(),
    /** No ECG, or not wanted. */
    ignore: z.literal(true).optional(),
    rateHz: rateHz.optional(),
    /** Values are in this unit. */
    unit: z.enum(Object.keys(VOLTAGES) as VoltageUnit[]).optional(),
    /** Values are counts: so many for a millivolt; below 0, the lead is upside down. */
    aduPerMv: z.number().refine((gain) => Math.abs(gain) >= 1e-3 && Math.abs(gain) <= 1e8, 'from 0.001 to 100000000 counts per mV, or the same below 0').optional(),
    /** The count that means 0 mV. */
    offsetAdu: z.number().optional(),
    noSample: noSample.optional(),
  })
  .refine(({ unit, aduPerMv }) => unit === undefined || aduPerMv === undefined, 'unit and aduPerMv exclude each other: values are in a unit, or counts')
  .refine(({ offsetAdu, aduPerMv }) => offsetAdu === undefined || aduPerMv !== undefined, 'offsetAdu needs aduPerMv');
export type ChannelMap = z.infer<typeof channel>;

/** How one site's messages are to be read. A value that cannot be understood is refused, never guessed. */
export const siteMapSchema = z.strictObject({
  /** IANA name, for times without a zone. */
  timeZone: z.string().refine(isZone, 'a time zone like Europe/Berlin, or UTC').optional(),
  /** Where positions come from: the message's time of the first sample; or, where it has none, its arrival, and the count since. */
  time: z.enum(['message', 'arrival']).default('message'),
  device: z
    .strictObject({
      /** A field, or a component of it. A whole field is its components joined by /. */
      from: z.string().regex(/^(MSH-3|MSH-4|PV1-3|OBX-17|OBX-18)(\.\d{1,2})?$/, 'MSH-3, MSH-4, PV1-3, OBX-17 or OBX-18, or a component such as MSH-3.2').default('OBX-18.1'),
      /** By what the field holds. */
      names: z.record(z.string(), deviceId).default({}),
      /** What becomes of devices that names does not have. */
      others: z.enum(['accept', 'refuse']).default('accept'),
    })
    .prefault({}),
  /** All leads that a device sends, where one message holds only some; default: those of the message. */
  leads: z.array(lead).min(1).max(LEADS.length + 4).optional(),
  placement: z.enum(['unknown', 'standard', 'mason-likar', 'easi']).default('unknown'),
  /** What the device does to its signal before it sends it. */
  band: z.strictObject({ highpassHz: z.number().positive().optional(), lowpassHz: z.number().positive().optional(), notchHz: z.number().positive().optional() }).default({}),
  /** Counts that mean that there is no sample, beside those that messages name. */
  noSample: noSample.default([32_767]),
  /** Of all channels that are ECG leads. */
  every: channel.optional(),
  /** Beds as PV1-3 has them, point of care, room and bed joined by /: the devices there. */
  beds: z
    .record(z.string(), z.array(deviceId))
    .refine((beds) => Object.keys(beds).every((bed) => !bed.includes('^')), 'a bed is point of care, room and bed joined by /, as ICU/1/3')
    .refine((beds) => deviceInTwo(beds) === undefined, { error: ({ input }) => `device ${deviceInTwo(input as Readonly<Record<string, readonly string[]>>)} is in two beds: whose ECG it is would be open` })
    .default({}),
  /** By OBX-3.1, or by the name of the channel. */
  channels: z.record(z.string(), channel).default({}),
});
export type SiteMap = z.infer<typeof siteMapSchema>;
