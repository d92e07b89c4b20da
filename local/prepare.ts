import { migrateGateway } from '../gateway/src/database.ts';
import { MigrationError, migrate } from '../subgraphs/shared/src/migrate.ts';
import { scopeKeys } from '../subgraphs/shared/src/row-scope.ts';
import { databaseUrl, everyOne, makeDatabase, makeRoles } from './databases.ts';
import type { Postgres } from './postgres.ts';
import { GATEWAY, type Secrets } from './secrets.ts';
import type { Steps } from './steps.ts';
import { Trouble } from './trouble.ts';

/** A subgraph's database as its owner sees it: what migrations and loads work on. */
export interface Target {
  subgraph: string;
  ownerUrl: string;
  rowScopeKey: string;
}

/**
 * Brings roles and databases of the subgraphs and of the gateway to today's form; what is so already stays as it is.
 * @param databases names that differ from the subgraphs' and `gateway` (templates in tests)
 * @returns the subgraphs' databases
 */
export async function prepareDatabases(
  postgres: Pick<Postgres, 'url'>,
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
    await everyOne([GATEWAY, ...names].map((name) => makeDatabase(postgres, name, databases[name])));
  });
  const gatewayUrl = databaseUrl(postgres, secrets, GATEWAY, 'owner', databases[GATEWAY]);
  await steps.run('migrations', '结构升级', () => everyOne([migrateGatewayDatabase(gatewayUrl), ...targets.map(migrateDatabase)]));
  return targets;
}

/** Brings one database to the form its subgraph’s migrations give. @throws Trouble naming the migration that failed */
export const migrateDatabase = ({ subgraph, ownerUrl, rowScopeKey }: Target): Promise<void> =>
  migrated(subgraph, () => migrate({ name: subgraph }, ownerUrl, { scopeKeys: scopeKeys(rowScopeKey) }));

/** Brings the gateway's own database up to date, with its owner's login. @throws Trouble naming the migration that failed */
export const migrateGatewayDatabase = (ownerUrl: string): Promise<void> => migrated(GATEWAY, () => migrateGateway(ownerUrl));

async function migrated(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw new Trouble(
      `The database of ${name} could not be brought up to date: ${error.message}. npm run reset starts over with an empty one.`,
      `数据库 ${name} 升级失败；如可放弃本机数据，请执行 npm run reset 重新开始。`,
    );
  }
}
