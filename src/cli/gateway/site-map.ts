import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from '../../config/index.js';

/** A site map as its schema has it; without a file, its defaults. Throws ConfigError: which key, and what is wrong with it. */
export function readSiteMap<Schema extends z.ZodType>(file: string | undefined, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(file === undefined ? {} : yamlIn(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${file}: ${issue.path.map(String).join('.') || 'the map'}: ${issue.message}`);
}

function yamlIn(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message.split('\n', 1)[0] : 'cannot be read'}`);
  }
}
