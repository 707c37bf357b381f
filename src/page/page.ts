/** The ward's page: custom elements, one room a view. The door of the folder, and the program that a browser runs. */
import { speakAsBefore } from './words/index.js';
import './app/ward-page.js';

export { EcgStrip } from './parts/ecg-strip.js';

speakAsBefore();
