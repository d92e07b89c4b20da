/**
 * A database of its own for one test file: migrated, with all roles, dropped afterwards.
 *
 *     const world = await testDatabase(fixture);
 *     await world.owner.query(`insert into note …`);
 *     await world.session({ communities: ['ar_1'] }).rows('select …');
 *     afterAll(world.drop);
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { makeDatabase, roleName, withClient } from '../local/databases.ts';
import { DATABASE_ROLES, type DatabaseRole } from '../local/secrets.ts';
import type { Claims } from '../subgraphs/shared/src/claims.ts';
import { columnTypes, SESSION_OPTIONS } from '../subgraphs/shared/src/column-types.ts';
import type { Context } from '../subgraphs/shared/src/context.ts';
import { type Database, type DatabaseConfig, openDatabase, type Session } from '../subgraphs/shared/src/database.ts';
import { FileStore } from '../subgraphs/shared/src/files.store.ts';
import { type DatabaseDefinition, migrate } from '../subgraphs/shared/src/migrate.ts';
import { scopeKeys } from '../subgraphs/shared/src/row-scope.ts';
import type { Keys } from '../subgraphs/shared/src/signature.ts';
import { openVault, type Vault, type VaultConfig } from '../subgraphs/shared/src/vault.ts';
import { passwordOf } from './secrets.ts';

export interface TestDatabase {
  /** Connection URL by role. */
  url(role: DatabaseRole): string;
  /** Where and how a process of this subgraph would reach it. */
  config: DatabaseConfig & VaultConfig;
  /** Keys of the row scope. */
  keys: Keys;
  /** A connection as owner, who sees and writes everything. */
  owner: pg.Client;
  database: Database;
  /** Who people are; of use where the department keeps a vault. */
  vault: Vault;
  /** The session of a caller; a DISTRICT_LEAD without scope unless told. */
  session(claims?: Partial<Claims>): Session;
  /** A context for functions that take one; parts that a test needs beyond the session are given by it. */
  context(claims?: Partial<Claims>, parts?: Partial<Context>): Context;
  /** Contents of uploaded files, in a folder of the test's own. */
  files: FileStore;
  drop(): Promise<void>;
}

/** A test is no caller in a hurry. */
const DEADLINE_MS = 30_000;
/** Roles belong to the server, so files that run side by side make them in turn. */
const ROLE_LOCK = 4_103_06;

/** Claims of a caller; INTERNAL, without scope, unless told. */
export const claimsOf = (claims: Partial<Claims> = {}): Claims => ({
  requestId: 'test',
  client: 'test',
  subject: null,
  organization: null,
  roles: ['DISTRICT_LEAD'],
  variant: 'INTERNAL',
  areaCodes: [],
  areas: [],
  communities: [],
  edition: 2023,
  purpose: null,
  deadline: Date.now() + DEADLINE_MS,
  ...claims,
});

/** Makes, migrates and opens a database for one test file. */
export async function testDatabase(definition: DatabaseDefinition): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const { name } = definition;
  const database = `test_${name}_${randomBytes(6).toString('hex')}`;
  await withClient(server, (client) => makeRoles(client, name));
  await makeDatabase({ url: (of) => urlOf(server, of) }, name, database, DATABASE_ROLES);
  const url = (role: DatabaseRole): string => urlOf(server, database, roleName(name, role));
  const rowScopeKey = randomBytes(32).toString('base64');
  const keys = scopeKeys(rowScopeKey);
  await migrate(definition, url('owner'), { scopeKeys: keys });

  const owner = new pg.Client({ connectionString: url('owner'), types: columnTypes, options: SESSION_OPTIONS });
  await owner.connect();
  const keyFile = join(inject('runFolder'), `${database}.key`);
  writeFileSync(keyFile, `k1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const config = {
    DATABASE_URL: url('app'),
    FIGURES_DATABASE_URL: url('figures'),
    VAULT_DATABASE_URL: url('vault'),
    VAULT_KEY_FILE: keyFile,
    ROW_SCOPE_KEY: rowScopeKey,
  };
  const filesFolder = join(inject('runFolder'), `${database}.files`);
  const files = new FileStore(filesFolder);
  const vault = openVault(name, config);
  const opened = openDatabase(name, config);
  const session = (claims?: Partial<Claims>): Session => opened.session(claimsOf(claims));
  return {
    url,
    config,
    keys,
    owner,
    database: opened,
    vault,
    session,
    context: (claims, parts) => contextOf(session(claims), claimsOf(claims), { vault, files, ...parts }),
    files,
    drop: async () => {
      await Promise.all([opened.close(), vault.close(), owner.end()]);
      rmSync(keyFile, { force: true });
      rmSync(filesFolder, { recursive: true, force: true });
      await withClient(server, (client) => client.query(`drop database ${database} with (force)`));
    },
  };
}

/** A context around a session; what a test did not give throws when it is used. */
function contextOf(session: Session, claims: Claims, parts: Partial<Context> = {}): Context {
  const absent = (name: string): never => {
    throw new Error(`this test has no ${name}`);
  };
  return {
    ...session,
    claims,
    warn: () => undefined,
    replayed: () => undefined,
    get graph() {
      return absent('graph');
    },
    get log() {
      return absent('log');
    },
    get vault() {
      return absent('vault');
    },
    get files() {
      return absent('files');
    },
    ...parts,
  };
}

async function makeRoles(client: pg.Client, name: string): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [ROLE_LOCK]);
  for (const role of DATABASE_ROLES.map((each) => roleName(name, each))) {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (!rowCount) await client.query(`create role ${role} login password ${pg.escapeLiteral(passwordOf(role))}`);
  }
}

/** URL of a database on the tests' server, as superuser unless a role is given. */
function urlOf(server: string, database: string, role?: string): string {
  const url = new URL(server);
  url.pathname = database;
  if (role === undefined) return url.href;
  url.username = role;
  url.password = passwordOf(role);
  return url.href;
}
