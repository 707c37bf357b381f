import { Command, Option } from 'commander';
import { type Language, LANGUAGES, type Report, reportHtml, reportOf, reportText, stripOf } from '../../explain/index.js';
import { duration } from '../options.js';
import { reading } from '../reading.js';
import { jsonText } from '../report.js';
import { openReader, type Prepared, scored } from './recorded.js';
import { refuseTwoPatients, segmentAt } from './segment.js';
import { timeText } from './time.js';

interface ReportOptions {
  readonly at?: number;
  readonly earlier?: string;
  readonly format: keyof typeof FORMATS;
  readonly lang: Language;
  readonly model: string;
}

const FORMATS = {
  text: (report: Report) => reportText(report, timeText),
  json: (report: Report) => `${jsonText(report)}\n`,
  html: (report: Report, { mv }: Prepared) => reportHtml(report, stripOf(mv), timeText),
  // Loaded for a PDF only: fonts take time.
  pdf: async (report: Report, { mv }: Prepared) => (await import('../../adapters/pdf.js')).reportPdf(report, stripOf(mv), timeText),
};

export function reportCommand(): Command {
  return new Command('report')
    .description('draft a report of a recording: every sentence with the measurements, scores and criteria that let it be said. For research, confirmed by nobody')
    .argument('<record>', 'a recording (a file; of WFDB the path without extension)')
    .option('--at <time>', 'the segment at this time from its start, as 30s or 2m (default: the first that can be used)', duration)
    .option('--earlier <record>', 'an earlier recording of the same patient, to compare with')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addOption(new Option('--lang <language>').choices(LANGUAGES).default('en'))
    .option('--model <dir>', 'model folder', 'models/purkinje-s')
    .addHelpText('after', '\nExample:\n  purkinje report recordings/100 --format pdf > report.pdf')
    .action(async (path: string, options: ReportOptions) => {
      const files = reading();
      const reader = await openReader(options.model);
      try {
        const now = await segmentAt(path, options.at, reader, files);
        const earlier = options.earlier === undefined ? undefined : await segmentAt(options.earlier, undefined, reader, files);
        if (earlier !== undefined) refuseTwoPatients(now.patient, earlier.patient);
        const [facts, before] = await scored([now.segment, ...(earlier === undefined ? [] : [earlier.segment])], reader);
        const report = reportOf({ now: facts, earlier: before }, options.lang);
        process.stdout.write(await FORMATS[options.format](report, now.segment));
      } finally {
        await reader.model.close();
      }
    });
}
