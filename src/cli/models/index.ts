import { Command } from 'commander';
import { addCommand } from './add.js';
import { exportCommand } from './export.js';
import { listCommand } from './list.js';

/** `models …`: the encoders that are there, one more, and one for Triton. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('encoders: list, add, export')
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(exportCommand())
    .addHelpText('after', '\nExample:\n  purkinje models list');
}
