import { Transform, type TransformCallback } from 'node:stream';

/** Of one message. */
export const MESSAGE_MAX_BYTES = 1_048_576;
const NEWLINE = 0x0a;

/** Passes lines of a bound on; a longer one is dropped and reported, and nothing of it is kept. */
export class BoundedLines extends Transform {
  private line: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly onDropped: () => void) {
    super();
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = piece;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.keep(rest.subarray(0, end + 1));
      if (this.bytes > MESSAGE_MAX_BYTES) this.onDropped();
      else this.push(Buffer.concat(this.line));
      [this.line, this.bytes] = [[], 0];
      rest = rest.subarray(end + 1);
    }
    this.keep(rest);
    done();
  }

  private keep(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > MESSAGE_MAX_BYTES) this.line = [];
    else this.line.push(piece);
  }
}
