import { Command } from 'commander';
import { qualityCommand } from './quality.js';

/** `evaluate …`: figures of a room against labelled recordings, one subcommand a room. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('figures against labelled recordings')
    .addCommand(qualityCommand())
    .addHelpText('after', '\nExample:\n  purkinje evaluate quality --data recordings/cinc2011 --json');
}
