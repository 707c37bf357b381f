/** Nothing is heard of the device, by the engine's clock. */
export const DEVICE_SILENT = 'technical-device-silent';
export const POOR_SIGNAL = 'technical-poor-signal';
export const ENCODER_AWAY = 'technical-encoder-away';
export const LEADS_OFF = 'technical-leads-off';
/** Something that was watched in this patient is not any more: leads, placement, band, pacing or identity stand in the way. */
export const NOT_WATCHED = 'technical-not-watched';
/** Two patients are said to be on the device. */
export const IDENTITY_DISPUTED = 'technical-identity-disputed';

/** What stands in the way of watching: raised when n segments in a row are, over when so many in a row are not. */
export const TECHNICAL: Readonly<Record<string, { readonly n: number; readonly m: number; readonly mEnd: number; readonly cooldownS: number }>> = {
  [DEVICE_SILENT]: { n: 1, m: 1, mEnd: 1, cooldownS: 0 },
  // Five minutes in which nothing could be told of the patient.
  [POOR_SIGNAL]: { n: 30, m: 30, mEnd: 3, cooldownS: 0 },
  [ENCODER_AWAY]: { n: 6, m: 6, mEnd: 1, cooldownS: 0 },
  [LEADS_OFF]: { n: 6, m: 6, mEnd: 1, cooldownS: 0 },
  [NOT_WATCHED]: { n: 30, m: 30, mEnd: 3, cooldownS: 0 },
  [IDENTITY_DISPUTED]: { n: 1, m: 1, mEnd: 1, cooldownS: 0 },
};
