import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

/** `evaluate …`: figures of a room against labelled recordings, one subcommand a room. */
export function evaluateCommand(words: readonly string[]): Promise<Command> {
  const evaluate = new Command('evaluate').description('figures against labelled recordings').addHelpText('after', '\nExample:\n  purkinje evaluate quality --data recordings/cinc2011 --json');
  return withSubcommands(
    evaluate,
    {
      beats: async () => (await import('./beats.js')).beatsCommand(),
      quality: async () => (await import('./quality.js')).qualityCommand(),
      encoder: async () => (await import('./encoder/index.js')).encoderCommand(),
      neighbours: async () => (await import('./neighbours.js')).neighboursCommand(),
      representation: async () => (await import('./representation/index.js')).representationCommand(),
      drift: async () => (await import('./drift.js')).driftCommand(),
      alerts: async () => (await import('./alerts/index.js')).alertsCommand(),
      report: async () => (await import('./report/index.js')).reportCommand(),
      questions: async () => (await import('./questions/index.js')).questionsCommand(),
      thresholds: async () => (await import('./thresholds.js')).thresholdsCommand(),
    },
    words,
  );
}
