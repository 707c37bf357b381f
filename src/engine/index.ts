/** The engine as a program: composition, health, drain. */
export { ENGINE_DEFAULTS, type Engine, enginePolicy, type EngineSettings, type EngineWorld, startEngine } from './engine.js';
export { type LocalEngine, startLocal } from './local.js';
