import { Command, Option } from 'commander';
import { reportPdf } from '../../adapters/pdf/index.js';
import { type Language, LANGUAGES, type Nearest, neighboursHtml, neighboursText, type ReferenceSet, type Report, reportHtml, reportOf, reportText, stripOf } from '../../explain/index.js';
import { modelFolder } from '../compose.js';
import { UsageError } from '../failure.js';
import { neighboursJson, readReference, referencePath } from '../neighbours.js';
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

/** What was searched, and what was found; `found` undefined: nothing could be compared. */
interface Searched {
  readonly set: ReferenceSet;
  readonly found: Nearest | undefined;
}

const FORMATS = {
  text: (report: Report, _: Prepared, beside?: Searched) => `${reportText(report, timeText)}${beside === undefined ? '' : `\n${neighboursText(beside.found, beside.set, report.language)}`}`,
  json: (report: Report, _: Prepared, beside?: Searched) => `${jsonText({ ...report, ...(beside !== undefined && { neighbours: neighboursJson(beside.set, beside.found) }) })}\n`,
  html: (report: Report, { mv }: Prepared, beside?: Searched) => reportHtml(report, stripOf(mv), timeText, beside === undefined ? undefined : neighboursHtml(beside.found, beside.set, report.language)),
  pdf: (report: Report, { mv }: Prepared) => reportPdf({ report, strip: stripOf(mv), at: timeText(report.startMs) }),
};

export function reportCommand(): Command {
  return withRephrasing(withSource(new Command('report')))
    .description('draft a report of a recording, an alert or a bed: every sentence with the measurements, scores and criteria that let it be said. For research, confirmed by nobody')
    .argument('[what]', 'a recording (a file; of WFDB the path without extension), or the id of an alert')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addOption(new Option('--lang <language>').choices(LANGUAGES).default('en'))
    .option('--neighbours [file]', 'of a recording: the labelled recordings that it is most like, beneath the report (default: neighbours.bin of the model)')
    .addHelpText('after', '\nExample:\n  purkinje report recordings/100 --format pdf > report.pdf\n  purkinje report --bed icu-4 --monitor monitor:8081 --lang de')
    .action(async (what: string | undefined, options: ReportOptions) => {
      const source = sourceOf(what, options);
      const { neighbours, model = DEFAULT_MODEL } = options;
      if (neighbours !== undefined && options.format === 'pdf') throw new UsageError('--neighbours: of text, json and html; a PDF is the report alone');
      if (neighbours !== undefined && 'query' in source) throw new UsageError('--neighbours: of a recording alone. An outcome of a monitor holds no embedding and not every score, so that it cannot be compared');
      const rephrasing = await rephrasingOf(options, 'record' in source);
      if ('query' in source) return void process.stdout.write(await askedOf(options, '/report', { ...source.query, format: options.format, lang: options.lang, ...(options.rephrase === true && { rephrase: '1' }) }));
      const reader = await openReader(model);
      try {
        const set = neighbours === undefined ? undefined : await readReference(referencePath(neighbours, modelFolder(model)), reader.model);
        const segments = await segmentsAt(source, options.earlier, reader);
        const [facts, before] = await scored(segments, reader);
        const draft = reportOf({ now: facts, earlier: before }, options.lang);
        const report = (await rephrasing?.report(draft)) ?? draft;
        const beside = set === undefined ? undefined : { set, found: await neighboursOf(segments[0], reader, set) };
        process.stdout.write(await FORMATS[options.format](report, segments[0], beside));
      } finally {
        await reader.model.close();
      }
    });
}
