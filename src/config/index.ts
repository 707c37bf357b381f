/** One schema; file, environment and flags in rising order; each value with its source. */
export { type Config, configSchema, SECRET_KEYS } from './schema.js';
export { ConfigError, type Loaded, loadConfig, type Source } from './load.js';
