import { Command } from 'commander';
import { withSubcommands } from '../../subcommands.js';

/** `models neighbours …`: labelled recordings that segments are compared with. */
export function neighboursCommand(words: readonly string[]): Promise<Command> {
  const neighbours = new Command('neighbours').description('labelled recordings that segments are compared with: make a reference set, search it').addHelpText('after', '\nExample:\n  purkinje models neighbours nearest --record recordings/100');
  return withSubcommands(
    neighbours,
    {
      build: async () => (await import('./build.js')).buildCommand(),
      nearest: async () => (await import('./nearest.js')).nearestCommand(),
    },
    words,
  );
}
