/** Messages of other systems → chunks and stays: what they mean by the site's map, and where in the device's stream they belong. Pure. */
export { acknowledgement, type Answer, answerTo } from './acknowledge.js';
export { type AdtEvent, type AdtKind, readAdt } from './adt/event.js';
export { identityOf, type Stay } from './adt/stays.js';
export { conflictsIn, type DeviceStay, Ward } from './adt/ward.js';
export { Er7Message } from './er7.js';
export type { Details } from './channel.js';
export { chunkOf, type Piece, piecesOf } from './pieces.js';
export { type Continuity, CONTINUITIES, place, recalled } from './place.js';
export { REFUSALS, type RefusalReason, Refused } from './refusal.js';
export { type SiteMap, siteMapSchema } from './site-map.js';
export type { Placed, Stream } from './stream.js';
export { isTraining, readWaves } from './waves.js';
