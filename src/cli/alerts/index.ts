import { Command } from 'commander';
import { verifyCommand } from './verify.js';

/** `alerts …`: what the log knows of alerts. */
export function alertsCommand(): Command {
  return new Command('alerts').description('alerts in the log').addCommand(verifyCommand()).addHelpText('after', '\nExample:\n  purkinje alerts verify --brokers kafka:9092');
}
