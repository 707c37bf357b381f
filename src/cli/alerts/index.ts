import { Command } from 'commander';
import { acknowledgeCommand, dismissCommand } from './answer.js';
import { explainCommand } from './explain.js';
import { listCommand } from './list.js';
import { showCommand } from './show.js';
import { subscribeCommand } from './subscribe.js';
import { verifyCommand } from './verify.js';

/** `alerts …`: alerts as a monitor reports them, and what the log knows of them. */
export function alertsCommand(): Command {
  const alerts = new Command('alerts').description('alerts: as they come, one by one, answered, explained, verified');
  for (const command of [subscribeCommand(), listCommand(), showCommand(), acknowledgeCommand(), dismissCommand(), explainCommand(), verifyCommand()]) alerts.addCommand(command);
  return alerts.addHelpText('after', '\nExample:\n  purkinje alerts subscribe --monitor monitor:8082');
}
