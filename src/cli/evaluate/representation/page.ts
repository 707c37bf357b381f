/** A record on the map. */
export interface Mapped {
  readonly at: readonly [number, number];
  readonly label: string;
  readonly source: string;
  readonly quality: string;
}

const COLOURINGS = ['label', 'source', 'quality'] as const;
/** A palette for colour-blind readers too (Okabe and Ito 2008); further labels are grey. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const OTHER = '#b5bcc4';
const SIZE = 420;
const MARGIN = 10;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** Commonest first; of equals by name. */
function names(values: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
}

/** One page that loads nothing and runs nothing: the map three times, and the figures beneath. */
export function representationPage(title: string, points: readonly Mapped[], table: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; background: #fff; margin: 2rem auto; max-width: 1340px; padding: 0 1rem }
h1 { font-size: 1.35rem; margin: 0 } .note { color: #46525f; margin: .2rem 0 1.2rem }
.maps { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } figcaption { font-weight: 600 } svg { border: 1px solid #d5dbe1 }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .3rem 0 0; padding: 0; font-size: 12.5px; max-width: ${SIZE}px } li svg { border: 0; vertical-align: -1px }
pre { overflow-x: auto; font-size: 12.5px; background: #f5f7f9; padding: 1rem; border-radius: 6px }</style></head><body>
<h1>${escaped(title)}</h1>
<p class="note">For research only. UMAP, for looking: distances on the map, and between its clouds, are no evidence. A dot is a recording.</p>
<div class="maps">${COLOURINGS.map((by) => figure(by, points)).join('\n')}</div>
<pre>${escaped(table)}</pre>
</body></html>
`;
}

function figure(by: (typeof COLOURINGS)[number], points: readonly Mapped[]): string {
  const shown = names(points.map((point) => point[by]));
  const colour = (name: string): string => COLOURS[shown.indexOf(name)] ?? OTHER;
  const place = placing(points);
  const dots = points.map((point) => `<circle cx="${place(point, 0)}" cy="${place(point, 1)}" r="1.6" fill="${colour(point[by])}"/>`).join('');
  const legend = shown.slice(0, COLOURS.length).map((name) => entry(colour(name), name));
  if (shown.length > COLOURS.length) legend.push(entry(OTHER, `${shown.length - COLOURS.length} more`));
  return `<figure><figcaption>By ${by}</figcaption><svg width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Map of the recordings, coloured by ${by}"><g fill-opacity="0.7">${dots}</g></svg><ul>${legend.join('')}</ul></figure>`;
}

const entry = (colour: string, name: string): string => `<li><svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill="${colour}"/></svg> ${escaped(name)}</li>`;

function placing(points: readonly Mapped[]): (point: Mapped, axis: 0 | 1) => string {
  const ends = ([0, 1] as const).map((axis) => points.reduce(([low, high], { at }) => [Math.min(low, at[axis]), Math.max(high, at[axis])], [Infinity, -Infinity]));
  return ({ at }, axis) => (MARGIN + ((at[axis] - ends[axis][0]) / (ends[axis][1] - ends[axis][0] || 1)) * (SIZE - 2 * MARGIN)).toFixed(1);
}
