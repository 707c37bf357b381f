import { Command, Option } from 'commander';
import { answerOf, answerText, ATTRIBUTES, type Language, LANGUAGES, parsedQuestion, type Question, QUESTION_TYPES, QuestionError, questionSchema, wordedAnswer } from '../../explain/index.js';
import { lineOf, UsageError } from '../failure.js';
import { jsonText } from '../report.js';
import { askedOf, type SourceOptions, sourceOf, withSource } from './monitor.js';
import { DEFAULT_MODEL, openReader, scoredForQuestions } from './recorded.js';
import { type RephraseOptions, rephrasingOf, withRephrasing } from './rephrase.js';
import { segmentsAt } from './segment.js';
import { timeText } from './time.js';

interface AskOptions extends SourceOptions, RephraseOptions {
  readonly type?: (typeof QUESTION_TYPES)[number];
  readonly attribute?: (typeof ATTRIBUTES)[number];
  readonly target?: string;
  readonly options?: string;
  readonly lang: Language;
  readonly json?: boolean;
}

export function askCommand(): Command {
  return withRephrasing(withSource(new Command('ask')))
    .description('ask a recording, an alert or a bed: verify, choose or query, over one tracing or two. Every answer names its measurements, scores and samples. For research')
    .argument('[what]', 'a recording (a file; of WFDB the path without extension), or the id of an alert; nothing beside --bed')
    .argument('[question]', 'in words, English or German')
    .addOption(new Option('--type <type>', 'a structured question, instead of words').choices(QUESTION_TYPES))
    .addOption(new Option('--attribute <attribute>', 'of a structured question').choices(ATTRIBUTES))
    .option('--target <list>', 'what is asked of, separated by commas: codes of PTB-XL, ids of the catalogue, words of the attribute')
    .option('--options <list>', 'what to choose from, separated by commas')
    .addOption(new Option('--lang <language>', 'of the answer').choices(LANGUAGES).default('en'))
    .option('--json', 'question and answer as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje ask recordings/100 "Is there atrial fibrillation?"\n  purkinje ask --bed icu-4 "What is the rhythm?" --monitor monitor:8081')
    .action(async (what: string | undefined, words: string | undefined, options: AskOptions) => {
      // Beside --bed the first argument is the question.
      if (options.bed !== undefined && words !== undefined) throw new UsageError('one thing at a time: a recording, an alert, or --bed');
      const [named, text] = options.bed === undefined ? [what, words] : [undefined, what];
      const source = sourceOf(named, options);
      // Before any file is read: a question that cannot be parsed is reported at once.
      const question = understood(() => questionOf(text, options));
      const rephrasing = await rephrasingOf(options, 'record' in source);
      if ('query' in source) return void process.stdout.write(await askedOf(options, '/ask', { ...source.query, ...partsOf(question), format: options.json === true ? 'json' : 'text', lang: options.lang, ...(options.rephrase === true && { rephrase: '1' }) }));
      const reader = await openReader(options.model ?? DEFAULT_MODEL);
      try {
        const segments = await segmentsAt(source, options.earlier, reader);
        const [facts, before] = await scoredForQuestions(segments, reader);
        const answer = understood(() => answerOf(question, facts, before));
        const draft = wordedAnswer(question, answer, options.lang);
        const worded = (await rephrasing?.answer(draft, options.lang)) ?? draft;
        process.stdout.write(options.json === true ? `${jsonText({ question, ...answer, worded })}\n` : answerText(answer, worded, timeText));
      } finally {
        await reader.model.close();
      }
    });
}

function questionOf(text: string | undefined, { type, attribute, target, options }: AskOptions): Question {
  const isStructured = type !== undefined || attribute !== undefined || target !== undefined || options !== undefined;
  if (text !== undefined && isStructured) throw new UsageError('a question is in words or structured: leave out the words, or --type, --attribute, --target and --options');
  if (text !== undefined) return parsedQuestion(text);
  if (type === undefined || attribute === undefined) throw new UsageError('what is asked? Give a question in words, or --type and --attribute');
  const parsed = questionSchema.safeParse({ type, attribute, target: listOf(target) ?? [], options: listOf(options) });
  if (!parsed.success) throw new UsageError(`--${parsed.error.issues[0].path[0]?.toString() ?? 'target'}: ${parsed.error.issues[0].message}`);
  return parsed.data;
}

/** As a monitor is asked. */
const partsOf = ({ type, attribute, target, options }: Question): Readonly<Record<string, string>> => ({ type, attribute, target: target.join(','), ...(options !== undefined && { options: options.join(',') }) });

const listOf = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((one) => one.trim()).filter((one) => one !== '');

/** A question that cannot be answered is something the person who asks can mend. */
function understood<Result>(task: () => Result): Result {
  try {
    return task();
  } catch (error) {
    if (error instanceof QuestionError) throw new UsageError(lineOf(error), { cause: error });
    throw error;
  }
}
