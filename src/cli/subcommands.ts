import type { Command } from 'commander';

/** Makes a command, given the words that follow its name. */
export type Loader = (words: readonly string[]) => Promise<Command>;

/**
 * The parent with the subcommand that the words name, so that nothing else is loaded; with all of them where they name none of
 * them: for a list, or for a suggestion.
 */
export async function withSubcommands(parent: Command, loaders: Readonly<Record<string, Loader>>, [name, ...rest]: readonly string[]): Promise<Command> {
  const named = name !== undefined && Object.hasOwn(loaders, name) ? [loaders[name]] : Object.values(loaders);
  for (const command of await Promise.all(named.map((load) => load(rest)))) parent.addCommand(command);
  return parent;
}
