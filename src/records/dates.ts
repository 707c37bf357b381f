/** As EDF+ and WFDB spell them, in whatever case. */
export const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** ISO 8601 with its zone (`2026-03-01T11:00:00Z`, `…+01:00`) in ms since 1970; NaN for any other text: without a zone it would be another time on every machine. */
export function zonedMs(text: string): number {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
}
