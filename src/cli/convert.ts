import { Command, Option } from 'commander';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { printable } from '../ecg/index.js';
import { chunksOf, type EcgRecord, encodeEdf, RecordError, writable, writeRecord } from '../records/index.js';
import { encodeChunk } from '../wire/index.js';
import { UsageError } from './failure.js';
import { chunkLengthMs, positive } from './options.js';
import { reading } from './reading.js';
import { recordingsOf } from './recordings.js';
import { jsonText } from './report.js';

interface ConvertOptions {
  readonly to: 'wfdb' | 'edf' | 'chunks';
  readonly out: string;
  readonly chunkMs: number;
  readonly gain?: number;
  readonly json?: boolean;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('write the ECG leads of recordings in another format: WFDB, EDF+, or SignalChunks one after another')
    .argument('<record...>', 'a recording (a file; of WFDB the path without extension) or a folder of recordings')
    .requiredOption('--out <dir>', 'folder to write to; made where it is missing')
    .addOption(new Option('--to <format>', 'wfdb; edf (16 bits, no gaps); chunks: SignalChunks of proto/ecg/v1/signal.proto, before each its length as a varint').choices(['wfdb', 'edf', 'chunks']).default('wfdb'))
    .option('--chunk-ms <ms>', 'length of a chunk, at most a minute', chunkLengthMs, 500)
    .option('--gain <adu-per-mv>', 'overrides the gain of the files', positive)
    .option('--json', 'the account as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje convert docs/recordings --to edf --out converted')
    .action(async (paths: string[], options: ConvertOptions) => {
      const reader = reading();
      const recordings = await recordingsOf(paths, reader);
      const names = recordings.map(({ device }) => device.replace(/[^A-Za-z0-9_-]/g, '_'));
      const twice = names.find((name, i) => names.indexOf(name) < i);
      if (twice !== undefined) throw new UsageError(`two recordings would be written as ${twice}: convert them apart`);
      const written: string[] = [];
      const failed: { record: string; reason: string }[] = [];
      const losses: { record: string; what: string }[] = [];
      for (const [i, recording] of recordings.entries()) {
        try {
          const record = await reader.read(recording, { gainAduPerMv: options.gain });
          if (record.leads.length === 0) throw new RecordError('not-written', 'no ECG lead', recording.path, 'only ECG leads are written');
          for (const what of await write(names[i], recording.device, record, options)) {
            losses.push({ record: recording.device, what });
            process.stderr.write(`${printable(`${recording.device}: not kept: ${what}`)}\n`);
          }
          written.push(names[i]);
        } catch (error) {
          failed.push({ record: recording.device, reason: reader.failed(recording, error) });
        }
      }
      process.stdout.write(options.json ? `${jsonText({ to: options.to, out: options.out, written, failed, losses, warnings: reader.warnings })}\n` : `${written.length} recordings written to ${options.out}\n`);
    });
}

/** What of the record the format could not hold. */
async function write(name: string, device: string, record: EcgRecord, { to, out, chunkMs }: ConvertOptions): Promise<readonly string[]> {
  if (to === 'wfdb') {
    await writeRecord(out, name, writable(record));
    return [];
  }
  await mkdir(out, { recursive: true });
  if (to === 'edf') {
    const { bytes, losses } = encodeEdf(name, writable(record));
    await writeFile(join(out, `${name}.edf`), bytes);
    return losses;
  }
  const file = join(out, `${name}.chunks`);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'w');
  try {
    for (const chunk of chunksOf(record, { device, epoch: 1, chunkMs })) {
      const bytes = encodeChunk(chunk);
      await handle.writeFile(Buffer.concat([varint(bytes.length), bytes]));
    }
  } finally {
    await handle.close();
  }
  return [];
}

/** As protobuf's delimited streams have it. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...out, rest);
    out.push((rest & 127) | 128);
  }
}
