import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `models …`: the encoders that are there, one more, and one for Triton. */
export function modelsCommand(words: readonly string[]): Promise<Command> {
  const models = new Command('models').description('encoders: list, add, export').addHelpText('after', '\nExample:\n  purkinje models list');
  return withSubcommands(
    models,
    {
      list: async () => (await import('./list.js')).listCommand(),
      add: async () => (await import('./add.js')).addCommand(),
      export: async () => (await import('./export.js')).exportCommand(),
    },
    words,
  );
}
