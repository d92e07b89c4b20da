/**
 * `node dist/local/migrate.js SUBGRAPH` brings one department's database up to date with its owner's login. For deployments whose PostgreSQL
 * is the operator's: run it before the new version of the subgraph starts. On one machine `npm start` does the same.
 */
import { z } from 'zod';
import { ConfigError, readConfig } from '../subgraphs/shared/src/config.ts';
import { subgraphNames } from './environment.ts';
import { migrateDatabase } from './prepare.ts';
import { fail, Trouble } from './trouble.ts';

/** What migrating is told by its environment. */
export const migrateVariables = {
  /** Login of role `<name>_owner`. */
  OWNER_DATABASE_URL: z.url(),
  /** The same as the subgraph's: the database keeps it, to check what the process signs. */
  ROW_SCOPE_KEY: z.string().min(32),
};

async function main(): Promise<void> {
  const subgraph = process.argv[2] ?? '';
  if (!subgraphNames().includes(subgraph)) {
    throw new Trouble(
      `Name the subgraph to migrate: one of ${subgraphNames().join(', ')}.`,
      `请指明要升级的子图：${subgraphNames().join('、')}。`,
    );
  }
  const { OWNER_DATABASE_URL: ownerUrl, ROW_SCOPE_KEY: rowScopeKey } = read(subgraph);
  await migrateDatabase({ subgraph, ownerUrl, rowScopeKey });
  process.stdout.write(`${subgraph} is up to date  已是最新\n`);
}

function read(subgraph: string) {
  try {
    return readConfig(z.object(migrateVariables), process.env, `${subgraph} migrate`);
  } catch (error) {
    if (error instanceof ConfigError) throw new Trouble(error.message, '请设置以上环境变量后重试。');
    throw error;
  }
}

if (import.meta.main) await main().catch((error) => fail(error, ''));
