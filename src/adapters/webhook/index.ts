/** Signed webhooks (Standard Webhooks) to addresses that may be called. */
export { addressOf, isIn, isPublic, type Network, networkOf } from './address.js';
export { ANSWER_MAX_MS, WebhookClient, type WebhookOptions } from './client.js';
export { signedHeaders } from './signature.js';
