// What others build on, as the code has it → docs/reference: commands, JSON Schemas of the configuration and of a contract,
// OpenAPI of the monitor and AsyncAPI of the topics.
// A test compares (test/architecture/reference.test.ts), so that no option or key changes unseen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFiles } from '../dist/cli/reference/index.js';

const folder = join(import.meta.dirname, '../docs/reference');
for (const [name, text] of Object.entries(await referenceFiles())) writeFileSync(join(folder, name), text);
