/** The client of a monitor: AlertService over gRPC. */
export { type AlertClient, type ClientSettings, openAlertClient } from './client.js';
export { follow, type Followed, type FollowOptions } from './follow.js';
