import { Command, Option } from 'commander';
import { reportPdf } from '../../adapters/pdf/index.js';
import { type Language, LANGUAGES, neighboursHtml, neighboursText, type NeighboursView, neighboursWorded, type Report, reportHtml, reportOf, reportText, stripOf } from '../../explain/index.js';
import { modelFolder } from '../compose.js';
import { UsageError } from '../failure.js';
import { readReference, referencePath } from '../neighbours.js';
import { jsonText } from '../report.js';
import { askedOf, type SourceOptions, sourceOf, withSource } from './monitor.js';
import { neighboursOf } from './neighbours.js';
import { DEFAULT_MODEL, openReader, type Prepared, scored } from './recorded.js';
import { type RephraseOptions, rephrasingOf, withRephrasing } from './rephrase.js';
import { segmentsAt } from './segment.js';
import { timeText } from './time.js';

interface ReportOptions extends SourceOptions, RephraseOptions {
  readonly format: keyof typeof FORMATS;
  readonly lang: Language;
  readonly neighbours?: string | true;
}

const FORMATS = {
  text: (report: Report, _: Prepared, beside?: NeighboursView) => `${reportText(report, timeText)}${beside === undefined ? '' : `\n${neighboursText(beside, report.language)}`}`,
  json: (report: Report, _: Prepared, neighbours?: NeighboursView) => `${jsonText({ ...report, neighbours })}\n`,
  html: (report: Report, { mv }: Prepared, beside?: NeighboursView) => reportHtml(report, stripOf(mv), timeText, beside && neighboursHtml(beside, report.language)),
  pdf: (report: Report, { mv }: Prepared, beside?: NeighboursView) => reportPdf({ report, strip: stripOf(mv), at: timeText(report.startMs), beneath: beside && neighboursWorded(beside, report.language) }),
};

export function reportCommand(): Command {
  return withRephrasing(withSource(new Command('report')))
    .description('draft a report of a recording, an alert or a bed: every sentence with the measurements, scores and criteria that let it be said. For research, confirmed by nobody')
    .argument('[what]', 'a recording (a file; of WFDB the path without extension), or the id of an alert')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addOption(new Option('--lang <language>').choices(LANGUAGES).default('en'))
    .option('--neighbours [file]', 'the labelled recordings that it is most like, beneath the report; of a recording also with a reference set of your own (default: neighbours.bin of the model)')
    .addHelpText('after', '\nExample:\n  purkinje report recordings/100 --format pdf > report.pdf\n  purkinje report --bed icu-4 --monitor monitor:8081 --lang de')
    .action(async (what: string | undefined, options: ReportOptions) => {
      const source = sourceOf(what, options);
      const { neighbours, model = DEFAULT_MODEL } = options;
      if (typeof neighbours === 'string' && 'query' in source) throw new UsageError('--neighbours: a file is of recordings; a monitor compares with the set beside its own model');
      const rephrasing = await rephrasingOf(options, 'record' in source);
      if ('query' in source) return void process.stdout.write(await askedOf(options, '/report', { ...source.query, format: options.format, lang: options.lang, ...(options.rephrase === true && { rephrase: '1' }), ...(neighbours === true && { neighbours: '1' }) }));
      const reader = await openReader(model);
      try {
        const set = neighbours === undefined ? undefined : await readReference(referencePath(neighbours, modelFolder(model)), reader.model);
        const segments = await segmentsAt(source, options.earlier, reader);
        const [facts, before] = await scored(segments, reader);
        const draft = reportOf({ now: facts, earlier: before }, options.lang);
        const report = (await rephrasing?.report(draft)) ?? draft;
        const beside = set && (await neighboursOf(segments[0], reader, set));
        process.stdout.write(await FORMATS[options.format](report, segments[0], beside));
      } finally {
        await reader.model.close();
      }
    });
}
