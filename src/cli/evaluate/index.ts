import { Command } from 'commander';
import { beatsCommand } from './beats.js';

export function evaluateCommand(): Command {
  return new Command('evaluate').description('figures against labelled recordings').addCommand(beatsCommand());
}
