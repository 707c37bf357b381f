import type { BedView } from '../../deliver/index.js';

/** Before its first segment nobody knows whether a device is simulated: a trace without that mark would look like a patient's. */
export const hasTrace = ({ watch }: BedView): boolean => watch === 'watched' || watch === 'rules-only' || watch === 'poor-signal';
