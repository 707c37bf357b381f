const START = 0x0b;
const END = 0x1c;
const RETURN = 0x0d;
/** An acknowledgement is a few hundred bytes. */
const FRAME_MAX_BYTES = 65_536;
const ROOM_MIN_BYTES = 4096;

/** A message between the marks of the Minimal Lower Layer Protocol. */
export function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.of(START), Buffer.from(text, 'utf8'), Buffer.of(END, RETURN)]);
}

/**
 * Bytes in whatever pieces they come → messages. What lies between two frames is nothing, and so is a frame that another one's start
 * cuts off: HL7 has no such character in a message.
 */
export class FrameReader {
  private room = Buffer.alloc(0);
  /** Of the bytes in `room`; those before `searched` hold no end. */
  private length = 0;
  private searched = 0;

  constructor(private readonly maxBytes = FRAME_MAX_BYTES) {}

  /** Bytes of a frame that is not whole yet. */
  get pending(): number {
    return this.length;
  }

  /** Undefined: what comes is no frame, or too large to be one. Messages are copies. */
  push(piece: Buffer): readonly Buffer[] | undefined {
    this.add(piece);
    const messages: Buffer[] = [];
    let from = 0;
    for (;;) {
      const end = this.room.subarray(0, this.length).indexOf(END, Math.max(from, this.searched));
      if (end < 0) break;
      const start = this.room.subarray(from, end).lastIndexOf(START);
      if (start >= 0) messages.push(Buffer.from(this.room.subarray(from + start + 1, end)));
      from = end + 1;
    }
    this.keep(from);
    return this.length > this.maxBytes ? undefined : messages;
  }

  private add(piece: Buffer): void {
    if (this.length + piece.length > this.room.length) {
      const larger = Buffer.allocUnsafe(Math.max(ROOM_MIN_BYTES, 2 * this.room.length, this.length + piece.length));
      this.room.copy(larger, 0, 0, this.length);
      this.room = larger;
    }
    piece.copy(this.room, this.length);
    this.length += piece.length;
  }

  private keep(from: number): void {
    if (from > 0) this.room.copyWithin(0, from, this.length);
    this.length -= from;
    this.searched = this.length;
    if (this.length === 0) this.room = Buffer.alloc(0);
  }
}
