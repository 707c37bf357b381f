import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `alerts …`: alerts as a monitor reports them, and what the log knows of them. */
export function alertsCommand(words: readonly string[]): Promise<Command> {
  const alerts = new Command('alerts')
    .description('alerts: as they come, one by one, answered, explained, verified')
    .addHelpText('after', '\nExample:\n  purkinje alerts subscribe --monitor monitor:8082');
  return withSubcommands(
    alerts,
    {
      subscribe: async () => (await import('./subscribe.js')).subscribeCommand(),
      list: async () => (await import('./list.js')).listCommand(),
      show: async () => (await import('./show.js')).showCommand(),
      ack: async () => (await import('./answer.js')).acknowledgeCommand(),
      dismiss: async () => (await import('./answer.js')).dismissCommand(),
      explain: async () => (await import('./explain.js')).explainCommand(),
      verify: async () => (await import('./verify.js')).verifyCommand(),
    },
    words,
  );
}
