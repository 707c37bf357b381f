export * from './sees-another-room.js';
