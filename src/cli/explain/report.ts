import { Command, Option } from 'commander';
import { type Language, LANGUAGES, type Report, reportHtml, reportOf, reportText, stripOf } from '../../explain/index.js';
import { jsonText } from '../report.js';
import { askedOf, type SourceOptions, sourceOf, withSource } from './monitor.js';
import { DEFAULT_MODEL, openReader, type Prepared, scored } from './recorded.js';
import { type RephraseOptions, rephrasingOf, withRephrasing } from './rephrase.js';
import { segmentsAt } from './segment.js';
import { timeText } from './time.js';

interface ReportOptions extends SourceOptions, RephraseOptions {
  readonly format: keyof typeof FORMATS;
  readonly lang: Language;
}

const FORMATS = {
  text: (report: Report) => reportText(report, timeText),
  json: (report: Report) => `${jsonText(report)}\n`,
  html: (report: Report, { mv }: Prepared) => reportHtml(report, stripOf(mv), timeText),
  // Loaded for a PDF only: fonts take time.
  pdf: async (report: Report, { mv }: Prepared) => (await import('../../adapters/pdf.js')).reportPdf(report, stripOf(mv), timeText),
};

export function reportCommand(): Command {
  return withRephrasing(withSource(new Command('report')))
    .description('draft a report of a recording, an alert or a bed: every sentence with the measurements, scores and criteria that let it be said. For research, confirmed by nobody')
    .argument('[what]', 'a recording (a file; of WFDB the path without extension), or the id of an alert')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addOption(new Option('--lang <language>').choices(LANGUAGES).default('en'))
    .addHelpText('after', '\nExample:\n  purkinje report recordings/100 --format pdf > report.pdf\n  purkinje report --bed icu-4 --monitor monitor:8080 --lang de')
    .action(async (what: string | undefined, options: ReportOptions) => {
      const source = sourceOf(what, options);
      const rephrasing = await rephrasingOf(options, 'record' in source);
      if ('query' in source) return void process.stdout.write(await askedOf(options, '/report', { ...source.query, format: options.format, lang: options.lang, ...(options.rephrase === true && { rephrase: '1' }) }));
      const reader = await openReader(options.model ?? DEFAULT_MODEL);
      try {
        const segments = await segmentsAt(source, options.earlier, reader);
        const [facts, before] = await scored(segments, reader);
        const draft = reportOf({ now: facts, earlier: before }, options.lang);
        const report = (await rephrasing?.report(draft)) ?? draft;
        process.stdout.write(await FORMATS[options.format](report, segments[0]));
      } finally {
        await reader.model.close();
      }
    });
}
