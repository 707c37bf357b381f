import { Command } from 'commander';
import { alertsCommand } from './alerts/index.js';
import { beatsCommand } from './beats.js';
import { encoderCommand } from './encoder/index.js';
import { qualityCommand } from './quality.js';
import { thresholdsCommand } from './thresholds.js';

/** `evaluate …`: figures of a room against labelled recordings, one subcommand a room. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('figures against labelled recordings')
    .addCommand(beatsCommand())
    .addCommand(qualityCommand())
    .addCommand(encoderCommand())
    .addCommand(alertsCommand())
    .addCommand(thresholdsCommand())
    .addHelpText('after', '\nExample:\n  purkinje evaluate quality --data recordings/cinc2011 --json');
}
