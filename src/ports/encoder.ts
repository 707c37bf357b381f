/** A conditioned segment, ready for the model. */
export interface EncoderInput {
  /** Row-major float32 tensor in the contract's layout, without the batch axis; crop after crop where a segment becomes several. */
  readonly tensor: Float32Array;
  /** The inputs beside it, as `furtherInputs` of the contract names them; the same for every crop. */
  readonly further?: readonly Float32Array[];
}

/**
 * Scores of one segment: one logit a column of the contract's logits output (none where it has no such output), the embedding
 * where there is one, and the saliency [targets × steps] where it was asked for; crop after crop.
 */
export interface EncoderScores {
  readonly logits: Float32Array;
  readonly embedding?: Float32Array;
  readonly saliency?: Float32Array;
}

export interface ScoreOptions {
  readonly deadlineMs: number;
  /** The saliency too: dearer, and of use for few segments. */
  readonly withSaliency?: boolean;
}

/** The model behind whatever serves it. */
export interface Encoder {
  /** Scores a batch, in order. Rejects with EncoderAwayError where no endpoint can answer now. */
  score(batch: readonly EncoderInput[], options: ScoreOptions): Promise<readonly EncoderScores[]>;
  /** Is any endpoint ready? */
  ready(): boolean;
  close(): Promise<void>;
}

/** No endpoint can answer: the segment is `unscored`, rules still run. */
export class EncoderAwayError extends Error {
  override readonly name = 'EncoderAwayError';
}
