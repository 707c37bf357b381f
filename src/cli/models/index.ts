import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `models …`: the encoders that are there, a first contract for another, registering it, a repository for Triton, and what their segments are compared with. */
export function modelsCommand(words: readonly string[]): Promise<Command> {
  const models = new Command('models').description('encoders: list, template, add, export; labelled recordings to compare with').addHelpText('after', '\nExample:\n  purkinje models list');
  return withSubcommands(
    models,
    {
      list: async () => (await import('./list.js')).listCommand(),
      template: async () => (await import('./template.js')).templateCommand(),
      add: async () => (await import('./add.js')).addCommand(),
      neighbours: async (rest) => (await import('./neighbours/index.js')).neighboursCommand(rest),
      export: async () => (await import('./export.js')).exportCommand(),
    },
    words,
  );
}
