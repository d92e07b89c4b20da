/**
 * `node dist/local/migrate.js SUBGRAPH` brings one department's database up to date with its owner's login, `… gateway` the gateway's own. For deployments whose PostgreSQL
 * is the operator's: run it before the new version of the subgraph starts. On one machine `npm start` does the same.
 */
import { z } from 'zod';
import { ConfigError, readConfig } from '../subgraphs/shared/src/config.ts';
import { GATEWAY, subgraphNames } from './environment.ts';
import { migrateDatabase, migrateGatewayDatabase } from './prepare.ts';
import { fail, Trouble } from './trouble.ts';

/** What migrating is told by its environment. */
export const migrateVariables = {
  /** Login of role `<name>_owner`. */
  OWNER_DATABASE_URL: z.url(),
  /** The same as the subgraph's: the database keeps it, to check what the process signs. */
  ROW_SCOPE_KEY: z.string().min(32),
};
/** The same for the gateway's own database, which has no row scope. */
export const gatewayMigrateVariables = { OWNER_DATABASE_URL: migrateVariables.OWNER_DATABASE_URL };

async function main(): Promise<void> {
  const subgraph = process.argv[2] ?? '';
  const names = [...subgraphNames(), GATEWAY];
  if (!names.includes(subgraph)) {
    throw new Trouble(`Name what to migrate: one of ${names.join(', ')}.`, `请指明要升级的数据库：${names.join('、')}。`);
  }
  if (subgraph === GATEWAY) {
    await migrateGatewayDatabase(read(subgraph, gatewayMigrateVariables).OWNER_DATABASE_URL);
  } else {
    const { OWNER_DATABASE_URL: ownerUrl, ROW_SCOPE_KEY: rowScopeKey } = read(subgraph, migrateVariables);
    await migrateDatabase({ subgraph, ownerUrl, rowScopeKey });
  }
  process.stdout.write(`${subgraph} is up to date  已是最新\n`);
}

function read<Shape extends z.ZodRawShape>(subgraph: string, variables: Shape) {
  try {
    return readConfig(z.object(variables), process.env, `${subgraph} migrate`);
  } catch (error) {
    if (error instanceof ConfigError) throw new Trouble(error.message, '请设置以上环境变量后重试。');
    throw error;
  }
}

if (import.meta.main) await main().catch((error) => fail(error, ''));
