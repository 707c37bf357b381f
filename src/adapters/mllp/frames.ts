const START = 0x0b;
const END = 0x1c;
const RETURN = 0x0d;
/** An acknowledgement is a few hundred bytes. */
const FRAME_MAX_BYTES = 65_536;

/** A message between the marks of the Minimal Lower Layer Protocol. */
export function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.of(START), Buffer.from(text, 'utf8'), Buffer.of(END, RETURN)]);
}

/** Bytes in whatever pieces they come → messages. What lies between two frames is nothing. */
export class FrameReader {
  private bytes = Buffer.alloc(0);

  /** Undefined: what comes is no frame, or too large to be one. */
  push(piece: Buffer): readonly string[] | undefined {
    this.bytes = Buffer.concat([this.bytes, piece]);
    const messages: string[] = [];
    for (;;) {
      const start = this.bytes.indexOf(START);
      if (start < 0) return this.bytes.length > FRAME_MAX_BYTES ? undefined : messages;
      const end = this.bytes.indexOf(END, start + 1);
      if (end < 0) return this.bytes.length - start > FRAME_MAX_BYTES ? undefined : messages;
      messages.push(this.bytes.toString('utf8', start + 1, end));
      this.bytes = this.bytes.subarray(end + 1);
    }
  }
}
