import { RATES_TEXT } from '../ecg/index.js';

/** Why a message is refused, for good. Closed list: each is a metric label. The code is of ERR-3, HL7 table 0357. */
export const REFUSALS = {
  'not-hl7': { code: 100, hint: 'a message begins with MSH and five different separators' },
  'unsupported-message': { code: 200, hint: 'this port takes other messages: see docs/ingest.md' },
  'no-waveform': { code: 101, hint: 'there is no ECG lead in it: name its channels in the site map' },
  'no-visit': { code: 101, hint: 'PV1-19 has the visit number of each patient' },
  'no-bed': { code: 101, hint: 'PV1-3 says where the patient is, in at most 64 characters' },
  'too-many-events': { code: 102, hint: 'more was said of one visit than is kept' },
  'no-device': { code: 101, hint: 'the field that names the device is empty: see device.from of the site map' },
  'bad-device': { code: 102, hint: 'a device id has 1 to 128 letters, digits and ._:@+/-: name it in device.names of the site map' },
  'unknown-device': { code: 103, hint: 'the site map does not name this device' },
  'no-time': { code: 101, hint: 'OBR-7 or OBX-14 says when the first sample was taken, else set time: arrival in the site map; EVN-2 when an event was entered' },
  'no-zone': { code: 101, hint: 'the time has no zone: send one, or set timeZone in the site map' },
  'bad-time': { code: 102, hint: 'YYYYMMDDHHMMSS[.SSSS][+ZZZZ], between 1990 and 2100' },
  'no-rate': { code: 101, hint: 'MDC_ATTR_SAMP_RATE, or rateHz in the site map' },
  'bad-rate': { code: 102, hint: RATES_TEXT },
  'rates-differ': { code: 102, hint: 'all ECG leads of a device have one rate: ignore some channels in the site map' },
  'no-gain': { code: 101, hint: 'send a unit with values in it, or counts with MDC_ATTR_NU_MSMT_RES; else set unit or aduPerMv in the site map' },
  'bad-gain': { code: 102, hint: 'a resolution above 0, in V, mV, uV or nV' },
  'gain-ambiguous': { code: 102, hint: 'are they counts, or values in a unit? set unit or aduPerMv in the site map' },
  'bad-number': { code: 102, hint: 'samples are decimal numbers, with a point' },
  'too-long': { code: 102, hint: 'at most 60 s in one message' },
  'channels-differ': { code: 102, hint: 'each instant has one value of each channel' },
  'code-contradicts-name': { code: 103, hint: 'the MDC code is of another lead than the name: mend the sender, or name the channel in the site map' },
  'lead-repeated': { code: 102, hint: 'a lead comes once for one time' },
  'log-refuses': { code: 102, hint: 'too large for the log' },
} as const;
export type RefusalReason = keyof typeof REFUSALS;

/** A message that will never be taken as it is. Carries no content of it: `where` names a segment or field. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly reason: RefusalReason,
    readonly where = '',
  ) {
    super(`${reason}${where === '' ? '' : ` at ${where}`}: ${REFUSALS[reason].hint}`);
  }
}
