#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands.js';
import { linesOf } from './failure.js';
import { withSubcommands } from './subcommands.js';
import { VERSION } from './version.js';

/** What the person at the terminal can mend, by name: their modules are loaded by the commands that throw them. */
const USAGE_ERRORS: ReadonlySet<string> = new Set(['UsageError', 'ConfigError', 'PolicyError']);

const program = new Command('purkinje')
  .description('Streaming, real-time 12-lead ECG monitoring engine. For research: not a medical device, not for diagnosis or treatment.')
  .version(VERSION)
  .showSuggestionAfterError()
  .addHelpText('after', '\nExample:\n  purkinje up --beds 12');
const words = process.argv.slice(2);
if (words[0] !== '--version' && words[0] !== '-V') await withSubcommands(program, COMMANDS, words);
const withAll = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withAll)];
for (const command of withAll(program)) command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'purkinje: ').replace(/\n\(/g, ' (')) });

// The reader of our output is gone (`| head`): long-running commands stop in order, the others just end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`purkinje: ${linesOf(error).join('\n  ')}\n`);
  process.exit(error instanceof Error && USAGE_ERRORS.has(error.name) ? 2 : 1);
}
