import { Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContract } from '../adapters/models.js';
import { initial, physical, step } from '../assemble/index.js';
import { condition, refusalText } from '../condition/index.js';
import { loadConfig } from '../config/index.js';
import { type Contract, cropsOf, segmentElements, segmentShape } from '../contract/index.js';
import type { Segment } from '../ecg/index.js';
import { type Followed, grade } from '../grade/index.js';
import { chunksOf } from '../records/index.js';
import { cutFromStart, engineSettings, modelFolder } from './compose.js';
import { npy } from './npy.js';
import { chunkLengthMs, positive } from './options.js';
import { hasModelLeads, noModelLeads, noSegments, reading } from './reading.js';
import { recordingsOf } from './recordings.js';
import { jsonText } from './report.js';

interface SegmentsOptions {
  readonly out: string;
  readonly chunkMs: number;
  readonly gain?: number;
  readonly config?: string;
  readonly json?: boolean;
}

export function segmentsCommand(): Command {
  return new Command('segments')
    .description('write what the engine makes of recordings: each segment in mV, its tensor, its grade')
    .argument('<record...>', 'a recording (a file; of WFDB the path without extension) or a folder of recordings')
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--chunk-ms <ms>', 'length of a chunk, at most a minute; the segments do not depend on it', chunkLengthMs, 500)
    .option('--gain <adu-per-mv>', 'overrides the gain of the headers', positive)
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'the account as one JSON object, warnings in it')
    .addHelpText('after', '\nExample:\n  purkinje segments recordings/100 --out segments')
    .action(async (paths: string[], options: SegmentsOptions) => {
      const { config } = loadConfig({ file: options.config, env: process.env });
      const contract = await readContract(modelFolder(config.encoder.model));
      const settings = cutFromStart(engineSettings(config)).assemble;
      await mkdir(options.out, { recursive: true });
      let written = 0;
      const failed: string[] = [];
      const usable: boolean[] = [];
      const reader = reading();
      const recordings = await recordingsOf(paths, reader);
      for (const { path, device } of recordings) {
        const record = await reader.read({ path, device }, { gainAduPerMv: options.gain }).catch((error: unknown) => void reader.failed({ path, device }, error));
        if (record === undefined) {
          failed.push(device);
          continue;
        }
        usable.push(hasModelLeads(contract, record));
        const name = device.replaceAll('/', '_');
        let state = initial(device);
        let offset = 0;
        let followed: Followed | undefined;
        for (const chunk of chunksOf(record, { device, epoch: 1, chunkMs: options.chunkMs })) {
          const result = step(state, { type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }, settings);
          state = result.state;
          offset++;
          for (const segment of result.out.segments) {
            followed = await write(join(options.out, `${name}-${segment.firstSample}`), segment, contract, followed);
            written++;
          }
        }
      }
      process.stdout.write(options.json ? `${jsonText({ segments: written, out: options.out, failed, warnings: reader.warnings })}\n` : `${written} segments written to ${options.out}\n`);
      if (usable.length > 0 && !usable.includes(true)) throw new Error(noModelLeads(contract.input.leads, usable.length));
      if (written === 0) throw new Error(noSegments(usable.length));
    });
}

/** One segment as three files: .npy (the model's tensor, crop by crop where there are several), .physical.npy (mV), .json (grade, measurements, beats and their kinds). The state of the beats is carried to the next segment. */
async function write(stem: string, segment: Segment, contract: Contract, before: Followed | undefined): Promise<Followed | undefined> {
  const mv = physical(segment);
  const graded = grade(segment, mv, before);
  const conditioned = condition(mv, contract, { measurements: graded.measurements });
  const rows = new Float32Array(mv.rows.length * mv.samples);
  mv.rows.forEach((row, i) => rows.set(row.mv, i * mv.samples));
  const named = (...origins: string[]) => mv.rows.filter((row) => origins.includes(row.origin)).map((row) => row.lead);
  const described = {
    id: segment.id,
    device: segment.device,
    firstSample: segment.firstSample,
    samples: segment.samples,
    rateHz: segment.rateHz,
    deviceTimeMs: segment.clock.startMs,
    leads: mv.rows.map((row) => row.lead),
    present: named('measured', 'modified', 'easi'),
    modified: named('modified'),
    derived: named('derived'),
    missing: named('missing'),
    gaps: mv.rows.flatMap((row) => (row.origin === 'missing' ? [] : row.gaps.map(({ fromMs, toMs }) => ({ lead: row.lead, fromMs, toMs })))),
    steps: segment.clock.steps,
    partial: segment.partial,
    closedBy: segment.closedBy,
    grade: graded.grade,
    signalQuality: graded.score,
    gates: graded.gates,
    reasons: graded.reasons,
    measurements: graded.measurements,
    kinds: graded.kinds.map(({ kind, confidence }) => ({ kind, confidence })),
    tensor: conditioned.ok ? { leads: contract.input.leads, rateHz: contract.input.rateHz } : { refused: refusalText(conditioned) },
  };
  await writeFile(`${stem}.physical.npy`, npy(rows, [mv.rows.length, mv.samples]));
  if (conditioned.ok) await writeFile(`${stem}.npy`, npy(conditioned.tensor, cropsOf(contract) > 1 ? [conditioned.tensor.length / segmentElements(contract), ...segmentShape(contract)] : segmentShape(contract)));
  await writeFile(`${stem}.json`, `${JSON.stringify(described)}\n`);
  return graded.followed ?? before;
}
