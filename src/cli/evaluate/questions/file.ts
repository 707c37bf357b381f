import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { questionSchema } from '../../../explain/index.js';
import { lineOf, UsageError } from '../../failure.js';

const lineSchema = questionSchema.extend({
  id: z.union([z.string().min(1), z.number()]),
  /** A record's file stem, or its path relative to the folder. */
  record: z.string().min(1),
  record2: z.string().min(1).optional(),
  question: z.string().optional(),
  /** What is right; undefined: nobody says, and no figure rests on it. */
  answers: z.array(z.string()).optional(),
});

export type QuestionLine = Readonly<z.infer<typeof lineSchema>>;

/** One JSON object a line. Throws UsageError that names the line. */
export async function readQuestions(file: string): Promise<readonly QuestionLine[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file}: ${lineOf(error)}`);
  });
  return text.split('\n').flatMap((line, i): readonly QuestionLine[] => {
    if (line.trim() === '') return [];
    const where = `${file}, line ${i + 1}`;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw new UsageError(`${where}: not a JSON object`);
    }
    const parsed = lineSchema.safeParse(json);
    if (parsed.success) return [parsed.data];
    const [{ path, message }] = parsed.error.issues;
    throw new UsageError(`${where}: ${path.join('.') || 'the line'}: ${message}`);
  });
}
