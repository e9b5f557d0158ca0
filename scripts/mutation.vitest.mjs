// The tests that stand beside the code of these rooms; those of whole gateways would take hours, and what is generated
// changes with every mutant of the schema.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/{pool,compress,search,config}/**/*.test.ts'],
    exclude: ['src/config/generated.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
