import type { Report } from '../report.js';
import { MM_PER_MV, MM_PER_S, type Strip } from '../strip.js';
import { noStripText } from '../templates.js';
import { escaped } from './escaped.js';
import { becauseText } from './text.js';

const mm = (value: number): string => String(Number(value.toFixed(3)));
const points = (run: readonly (readonly [number, number])[]): string => run.map(([x, y]) => `${mm(x)},${mm(y)}`).join(' ');

/** Nothing is loaded, nothing runs: one page, to be opened or printed true to scale. */
const STYLE = `
@page { size: A4 landscape; margin: 10mm; }
body { font: 10pt/1.4 system-ui, sans-serif; margin: 1em auto; max-width: 270mm; color: #111; }
h2 { font-size: 11pt; margin: 1em 0 0.2em; }
p { margin: 0.1em 0; }
p.line { font-family: ui-monospace, monospace; }
p.note { font-weight: 600; }
details { margin: 0.1em 0 0.3em 1em; color: #555; font-size: 8.5pt; }
svg { display: block; background: #fff; }`;

/** A page of its own: the strip at 25 mm/s and 10 mm/mV, or that its samples are not kept any more, then each sentence with its reasons folded beneath it. @param beneath markup that follows */
export function reportHtml({ language, device, startMs, notice, line, sections }: Report, strip: Strip | undefined, timeText: (ms: number) => string, beneath = ''): string {
  const body = sections.map(({ title, sentences }) => `<h2>${escaped(title)}</h2>\n${sentences.map(({ text, because }) => `<p>${escaped(text)}</p>\n<details><summary>${because.length}</summary>${because.map((one) => escaped(becauseText(one))).join('<br>')}</details>`).join('\n')}`);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escaped(device)}</title><style>${STYLE}</style></head>
<body>
<p>${escaped(device)}, ${escaped(timeText(startMs))}, ${MM_PER_S} mm/s, ${MM_PER_MV} mm/mV</p>
<p class="note">${escaped(notice)}</p>
${line === '' ? '' : `<p class="line">${escaped(line)}</p>`}
${strip === undefined ? `<p class="note">${escaped(noStripText(language))}</p>` : svgOf(strip)}
${body.join('\n')}
${beneath === '' ? '' : `${beneath}\n`}</body></html>
`;
}

/** Sizes in mm, one unit of the drawing a millimetre. */
function svgOf({ widthMm, heightMm, traces, pulse }: Strip): string {
  const grid = (step: number, colour: string, width: number) => `<pattern id="grid${step}" width="${step}" height="${step}" patternUnits="userSpaceOnUse"><path d="M ${step} 0 H 0 V ${step}" fill="none" stroke="${colour}" stroke-width="${width}"/></pattern>`;
  const area = (step: number) => `<rect width="${widthMm}" height="${heightMm}" fill="url(#grid${step})"/>`;
  const curves = traces.flatMap(({ lead, label: [x, y], runs }) => [`<text x="${mm(x)}" y="${mm(y)}" font-size="3.2">${escaped(lead)}</text>`, ...runs.map((run) => `<polyline points="${points(run)}"/>`)]);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}" role="img"><defs>${grid(1, '#f3c6c6', 0.1)}${grid(5, '#e69a9a', 0.2)}</defs>${area(1)}${area(5)}
<g fill="none" stroke="#000" stroke-width="0.25" stroke-linejoin="round"><polyline points="${points(pulse)}"/></g><g fill="none" stroke="#000" stroke-width="0.25" stroke-linejoin="round">${curves.filter((one) => one.startsWith('<poly')).join('')}</g><g font-family="sans-serif">${curves.filter((one) => one.startsWith('<text')).join('')}</g></svg>`;
}
