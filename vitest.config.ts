import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One realm of graphql: some packages import it as CommonJS, some as a module.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/broken/**'],
    globalSetup: 'test/setup.ts',
    testTimeout: 60_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
  },
});
