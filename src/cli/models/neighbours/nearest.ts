import { Command, Option } from 'commander';
import { type Language, LANGUAGES, neighboursText } from '../../../explain/index.js';
import { modelFolder } from '../../compose.js';
import { neighboursOf } from '../../explain/neighbours.js';
import { DEFAULT_MODEL, openReader } from '../../explain/recorded.js';
import { segmentsAt } from '../../explain/segment.js';
import { readReference, referencePath } from '../../neighbours.js';
import { duration, positiveWhole } from '../../options.js';
import { jsonText } from '../../report.js';

interface NearestOptions {
  readonly record: string;
  readonly at?: number;
  readonly neighbours?: string;
  readonly model: string;
  readonly k: number;
  readonly lang: Language;
  readonly json?: boolean;
}

/** More are no neighbours. */
const K_MAX = 100;

export function nearestCommand(): Command {
  return new Command('nearest')
    .description('the labelled recordings that a segment is most like, or that the evidence is insufficient. For research')
    .requiredOption('--record <record>', 'a recording (a file; of WFDB the path without extension)')
    .option('--at <time>', 'the segment at this time from its start, as 30s or 2m (default: the first that can be used)', duration)
    .option('--neighbours <file>', 'the reference set (default: neighbours.bin of the model)')
    .option('--model <dir>', 'model folder', DEFAULT_MODEL)
    .option('-k <count>', 'how many; the floor is of the mean of five', positiveWhole(K_MAX), 5)
    .addOption(new Option('--lang <language>').choices(LANGUAGES).default('en'))
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje models neighbours nearest --record recordings/100')
    .action(async ({ record, at, neighbours, model, k, lang, json }: NearestOptions) => {
      const reader = await openReader(model);
      try {
        const set = await readReference(referencePath(neighbours, modelFolder(model)), reader.model);
        const [segment] = await segmentsAt({ record, atMs: at }, undefined, reader);
        const found = await neighboursOf(segment, reader, set, k);
        process.stdout.write(json === true ? `${jsonText({ segment: segment.outcome.id, ...found })}\n` : neighboursText(found, lang));
      } finally {
        await reader.model.close();
      }
    });
}
