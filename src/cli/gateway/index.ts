import { Command } from 'commander';
import { adtCommand } from './adt.js';
import { grpcCommand } from './grpc.js';
import { hl7Command } from './hl7.js';

export function gatewayCommand(): Command {
  return new Command('gateway').description('doors for what other systems send: into Kafka, acknowledged when it has it').addCommand(hl7Command()).addCommand(adtCommand()).addCommand(grpcCommand());
}
