import type { AlertCommand } from '../ecg/index.js';
import type { OutcomeInput } from './moment.js';
import type { DepartureInput, SilenceInput } from './technical.js';

/** The inputs of one subject, in the order of its partition. */
export type DecideInput =
  | OutcomeInput
  | SilenceInput
  | DepartureInput
  | { readonly type: 'command'; readonly command: AlertCommand; readonly offset: number };
