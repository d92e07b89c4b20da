import { defineConfig } from 'vitest/config';

/** What needs the whole hub on its own ports, root, or a minute: `npm run test:system`, one file after the other. */
export default defineConfig({
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    include: ['test/system/**/*.test.ts'],
    globalSetup: 'test/setup.ts',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
