/** An ordered key-value store with atomic batches: what the embedded log stands on. Keys sort by their UTF-8 bytes. */
export interface Disk {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Atomic. With `sync` it is on the disk when it resolves; without, a crash may lose it, but only together with all that came after. */
  write(operations: readonly DiskOperation[], options: { readonly sync: boolean }): Promise<void>;
  /** Entries with from ≤ key < to, ascending (descending with `reverse`). */
  range(from: string, to: string, options?: { readonly limit?: number; readonly reverse?: boolean }): Promise<readonly DiskEntry[]>;
  close(): Promise<void>;
}

export type DiskOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string };

export interface DiskEntry {
  readonly key: string;
  readonly value: Uint8Array;
}
