import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `models …`: the encoders that are there, one more, one for Triton, and what their segments are compared with. */
export function modelsCommand(words: readonly string[]): Promise<Command> {
  const models = new Command('models').description('encoders: list, add, export; labelled recordings to compare with').addHelpText('after', '\nExample:\n  purkinje models list');
  return withSubcommands(
    models,
    {
      list: async () => (await import('./list.js')).listCommand(),
      add: async () => (await import('./add.js')).addCommand(),
      neighbours: async (rest) => (await import('./neighbours/index.js')).neighboursCommand(rest),
      export: async () => (await import('./export.js')).exportCommand(),
    },
    words,
  );
}
