import PDFDocument from 'pdfkit';
import { printable } from '../../ecg/index.js';
import { becauseText, MM_PER_MV, MM_PER_S, type NeighboursWorded, noStripText, type Report, type Strip } from '../../explain/index.js';

/** PDF's unit is 1/72 inch. */
const POINTS_PER_MM = 72 / 25.4;
const MARGIN_MM = 15;
const SMALL_PT = 7;
const TEXT_PT = 9.5;
const TITLE_PT = 11;
const INDENT_PT = 10;
/** Sentences are kept with their reasons: so much room is left at a page's end. */
const KEPT_PT = 40;

/** The built-in fonts know no true minus: the en dash stands for it. */
const shown = (text: string): string => printable(text).replaceAll('−', '–');

/** What stands on paper: plain data, so that another thread can draw it. */
export interface Paper {
  readonly report: Report;
  /** Undefined: its samples are not kept any more. */
  readonly strip: Strip | undefined;
  /** When the segment began, as it is printed. */
  readonly at: string;
  /** Neighbours, beneath the sentences. */
  readonly beneath?: NeighboursWorded;
}

/** A4 across: the strip true to scale, then each sentence with its reasons. Rejects where the PDF cannot be made. */
export function drawnPdf({ report: { device, notice, line, sections, language }, strip, at, beneath }: Paper): Promise<Uint8Array> {
  const pdf = new PDFDocument({ size: 'A4', layout: 'landscape', margin: MARGIN_MM * POINTS_PER_MM, lang: language, info: { Title: shown(device) } });
  const parts: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (part: Uint8Array) => void parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });
  pdf.font('Helvetica-Bold').fontSize(TITLE_PT).text(shown(`${device}, ${at}`)).font('Helvetica').fontSize(SMALL_PT).text(`${MM_PER_S} mm/s, ${MM_PER_MV} mm/mV`).fontSize(TEXT_PT).text(shown(notice));
  pdf.moveDown();
  if (strip === undefined) pdf.text(shown(noStripText(language))).moveDown();
  else drawn(pdf, strip);
  if (line !== '') pdf.font('Helvetica-Oblique').fontSize(TEXT_PT).text(shown(line)).moveDown();
  for (const { title, sentences } of sections) {
    titled(pdf, title);
    for (const { text, because } of sentences) {
      pdf.font('Helvetica').fontSize(TEXT_PT).fillColor('black').text(shown(text));
      pdf.fontSize(SMALL_PT).fillColor('#555555').text(because.map((one) => shown(becauseText(one))).join('; '), { indent: INDENT_PT });
    }
    pdf.moveDown(0.5);
  }
  if (beneath !== undefined) {
    titled(pdf, beneath.title);
    pdf.font('Helvetica').fontSize(TEXT_PT).text(shown(beneath.note));
    for (const row of beneath.rows) pdf.text(shown(row), { indent: INDENT_PT });
    pdf.fontSize(SMALL_PT).fillColor('#555555').text(shown(beneath.source));
  }
  pdf.end();
  return done;
}

function titled(pdf: PDFKit.PDFDocument, title: string): void {
  if (pdf.y > pdf.page.height - pdf.page.margins.bottom - KEPT_PT) pdf.addPage();
  pdf.font('Helvetica-Bold').fontSize(TITLE_PT).fillColor('black').text(shown(title));
}

/** Paper, pulse and curves, where the text has come to; the text goes on below. */
function drawn(pdf: PDFKit.PDFDocument, { widthMm, heightMm, traces, pulse }: Strip): void {
  const [left, top] = [pdf.page.margins.left, pdf.y];
  pdf.save().translate(left, top).scale(POINTS_PER_MM);
  for (const [stepMm, colour, width] of [[1, '#f6dada', 0.08], [5, '#e9a9a9', 0.16]] as const) {
    pdf.lineWidth(width).strokeColor(colour);
    for (let x = 0; x <= widthMm; x += stepMm) pdf.moveTo(x, 0).lineTo(x, heightMm);
    for (let y = 0; y <= heightMm; y += stepMm) pdf.moveTo(0, y).lineTo(widthMm, y);
    pdf.stroke();
  }
  pdf.lineWidth(0.2).lineJoin('round').strokeColor('black').fillColor('black');
  for (const run of [pulse, ...traces.flatMap(({ runs }) => runs)]) {
    run.forEach(([x, y], i) => (i === 0 ? pdf.moveTo(x, y) : pdf.lineTo(x, y)));
    pdf.stroke();
  }
  pdf.font('Helvetica-Bold').fontSize(3);
  for (const { lead, label: [x, y] } of traces) pdf.text(lead, x, y - 3, { lineBreak: false });
  pdf.restore();
  pdf.x = left;
  pdf.y = top + heightMm * POINTS_PER_MM + TEXT_PT;
}
