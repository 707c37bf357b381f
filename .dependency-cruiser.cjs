// The doors of the house. Each rule says what an offender has to do; test/architecture plants offenders that must fail.
const ROOMS = 'ingest|wire|assemble|grade|condition|encode|decide|deliver|evaluate|explain|dsp|contract|ecg';
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', comment: 'Break the circle: data flows one way.', from: {}, to: { circular: true } },
    {
      name: 'rooms-have-no-effects',
      severity: 'error',
      comment: 'A room is pure: pass in what you need, or move the effect to adapters. (ecg/hash.ts may hash.)',
      from: { path: `^src/(${ROOMS})/`, pathNot: '^src/ecg/hash\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rooms-see-only-the-vocabulary',
      severity: 'error',
      comment: 'Rooms import ecg, dsp and contract, and nothing of each other: join them in line.',
      from: { path: `^src/(${ROOMS})/` },
      to: { path: '^src/', pathNot: [`^src/$1/`, '^src/(ecg|dsp|contract)/', '^src/wire/gen/inference/'] },
    },
    {
      name: 'the-vocabulary-imports-nothing',
      severity: 'error',
      comment: 'ecg and dsp stand at the bottom.',
      from: { path: '^src/(ecg|dsp)/' },
      to: { path: '^src/', pathNot: '^src/$1/' },
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'A port says what the engine asks of the world; who answers is an adapter.',
      from: { path: '^src/ports/' },
      to: { path: '^src/', pathNot: '^src/ports/' },
    },
    {
      name: 'rxjs-in-line-only',
      severity: 'error',
      comment: 'Lift the step in src/line; nothing else knows RxJS.',
      from: { path: '^src/', pathNot: '^src/line/' },
      to: { path: 'node_modules/rxjs' },
    },
    {
      name: 'line-knows-no-adapter',
      severity: 'error',
      comment: 'The line sees ports; composition happens in engine, encoder, monitor and cli.',
      from: { path: '^src/line/' },
      to: { path: '^src/(adapters|engine|encoder|monitor|cli|config|records|simulate|evaluate)/' },
    },
    {
      name: 'rooms-import-few-packages',
      severity: 'error',
      comment: 'A room needs schemas (zod), statistics (jstat, js-rouge) and what protobuf generates; anything else belongs into an adapter.',
      from: { path: `^src/(${ROOMS})/`, pathNot: '^src/wire/gen/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/(zod|jstat|js-rouge|@bufbuild/protobuf)/' },
    },
    {
      name: 'adapters-stand-alone',
      severity: 'error',
      comment: 'An adapter imports no other: what two share is a port, or the runtime in log.',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'the-partition-runtime-knows-ports-only',
      severity: 'error',
      comment: 'log is shared by both logs: it knows neither, nor what a step does.',
      from: { path: '^src/log/' },
      to: { path: '^src/', pathNot: '^src/(log|ports)/' },
    },
    {
      name: 'one-door-a-folder',
      severity: 'error',
      comment: "A folder's index.ts is its only door.",
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/adapters/[^/]+(/index)?\\.ts$', '^src/wire/gen/'] },
    },
    { name: 'nothing-imports-the-cli', severity: 'error', comment: 'cli is the outermost rim.', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
