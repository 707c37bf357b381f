import { Command } from 'commander';
import { withSubcommands } from '../subcommands.js';

export function gatewayCommand(words: readonly string[]): Promise<Command> {
  const gateway = new Command('gateway').description('doors for what other systems send: into Kafka, acknowledged when it has it');
  return withSubcommands(
    gateway,
    {
      hl7: async () => (await import('./hl7.js')).hl7Command(),
      adt: async () => (await import('./adt.js')).adtCommand(),
      grpc: async () => (await import('./grpc.js')).grpcCommand(),
    },
    words,
  );
}
