/** Twelve leads on ECG paper, true to scale: 25 mm a second, 10 mm a millivolt. Samples in, an SVG element out. */
import { draw } from './elements.js';

/** @typedef {import('../evidence.js').Strip} Strip */

const MM_PER_S = 25;
const MM_PER_MV = 10;
const COLUMN_S = 2.5;
/** All of these are whole squares of 5 mm: baselines and seconds lie on the lines of the paper. */
const ROW_MM = 30;
const LEFT_MM = 10;
const RIGHT_MM = 5;
const PULSE_MM = 5;
const LAYOUT = [['I', 'aVR', 'V1', 'V4'], ['II', 'aVL', 'V2', 'V5'], ['III', 'aVF', 'V3', 'V6']];
const RHYTHM = 'II';
const WIDTH_MM = LEFT_MM + 4 * COLUMN_S * MM_PER_S + RIGHT_MM;
const HEIGHT_MM = (LAYOUT.length + 1) * ROW_MM + 5;

/** @param {number} s */
const across = (s) => LEFT_MM + s * MM_PER_S;
/** @param {number} row */
const baselineOf = (row) => row * ROW_MM + ROW_MM / 2;

/** @param {Pick<Strip, 'rateHz' | 'leads' | 'focus'>} strip */
export function strip({ rateHz, leads, focus }) {
  const byLead = new Map(leads.map(({ lead, microvolts }) => [lead, microvolts]));
  const svg = draw('svg', { class: 'ecg', role: 'img', 'aria-label': '12-lead electrocardiogram', viewBox: `0 0 ${WIDTH_MM} ${HEIGHT_MM}`, width: `${WIDTH_MM}mm`, height: `${HEIGHT_MM}mm` });
  svg.append(lines(1, 'fine'), lines(5, 'coarse'));
  for (let row = 0; row <= LAYOUT.length; row++) svg.append(...focus.map((stretch) => shade(stretch, row)), pulse(row));
  LAYOUT.forEach((columns, row) => columns.forEach((lead, column) => svg.append(...trace(lead, byLead.get(lead), rateHz, row, column * COLUMN_S, (column + 1) * COLUMN_S))));
  svg.append(...trace(RHYTHM, byLead.get(RHYTHM), rateHz, LAYOUT.length, 0, 4 * COLUMN_S));
  svg.append(draw('text', { x: LEFT_MM + 1, y: HEIGHT_MM - 1.6 }, '25 mm/s 10 mm/mV'));
  return svg;
}

/** @param {number} step @param {string} kind */
function lines(step, kind) {
  let path = '';
  for (let x = 0; x <= WIDTH_MM; x += step) path += `M${x} 0V${HEIGHT_MM}`;
  for (let y = 0; y <= HEIGHT_MM; y += step) path += `M0 ${y}H${WIDTH_MM}`;
  return draw('path', { class: kind, d: path });
}

/** Where the model looked. @param {Strip['focus'][number]} stretch @param {number} row */
function shade({ fromMs, toMs }, row) {
  const [fromS, toS] = [fromMs, toMs].map((ms) => Math.min(Math.max(ms / 1000, 0), 4 * COLUMN_S));
  return draw('rect', { class: 'focus', x: across(fromS), y: row * ROW_MM, width: (toS - fromS) * MM_PER_S, height: ROW_MM });
}

/** One millivolt for 200 ms, as every recorder writes it. @param {number} row */
function pulse(row) {
  return draw('path', { class: 'pulse', d: `M1.5 ${baselineOf(row)}h1v${-MM_PER_MV}h${PULSE_MM}v${MM_PER_MV}h1` });
}

/**
 * @param {string} lead
 * @param {Strip['leads'][number]['microvolts'] | undefined} samples
 * @param {number} rateHz
 * @param {number} row
 * @param {number} fromS
 * @param {number} toS
 */
function trace(lead, samples, rateHz, row, fromS, toS) {
  const baseline = baselineOf(row);
  const name = draw('text', { class: 'lead', x: across(fromS) + 1, y: row * ROW_MM + 4.5 }, samples === undefined ? `${lead}: not there` : lead);
  const border = fromS === 0 ? [] : [draw('path', { class: 'border', d: `M${across(fromS)} ${baseline - 4}v3m0 2v3` })];
  if (samples === undefined) return [...border, name];
  let [path, isDown] = ['', false];
  for (let i = Math.round(fromS * rateHz); i < Math.min(toS * rateHz, samples.length); i++) {
    const microvolts = samples[i];
    if (microvolts !== null) path += `${isDown ? 'L' : 'M'}${across(i / rateHz).toFixed(3)} ${(baseline - (microvolts / 1000) * MM_PER_MV).toFixed(3)}`;
    isDown = microvolts !== null;
  }
  return [...border, draw('path', { class: 'trace', 'data-lead': lead, d: path }), name];
}
