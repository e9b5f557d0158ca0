// The tests that stand beside the code of these rooms; those of whole gateways, and of thousands of schemas, would take
// hours, and what is generated changes with every mutant of the schema.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/{pool,compress,search,config}/**/*.test.ts'],
    exclude: ['src/config/generated.test.ts', 'src/compress/{survival,keywords}.test.ts'],
    setupFiles: ['scripts/mutation.setup.mjs'],
    pool: 'forks',
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
