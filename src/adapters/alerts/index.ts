/** The client of a monitor: AlertService over gRPC, single reads over HTTP. */
export { type AlertClient, type ClientSettings, openAlertClient } from './client.js';
export { follow, type Followed, type FollowOptions } from './follow.js';
export { type Answered, getFrom } from './reads.js';
