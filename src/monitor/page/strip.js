/** Twelve leads on ECG paper, true to scale: 25 mm a second, 10 mm a millivolt. Pure: samples in, an SVG element out. */

const MM_PER_S = 25;
const MM_PER_MV = 10;
const COLUMN_S = 2.5;
const ROW_MM = 26;
const LEFT_MM = 10;
const PULSE_MM = 5;
const FOOT_MM = 6;
const LAYOUT = [['I', 'aVR', 'V1', 'V4'], ['II', 'aVL', 'V2', 'V5'], ['III', 'aVF', 'V3', 'V6']];
const RHYTHM = 'II';

const NS = 'http://www.w3.org/2000/svg';
function add(parent, name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/** `leads`: [{lead, microvolts}], `focus`: [{fromMs, toMs, weight}]. */
export function strip({ rateHz, leads, focus }) {
  const rows = LAYOUT.length + 1;
  const [width, height] = [LEFT_MM + 4 * COLUMN_S * MM_PER_S + 5, rows * ROW_MM + FOOT_MM];
  const svg = document.createElementNS(NS, 'svg');
  for (const [key, value] of Object.entries({ class: 'ecg', viewBox: `0 0 ${width} ${height}`, width: `${width}mm`, height: `${height}mm` })) svg.setAttribute(key, value);
  grid(svg, width, height);
  const byLead = new Map(leads.map((one) => [one.lead, one.microvolts]));
  const baseline = (row) => row * ROW_MM + ROW_MM / 2 + 2;
  LAYOUT.forEach((columns, row) => {
    pulse(svg, baseline(row));
    columns.forEach((lead, column) => trace(svg, { lead, samples: byLead.get(lead), rateHz, fromS: column * COLUMN_S, toS: (column + 1) * COLUMN_S, baseline: baseline(row), focus }));
  });
  pulse(svg, baseline(rows - 1));
  trace(svg, { lead: RHYTHM, samples: byLead.get(RHYTHM), rateHz, fromS: 0, toS: 4 * COLUMN_S, baseline: baseline(rows - 1), focus });
  add(svg, 'text', { x: LEFT_MM, y: height - 2 }, `25 mm/s 10 mm/mV${focus.length > 0 ? '   shaded: where the model looked' : ''}`);
  return svg;
}

function grid(svg, width, height) {
  const lines = (step, kind) => {
    let path = '';
    for (let x = 0; x <= width; x += step) path += `M${x} 0V${height}`;
    for (let y = 0; y <= height; y += step) path += `M0 ${y}H${width}`;
    add(svg, 'path', { class: kind, d: path });
  };
  lines(1, 'fine');
  lines(5, 'coarse');
}

/** One millivolt for 200 ms, as every recorder writes it. */
function pulse(svg, baseline) {
  add(svg, 'path', { class: 'pulse', d: `M1.5 ${baseline}h1v${-MM_PER_MV}h${PULSE_MM}v${MM_PER_MV}h1` });
}

function trace(svg, { lead, samples, rateHz, fromS, toS, baseline, focus }) {
  const x = (s) => LEFT_MM + s * MM_PER_S;
  for (const { fromMs, toMs } of focus) {
    const [start, end] = [Math.max(fromMs / 1000, fromS), Math.min(toMs / 1000, toS)];
    if (end > start) add(svg, 'rect', { class: 'focus', x: x(start), y: baseline - ROW_MM / 2, width: (end - start) * MM_PER_S, height: ROW_MM });
  }
  add(svg, 'text', { x: x(fromS) + 0.8, y: baseline - ROW_MM / 2 + 3 }, samples === undefined ? `${lead} –` : lead);
  if (samples === undefined) return;
  let [path, isDown] = ['', false];
  for (let i = Math.round(fromS * rateHz); i < Math.min(toS * rateHz, samples.length); i++) {
    const microvolts = samples[i];
    if (microvolts !== null) path += `${isDown ? 'L' : 'M'}${x(i / rateHz).toFixed(3)} ${(baseline - (microvolts / 1000) * MM_PER_MV).toFixed(3)}`;
    isDown = microvolts !== null;
  }
  add(svg, 'path', { class: 'trace', 'data-lead': lead, d: path });
}
