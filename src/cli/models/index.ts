import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `models …`: the encoders that are there, a first contract for another, registering it, and a repository for Triton. */
export function modelsCommand(words: readonly string[]): Promise<Command> {
  const models = new Command('models').description('encoders: list, template, add, export').addHelpText('after', '\nExample:\n  purkinje models list');
  return withSubcommands(
    models,
    {
      list: async () => (await import('./list.js')).listCommand(),
      template: async () => (await import('./template.js')).templateCommand(),
      add: async () => (await import('./add.js')).addCommand(),
      export: async () => (await import('./export.js')).exportCommand(),
    },
    words,
  );
}
