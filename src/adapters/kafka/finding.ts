/** One thing that was looked at. */
export interface Finding {
  readonly code:
    | 'topic-exists'
    | 'partitions-equal'
    | 'timestamp-type'
    | 'cleanup-policy'
    | 'compression'
    | 'message-bytes'
    | 'retention'
    | 'segment-bytes'
    | 'broker-answers'
    | 'write-rights'
    | 'clock';
  readonly ok: boolean;
  readonly text: string;
  /** What to do; empty where nothing is amiss. */
  readonly hint: string;
}
