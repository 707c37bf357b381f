import type { Loader } from './subcommands.js';

/** Every command, each loaded when it is named. */
export const COMMANDS: Readonly<Record<string, Loader>> = {
  up: async () => (await import('./up.js')).upCommand(),
  engine: async () => (await import('./engine.js')).engineCommand(),
  encoder: async () => (await import('./encoder.js')).encoderCommand(),
  monitor: async () => (await import('./monitor.js')).monitorCommand(),
  gateway: async (words) => (await import('./gateway/index.js')).gatewayCommand(words),
  replay: async () => (await import('./replay/index.js')).replayCommand(),
  segments: async () => (await import('./segments.js')).segmentsCommand(),
  report: async () => (await import('./explain/report.js')).reportCommand(),
  ask: async () => (await import('./explain/ask.js')).askCommand(),
  mcp: async () => (await import('./mcp/index.js')).mcpCommand(),
  convert: async () => (await import('./convert.js')).convertCommand(),
  simulate: async () => (await import('./simulate.js')).simulateCommand(),
  evaluate: async (words) => (await import('./evaluate/index.js')).evaluateCommand(words),
  models: async (words) => (await import('./models/index.js')).modelsCommand(words),
  alerts: async (words) => (await import('./alerts/index.js')).alertsCommand(words),
  check: async () => (await import('./check.js')).checkCommand(),
  doctor: async () => (await import('./doctor/index.js')).doctorCommand(),
};
