import { Command } from 'commander';
import { explainCommand } from './explain.js';
import { verifyCommand } from './verify.js';

/** `alerts …`: what the log knows of alerts. */
export function alertsCommand(): Command {
  return new Command('alerts').description('alerts in the log').addCommand(explainCommand()).addCommand(verifyCommand()).addHelpText('after', '\nExample:\n  purkinje alerts explain 3f2a… --brokers kafka:9092');
}
