import { printable } from '../../ecg/index.js';
import type { Because } from '../because.js';
import type { Report } from '../report.js';

/** Of one kind in one line; the rest is counted. */
const SHOWN_MAX = 4;
const DIGITS = 3;
/** Below it a score would be 0, which it is not. */
const SMALL = 0.001;

/** One reason in a few words. */
export function becauseText(one: Because): string {
  const number = (value: number): string => String(Number(value !== 0 && Math.abs(value) < SMALL ? value.toPrecision(1) : value.toFixed(DIGITS)));
  switch (one.kind) {
    case 'measurement':
      return `${one.id}${one.lead === undefined ? '' : ` ${one.lead}`} = ${number(one.value)}${one.unit === '' ? '' : ` ${one.unit}`}`;
    case 'score':
      return `score ${one.id} ${number(one.value)} at ${number(one.threshold)} (${one.evidence}, ${one.model})`;
    case 'rule':
      return `${one.id} ${one.holds ? 'holds' : 'does not hold'}`;
    case 'criterion':
      return `criterion ${one.id}: ${one.citation}`;
    case 'segment':
      return `segment ${one.id}`;
    case 'signal':
      return `signal${one.lead === undefined ? '' : ` ${one.lead}`}: ${one.id}`;
  }
}

/** For a terminal: each sentence, and under it why it may be said. */
export function reportText({ device, startMs, notice, line, sections }: Report, timeText: (ms: number) => string): string {
  const lines = [`${device}, ${timeText(startMs)}`, notice, ...(line === '' ? [] : [line])];
  for (const { title, sentences } of sections) {
    lines.push('', title);
    for (const { text, because } of sentences) {
      const shown = because.slice(0, SHOWN_MAX).map(becauseText);
      const more = because.length - shown.length;
      lines.push(`  ${text}`, `      ${shown.join('; ')}${more > 0 ? `; ${more} more` : ''}`);
    }
  }
  return `${lines.map(printable).join('\n')}\n`;
}
