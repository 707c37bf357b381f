/** Events → what each subscriber gets; outcomes → which beds are watched, and for what. Pure. */
export * from './access.js';
export * from './alerts.js';
export * from './beds.js';
export * from './burdens.js';
export * from './cursor.js';
export * from './delivery.js';
export * from './ended.js';
export * from './hl7.js';
export * from './surveillance.js';
export * from './target.js';
export * from './verdicts.js';
export * from './waves.js';
export * from './worklist.js';
export * from './webhook.js';
