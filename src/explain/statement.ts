import type { Because } from './because.js';
import type { SectionId } from './sections.js';
import type { TemplateId } from './templates.js';
import type { Value } from './value.js';

/** One thing that is said, before it is words. */
export interface Statement {
  readonly section: SectionId;
  readonly template: TemplateId;
  /** The term that it claims; undefined: it claims none. */
  readonly term?: string;
  readonly values: Readonly<Record<string, Value>>;
  readonly because: readonly Because[];
}
