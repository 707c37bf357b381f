export * from './reads-a-file.js';
