import { databaseUrl, makeDatabase, makeRoles } from './databases.ts';
import { migrateDatabase } from './migrate.ts';
import type { Postgres } from './postgres.ts';
import type { Secrets } from './secrets.ts';
import type { Steps } from './steps.ts';

/** A subgraph's database as its owner sees it: what migrations and loads work on. */
export interface Target {
  subgraph: string;
  ownerUrl: string;
  rowScopeKey: string;
}

/**
 * Brings roles and databases of the subgraphs to today's form; what is so already stays as it is.
 * @param databases names that differ from the subgraphs' (templates in tests)
 */
export async function prepareDatabases(
  postgres: Postgres,
  secrets: Secrets,
  names: readonly string[],
  steps: Steps,
  databases: Record<string, string> = {},
): Promise<Target[]> {
  const targets = names.map((subgraph) => ({
    subgraph,
    ownerUrl: databaseUrl(postgres, secrets, subgraph, 'owner', databases[subgraph]),
    rowScopeKey: secrets.subgraphs[subgraph]?.rowScopeKey ?? '',
  }));
  await steps.run('databases and roles', '数据库与角色', async () => {
    await makeRoles(postgres, secrets);
    await Promise.all(names.map((subgraph) => makeDatabase(postgres, subgraph, databases[subgraph])));
  });
  await steps.run('migrations', '结构升级', () => Promise.all(targets.map(migrateDatabase)));
  return targets;
}
