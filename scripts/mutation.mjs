// How Stryker changes the code of a few rooms to see whether a test fails: for `npm run test:long`.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation.vitest.mjs', related: false },
  coverageAnalysis: 'perTest',
  ignoreStatic: true, // what runs as a file is loaded would need all of its tests again
  concurrency: 4, // most tests wait
  timeoutMS: 3_000,
  reporters: ['progress-append-only', 'json'],
  tempDirName: '.mutation',
  jsonReporter: { fileName: '.mutation/report.json' },
  cleanTempDir: 'always',
  ignorePatterns: ['dist', 'coverage'],
};
