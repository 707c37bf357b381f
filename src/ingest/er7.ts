const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** A stretch of the message's bytes, [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One segment: its name and its fields by their number in the standard. */
export interface Segment {
  readonly name: string;
  /** Of the field with that number; undefined: it is not there. */
  field(number: number): Span | undefined;
}

/** The characters that MSH-1 and MSH-2 declare, as bytes. */
export interface Separators {
  readonly field: number;
  readonly component: number;
  readonly repetition: number;
  readonly escape: number;
  readonly subcomponent: number;
}

/**
 * A message of HL7 version 2 in its own encoding (ER7), read in place: a waveform is most of its message, and is never copied as
 * text. Undefined: it begins with no message header.
 */
export class Er7Message {
  private readonly componentMark: string;
  private readonly repetitionMark: string;
  private readonly escapeMark: string;

  private constructor(
    readonly bytes: Buffer,
    readonly separators: Separators,
    readonly segments: readonly Segment[],
  ) {
    const { component, repetition, escape } = separators;
    [this.componentMark, this.repetitionMark, this.escapeMark] = [component, repetition, escape].map((byte) => String.fromCharCode(byte));
  }

  static read(framed: Buffer): Er7Message | undefined {
    const bytes = framed.subarray(beginOf(framed));
    if (bytes.length < 9 || bytes.toString('latin1', 0, 3) !== 'MSH') return undefined;
    const [field, component, repetition, escape, subcomponent] = bytes.subarray(3, 8);
    if (new Set([field, component, repetition, escape, subcomponent]).size < 5) return undefined;
    return new Er7Message(bytes, { field, component, repetition, escape, subcomponent }, segmentsOf(bytes, field));
  }

  get header(): Segment {
    return this.segments[0];
  }

  /** As it stands, escapes included; empty where it is not there. */
  raw(span: Span | undefined): string {
    return span === undefined ? '' : this.bytes.toString('utf8', span.from, span.to);
  }

  /** Components of a field's first repetition, numbered from 1; each with its escapes resolved. Subcomponents stay together. */
  components(span: Span | undefined): readonly string[] {
    const all = this.raw(span);
    const end = all.indexOf(this.repetitionMark);
    const first = end < 0 ? all : all.slice(0, end);
    const texts = `${this.componentMark}${first}`.split(this.componentMark);
    return first.includes(this.escapeMark) ? texts.map((text) => this.unescaped(text)) : texts;
  }

  /** The stretches of a span between two separators. */
  parts(span: Span, separator: number): readonly Span[] {
    const parts: Span[] = [];
    let { from } = span;
    while (from <= span.to) {
      const at = this.bytes.indexOf(separator, from);
      const to = at < 0 || at > span.to ? span.to : at;
      parts.push({ from, to });
      from = to + 1;
    }
    return parts;
  }

  private unescaped(text: string): string {
    const { field, component, repetition, escape, subcomponent } = this.separators;
    const meant: Readonly<Record<string, number>> = { F: field, S: component, R: repetition, E: escape, T: subcomponent };
    return text
      .split(this.escapeMark)
      .map((part, k) => (k % 2 === 0 ? part : part in meant ? String.fromCharCode(meant[part]) : ''))
      .join('');
  }
}

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const BLANK = 0x20;

/** A message that was a file may begin with a byte-order mark, or with ends of lines. */
function beginOf(bytes: Buffer): number {
  let at = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  while (bytes[at] === RETURN || bytes[at] === NEWLINE || bytes[at] === BLANK) at++;
  return at;
}

function segmentsOf(bytes: Buffer, separator: number): Segment[] {
  const segments: Segment[] = [];
  const hasNewlines = bytes.includes(NEWLINE);
  let from = 0;
  while (from < bytes.length) {
    let to = bytes.indexOf(RETURN, from);
    if (to < 0) to = bytes.length;
    if (hasNewlines) {
      const newline = bytes.indexOf(NEWLINE, from);
      if (newline >= 0 && newline < to) to = newline;
    }
    if (to - from >= 3) segments.push(segment(bytes, from, to, separator));
    from = to + 1;
  }
  return segments;
}

function segment(bytes: Buffer, from: number, to: number, separator: number): Segment {
  const name = bytes.toString('latin1', from, from + 3);
  // MSH-1 is the separator itself: what stands behind it is MSH-2.
  const first = name === 'MSH' ? 2 : 1;
  let ends: number[] | undefined;
  return {
    name,
    field(number) {
      ends ??= endsOf(bytes, from + 4, to, separator);
      const k = number - first;
      if (k < 0 || k >= ends.length) return undefined;
      return { from: k === 0 ? from + 4 : ends[k - 1] + 1, to: ends[k] };
    },
  };
}

/** Most fields are short: a call into the buffer's own search costs more than looking at some bytes. */
const LOOK_BYTES = 32;

function endsOf(bytes: Buffer, from: number, to: number, separator: number): number[] {
  const ends: number[] = [];
  for (let at = from; at <= to; ) {
    let end = at;
    const look = Math.min(to, at + LOOK_BYTES);
    while (end < look && bytes[end] !== separator) end++;
    if (end === look && end < to) {
      const found = bytes.indexOf(separator, end);
      end = found < 0 || found > to ? to : found;
    }
    ends.push(end);
    at = end + 1;
  }
  return ends;
}
