import type { Command } from 'commander';
import type { Filter } from '../../deliver/index.js';

export interface FilterOptions {
  readonly unit?: string[];
  readonly bed?: string[];
  readonly finding?: string[];
  readonly priority?: string[];
  readonly evidence?: string[];
}

export function withFilter(command: Command): Command {
  return command
    .option('--unit <unit...>', 'of these units only')
    .option('--bed <bed...>', 'of these beds only')
    .option('--finding <finding...>', 'these findings only')
    .option('--priority <priority...>', 'high, medium, low, none')
    .option('--evidence <evidence...>', 'external, internal, simulated, none, rule');
}

export function filterOf({ unit = [], bed = [], finding = [], priority = [], evidence = [] }: FilterOptions): { [Name in keyof Filter]: string[] } {
  return { units: unit, beds: bed, findings: finding, priorities: priority, evidence };
}
