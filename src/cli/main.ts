#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/index.js';
import { PolicyError } from '../decide/index.js';
import { alertsCommand } from './alerts/index.js';
import { checkCommand } from './check.js';
import { convertCommand } from './convert.js';
import { encoderCommand } from './encoder.js';
import { engineCommand } from './engine.js';
import { evaluateCommand } from './evaluate/index.js';
import { gatewayCommand } from './gateway/index.js';
import { lineOf, UsageError } from './failure.js';
import { modelsCommand } from './models/index.js';
import { monitorCommand } from './monitor.js';
import { replayCommand } from './replay/index.js';
import { segmentsCommand } from './segments.js';
import { simulateCommand } from './simulate.js';
import { upCommand } from './up.js';

const program = new Command('purkinje')
  .description('Streaming, real-time 12-lead ECG monitoring engine. For research: not a medical device, not for diagnosis or treatment.')
  .version('0.1.0')
  .showSuggestionAfterError()
  .addHelpText('after', '\nExample:\n  purkinje up --beds 12');
for (const command of [
  upCommand(),
  engineCommand(),
  encoderCommand(),
  monitorCommand(),
  gatewayCommand(),
  replayCommand(),
  segmentsCommand(),
  convertCommand(),
  simulateCommand(),
  evaluateCommand(),
  modelsCommand(),
  alertsCommand(),
  checkCommand(),
]) {
  program.addCommand(command);
}
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'purkinje: ').replace(/\n\(/g, ' (')) });

// The reader of our output is gone (`| head`): long-running commands stop in order, the others just end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`purkinje: ${lineOf(error)}\n`);
  process.exit(error instanceof UsageError || error instanceof ConfigError || error instanceof PolicyError ? 2 : 1);
}
