import { Command, Option } from 'commander';
import { answerOf, answerText, ATTRIBUTES, type Language, LANGUAGES, parsedQuestion, type Question, QUESTION_TYPES, QuestionError, questionSchema } from '../../explain/index.js';
import { lineOf, UsageError } from '../failure.js';
import { duration } from '../options.js';
import { reading } from '../reading.js';
import { jsonText } from '../report.js';
import { openReader, scoredForQuestions } from './recorded.js';
import { refuseTwoPatients, segmentAt } from './segment.js';
import { timeText } from './time.js';

interface AskOptions {
  readonly type?: (typeof QUESTION_TYPES)[number];
  readonly attribute?: (typeof ATTRIBUTES)[number];
  readonly target?: string;
  readonly options?: string;
  readonly at?: number;
  readonly earlier?: string;
  readonly lang: Language;
  readonly model: string;
  readonly json?: boolean;
}

export function askCommand(): Command {
  return new Command('ask')
    .description('ask a recording: verify, choose or query, over one tracing or two. Every answer names its measurements, scores and samples. For research')
    .argument('<record>', 'a recording (a file; of WFDB the path without extension)')
    .argument('[question]', 'in words, English or German')
    .addOption(new Option('--type <type>', 'a structured question, instead of words').choices(QUESTION_TYPES))
    .addOption(new Option('--attribute <attribute>', 'of a structured question').choices(ATTRIBUTES))
    .option('--target <list>', 'what is asked of, separated by commas: codes of PTB-XL, ids of the catalogue, words of the attribute')
    .option('--options <list>', 'what to choose from, separated by commas')
    .option('--at <time>', 'the segment at this time from its start, as 30s or 2m (default: the first that can be used)', duration)
    .option('--earlier <record>', 'an earlier recording of the same patient, for comparisons')
    .addOption(new Option('--lang <language>', 'of the answer').choices(LANGUAGES).default('en'))
    .option('--model <dir>', 'model folder', 'models/purkinje-s')
    .option('--json', 'question and answer as one JSON object')
    .addHelpText('after', '\nExample:\n  purkinje ask recordings/100 "Is there atrial fibrillation?"')
    .action(async (path: string, text: string | undefined, options: AskOptions) => {
      // Before anything is read: what is not understood is said at once.
      const question = understood(() => questionOf(text, options));
      const files = reading();
      const reader = await openReader(options.model);
      try {
        const now = await segmentAt(path, options.at, reader, files);
        const earlier = options.earlier === undefined ? undefined : await segmentAt(options.earlier, undefined, reader, files);
        if (earlier !== undefined) refuseTwoPatients(now.patient, earlier.patient);
        const [facts, before] = await scoredForQuestions([now.segment, ...(earlier === undefined ? [] : [earlier.segment])], reader);
        const answer = understood(() => answerOf(question, facts, before));
        process.stdout.write(options.json === true ? `${jsonText({ question, ...answer })}\n` : answerText(question, answer, options.lang, timeText));
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
