import { afterAll, describe, expect, it } from 'vitest';
import { subgraphNames } from '../local/environment.ts';
import { checkMigrations } from '../subgraphs/shared/src/migration.ts';
import type { Subgraph } from '../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from './database.ts';

const opened: TestDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.drop();
});

describe('a migrated database is what the entities say', () => {
  for (const name of subgraphNames()) {
    it(name, async () => {
      const { definition } = (await import(`../subgraphs/${name}/src/subgraph.ts`)) as { definition: Subgraph };
      const database = await testDatabase(definition);
      opened.push(database);
      expect(await checkMigrations(definition, database.url('owner'))).toBe('');
    });
  }
});
