/** Something that has its place: what a later repetition of it is recognised by. */
export interface Placed {
  readonly epoch: number;
  readonly anchorMs: number;
  /** Nominal: that of the epoch's first message. */
  readonly rateHz: number;
  readonly firstSample: number;
  readonly samples: number;
  readonly startMs: number;
  /** The message's control id, where position is by arrival; else empty. */
  readonly message: string;
}

/** Where one device's stream is. */
export interface Stream {
  readonly epoch: number;
  /** Of the epoch's first sample, ms since 1970. */
  readonly anchorMs: number;
  readonly rateHz: number;
  /** The sample expected next. */
  readonly next: number;
  /** The latest, oldest first. */
  readonly recent: readonly Placed[];
}
