import fc from 'fast-check';

/** The same examples in every run, so that a red run is red again; LONG=1 and FC_SEED take others. */
const seed = process.env.FC_SEED !== undefined ? Number(process.env.FC_SEED) : process.env.LONG !== undefined ? Date.now() : 1;
fc.configureGlobal({ seed });
