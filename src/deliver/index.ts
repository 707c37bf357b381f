/** Events → what each subscriber gets; outcomes → which beds are watched. Pure. */
export * from './alerts.js';
export * from './beds.js';
