/** As good as all twelve (docs/signal.md), and paid for less. */
const PREFERRED = ['II', 'V5', 'V1', 'I', 'V3'];
/** With I and II these say nothing new. */
const FOLLOW = new Set(['III', 'aVR', 'aVL', 'aVF']);

/** Which of these leads tell beats and waves, as indices: the preferred ones first, at most as many as there are of those. */
export function waveLeads(leads: readonly string[]): number[] {
  const follow = leads.includes('I') && leads.includes('II') ? FOLLOW : new Set<string>();
  const others = leads.filter((lead) => !PREFERRED.includes(lead) && !follow.has(lead));
  return [...PREFERRED.filter((lead) => leads.includes(lead)), ...others].slice(0, PREFERRED.length).map((lead) => leads.indexOf(lead));
}
