import { defineConfig } from 'vitest/config';
import usual from '../../vitest.config.ts';
import { PROVIDED } from './server.ts';

/** The usual tests on the PostgreSQL that `npm run test:broken` started for all of its runs, instead of one for each. */
export default defineConfig({
  ...usual,
  test: { ...usual.test, globalSetup: [], provide: JSON.parse(process.env[PROVIDED] ?? '{}') },
});
