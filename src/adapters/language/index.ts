/** Language models behind an OpenAI-compatible HTTP API. */
export { type LanguageSettings, openLanguageModel } from './client.js';
