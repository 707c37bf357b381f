import { open } from 'node:fs/promises';

/** One JSON line a record and lead: anyone who doubts the figures can compute their own. */
export interface Predictions {
  write(line: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

/** Writes nothing without a file. */
export async function openPredictions(file: string | undefined): Promise<Predictions> {
  if (file === undefined) return { write: () => Promise.resolve(), close: () => Promise.resolve() };
  const handle = await open(file, 'w');
  return {
    write: async (line) => {
      await handle.write(`${JSON.stringify(line)}\n`);
    },
    close: () => handle.close(),
  };
}
