export type KafkaLogErrorCode =
  | 'kafka-unreachable'
  | 'kafka-refused'
  | 'topic-missing'
  | 'partitions-differ'
  | 'partition-unknown'
  | 'take-over-timeout'
  | 'read-timeout'
  | 'append-queue-full'
  | 'read-queue-full'
  | 'log-closed';

/** What went wrong with Kafka: one line in `message`, what to do about it in `hint`. */
export class KafkaLogError extends Error {
  override readonly name = 'KafkaLogError';

  constructor(
    readonly code: KafkaLogErrorCode,
    message: string,
    readonly hint: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The name of the broker's error, where it was the broker that refused; looks through kafkajs' own wrappings. */
export function protocolErrorOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at !== null && typeof at === 'object' && depth < 5; depth++) {
    const { type, code, cause } = at as { type?: unknown; code?: unknown; cause?: unknown };
    if (code === PRODUCER_FENCED) return 'PRODUCER_FENCED';
    if (typeof type === 'string') return type;
    at = cause;
  }
  return undefined;
}

/** An error code that kafkajs does not know by name. */
const PRODUCER_FENCED = 90;

const FENCING: ReadonlySet<string> = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);

/** Whether a later producer with the same transactional id has taken over (or the coordinator gave this one up). */
export function isFencing(error: unknown): boolean {
  const type = protocolErrorOf(error);
  return type !== undefined && FENCING.has(type);
}
