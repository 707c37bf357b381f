// What others build on, as the code has it → docs/reference: commands, and JSON Schemas of the configuration and of a contract.
// A test compares (test/architecture/reference.test.ts), so that no option or key changes unseen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFiles } from '../dist/cli/reference.js';

const folder = join(import.meta.dirname, '../docs/reference');
for (const [name, text] of Object.entries(await referenceFiles())) writeFileSync(join(folder, name), text);
