/**
 * Brings a department's database up to date: schema `hub`, then `subgraphs/<name>/migrations/NNNN-title.sql` in order, each in one
 * transaction, once, forward only; then the keys of the row scope. Migrations are written by `npm run migration` (`migration.ts`), and one
 * that was applied must not change any more.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { projectRoot, subgraphList } from './config.ts';
import type { EntityDefinition } from './database.ts';
import { hubSchema } from './hub-schema.ts';
import { hmacPads } from './row-scope.ts';
import type { Keys } from './signature.ts';
import { vaultSchema } from './vault-schema.ts';

/** A subgraph's database as data; a `Subgraph` will do. */
export interface DatabaseDefinition {
  name: string;
  entities: readonly EntityDefinition[];
  /** Folder of the migrations; the subgraph's own unless told. */
  migrations?: URL;
  /** Whether it keeps a vault; as `schema/supergraph.yaml` says unless told. */
  vault?: boolean;
}

/** Serves all migrations of a database one after the other, whoever starts them. */
const MIGRATION_LOCK = 4_103_05;
/** A migration that waits for a lock makes everybody behind it wait as well: better to give up and run again. */
const LOCK_TIMEOUT = '5s';
/** The names under which the versions of the schemas that we make are kept. */
const HUB = '0000-hub';
const VAULT = '0000-vault';

/** Schema `hub` of a database that is no department's: which migrations were applied, and nobody but the owner makes objects. */
const PLAIN_HUB = `
create schema if not exists hub;
create table if not exists hub.migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
revoke all on schema hub from public;
revoke create on schema public from public;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
`;

/** A migration that could not be applied; nothing of it was kept. */
export class MigrationError extends Error {}

/** Folder of a subgraph's migrations, in the sources. */
export const migrationsOf = ({ name, migrations }: Pick<DatabaseDefinition, 'name' | 'migrations'>): URL =>
  migrations ?? new URL(`subgraphs/${name}/migrations/`, projectRoot);

/** File names of the migrations in their order. */
export const migrationFiles = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((file) => /^\d{4}-[\w-]+\.sql$/.test(file))
    .sort();

/**
 * Applies what is missing, as `<name>_owner`. Roles and database exist already.
 * @param scopeKeys keys of the row scope, see `row-scope.ts`; they replace the ones in the database.
 * @returns names of the migrations that were applied.
 * @throws MigrationError naming the migration.
 */
export async function migrate(
  definition: Omit<DatabaseDefinition, 'entities'>,
  ownerUrl: string,
  { scopeKeys }: { scopeKeys: Keys },
): Promise<string[]> {
  return migrating(definition.name, ownerUrl, async (client) => {
    await install(client, HUB, hubSchema(definition.name));
    if (keepsVault(definition)) await install(client, VAULT, vaultSchema(definition.name));
    const applied = await applyMissing(client, migrationsOf(definition));
    await storeScopeKeys(client, scopeKeys);
    return applied;
  });
}

/**
 * Applies what is missing to a database without row scope and vault, as its owner. Roles and database exist already.
 * @returns names of the migrations that were applied.
 * @throws MigrationError naming the migration.
 */
export const migratePlain = (name: string, folder: URL, ownerUrl: string): Promise<string[]> =>
  migrating(name, ownerUrl, async (client) => {
    await install(client, HUB, PLAIN_HUB);
    return applyMissing(client, folder);
  });

async function migrating(name: string, ownerUrl: string, work: (client: pg.Client) => Promise<string[]>): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: `${name} migrate` });
  // A connection that breaks fails the statement under way, which is what the caller hears of.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}

const keepsVault = ({ name, vault }: Omit<DatabaseDefinition, 'entities'>): boolean => vault ?? subgraphList()[name]?.vault ?? false;

/** Makes a schema of ours, again whenever it is written otherwise. */
async function install(client: pg.Client, name: string, sql: string): Promise<void> {
  const known = await client.query<{ there: boolean }>(`select to_regclass('hub.migration') is not null as there`);
  const before = known.rows[0]?.there ? await appliedChecksums(client) : new Map<string, string>();
  if (before.get(name) !== checksum(sql)) await apply(client, name, sql);
}

async function applyMissing(client: pg.Client, folder: URL): Promise<string[]> {
  const before = await appliedChecksums(client);
  const applied: string[] = [];
  for (const file of migrationFiles(folder)) {
    const sql = readFileSync(new URL(file, folder), 'utf8');
    const known = before.get(file);
    if (known === checksum(sql)) continue;
    if (known) throw new MigrationError(`migration ${file} was changed after it was applied: write a new one instead`);
    await apply(client, file, sql);
    applied.push(file);
  }
  return applied;
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from hub.migration');
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function apply(client: pg.Client, name: string, sql: string): Promise<void> {
  try {
    await client.query(`begin; set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query(sql);
    await client.query(
      `insert into hub.migration (name, checksum) values ($1, $2)
       on conflict (name) do update set checksum = excluded.checksum, applied_at = now()`,
      [name, checksum(sql)],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new MigrationError(`migration ${name} was not applied: ${(error as Error).message}`, { cause: error });
  }
}

async function storeScopeKeys(client: pg.Client, keys: Keys): Promise<void> {
  const ids = keys.map(({ id }) => id);
  await client.query('begin');
  await client.query('delete from hub.scope_key where id <> all ($1)', [ids]);
  for (const { id, secret } of keys) {
    const { inner, outer } = hmacPads(secret);
    await client.query(
      `insert into hub.scope_key (id, inner_pad, outer_pad) values ($1, $2, $3)
       on conflict (id) do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad`,
      [id, inner, outer],
    );
  }
  await client.query('commit');
}

const checksum = (sql: string): string => createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
