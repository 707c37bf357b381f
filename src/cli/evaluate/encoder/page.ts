import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { calibrationFigures, labelColumns, type LabelKind, Ranking, type ScoredRecord } from '../../../evaluate/index.js';

/** Curves of one label, as the page draws them. */
interface Curves {
  readonly kind: LabelKind;
  readonly id: string;
  readonly n: number;
  readonly nPos: number;
  readonly auroc: number;
  readonly auprc: number;
  /** [1 − specificity], [sensitivity], rising. */
  readonly roc: readonly [readonly number[], readonly number[]];
  /** [recall], [precision], recall rising. */
  readonly pr: readonly [readonly number[], readonly number[]];
  /** [mean probability], [share observed]; none without probabilities. */
  readonly calibration?: readonly [readonly number[], readonly number[]];
}

/** Fewer positives make no curve worth looking at. */
const POSITIVES_MIN = 5;

function curvesOf(records: readonly ScoredRecord[]): Curves[] {
  return (['superclasses', 'targets'] as const).flatMap((kind) =>
    labelColumns(records, kind).flatMap(({ id, scores, positive, places }) => {
      const nPos = positive.filter(Boolean).length;
      if (nPos < POSITIVES_MIN || nPos === positive.length) return [];
      const ranking = new Ranking(scores, positive);
      const curve = ranking.curve();
      const probabilities = places.flatMap((place) => records[place].probabilities.get(id) ?? []);
      const bins = probabilities.length === places.length ? calibrationFigures(probabilities, positive).bins : undefined;
      return [{
        kind, id, n: scores.length, nPos, ...ranking.figures(),
        roc: [[0, ...curve.map(({ fallOut }) => fallOut)], [0, ...curve.map(({ recall }) => recall)]],
        pr: [curve.map(({ recall }) => recall), curve.map(({ precision }) => precision)],
        ...(bins === undefined ? {} : { calibration: [bins.map(({ probability }) => probability), bins.map(({ observed }) => observed)] as const }),
      } satisfies Curves];
    }),
  );
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** One page with everything in it: ROC, precision-recall and calibration of each label, and the printed table below. */
export async function figuresPage(title: string, records: readonly ScoredRecord[], table: string): Promise<string> {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const [script, style] = await Promise.all([readFile(join(uplot, 'dist/uPlot.iife.min.js'), 'utf8'), readFile(join(uplot, 'dist/uPlot.min.css'), 'utf8')]);
  const curves = JSON.stringify(curvesOf(records)).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${style}
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; background: #fff; margin: 2rem auto; max-width: 1180px; padding: 0 1rem }
h1 { font-size: 1.35rem; margin: 0 } .note { color: #5b6775; margin: .2rem 0 1.2rem }
.charts { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } figcaption { font-weight: 600; margin-bottom: .3rem }
select { font: inherit; padding: .25rem .5rem; margin: 0 0 .8rem .4rem } pre { overflow-x: auto; font-size: 12.5px; background: #f5f7f9; padding: 1rem; border-radius: 6px }
.u-legend { font-size: 12px }</style></head><body>
<h1>${escaped(title)}</h1>
<p class="note">For research only: not a medical device. Labels are those of the data set's makers; nothing here was measured at a bedside.</p>
<label>Label<select id="label"></select></label>
<div class="charts"><figure><figcaption>ROC</figcaption><div id="roc"></div></figure><figure><figcaption>Precision and recall</figcaption><div id="pr"></div></figure><figure><figcaption>Calibration</figcaption><div id="calibration"></div></figure></div>
<pre>${escaped(table)}</pre>
<script>${script}</script><script>
const curves = ${curves};
const select = document.getElementById('label');
curves.forEach((curve, i) => select.add(new Option((curve.kind === 'superclasses' ? 'superclass ' : '') + curve.id + ' (' + curve.nPos + ' of ' + curve.n + ')', i)));
const drawn = {};
function draw(place, x, y, color, diagonal, data) {
  drawn[place]?.destroy();
  const root = document.getElementById(place);
  root.textContent = data === undefined ? 'No probabilities to judge.' : '';
  if (data === undefined) { delete drawn[place]; return; }
  const value = (_, v) => (v == null ? '–' : v.toFixed(3));
  const line = () => ({ stroke: '#aab4bf', dash: [4, 4], width: 1, points: { show: false }, label: 'reference', value });
  const axis = { stroke: '#5b6775', grid: { stroke: '#e6eaee' }, ticks: { stroke: '#e6eaee' } };
  const series = [{ label: x, value }, { label: y, stroke: color, width: 2, points: { show: place === 'calibration', size: 7 }, value }];
  const rows = [data[0], data[1]];
  if (diagonal !== undefined) { series.push(line()); rows.push(data[0].map(diagonal)); }
  drawn[place] = new uPlot({ width: 370, height: 330, scales: { x: { time: false, range: [0, 1] }, y: { range: [0, 1.02] } },
    axes: [{ ...axis, label: x }, { ...axis, label: y }], series }, rows, root);
}
function show() {
  const curve = curves[select.value];
  if (curve === undefined) return;
  document.querySelectorAll('figcaption')[0].textContent = 'ROC, area ' + curve.auroc.toFixed(3);
  document.querySelectorAll('figcaption')[1].textContent = 'Precision and recall, average ' + curve.auprc.toFixed(3);
  draw('roc', '1 − specificity', 'sensitivity', '#0b6e99', (x) => x, curve.roc);
  draw('pr', 'recall (sensitivity)', 'precision (PPV)', '#9a3b6f', () => curve.nPos / curve.n, curve.pr);
  draw('calibration', 'predicted probability', 'share observed', '#2f7d4f', (x) => x, curve.calibration);
}
select.addEventListener('change', show);
show();
</script></body></html>
`;
}
