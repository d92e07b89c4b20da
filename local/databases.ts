import pg from 'pg';
import type { Postgres } from './postgres.ts';
import { type DatabaseRole, GATEWAY, passwordsOf, rolesOf, type Secrets } from './secrets.ts';

/** Extensions a department's tables may use. Made by the superuser, so that the owner need not be one. */
const EXTENSIONS = ['ltree', 'btree_gist', 'pg_trgm'];

/** Name of a role of a subgraph, e.g. `organization_figures`. */
export const roleName = (subgraph: string, role: DatabaseRole): string => `${subgraph}_${role}`;

/** Connection URL of a subgraph's database, or of the gateway's, by role. `database` is another name than the subgraph's for copies in tests. */
export function databaseUrl(
  postgres: Pick<Postgres, 'url'>,
  secrets: Secrets,
  subgraph: string,
  role: DatabaseRole,
  database = subgraph,
): string {
  const password = passwordsOf(secrets, subgraph)[role];
  if (password === undefined) throw new Error(`${subgraph} has no role ${role}`);
  return postgres.url(database, roleName(subgraph, role), password);
}

/** Runs `work` on one connection and closes it. */
export async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  // A connection that breaks fails the statement under way, which is what the caller hears of.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the roles of every subgraph and of the gateway, or gives those that exist the passwords of these secrets. */
export async function makeRoles(postgres: Pick<Postgres, 'url'>, secrets: Secrets): Promise<void> {
  await withClient(postgres.url('postgres'), async (client) => {
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const existing = new Set(rows.map((row) => row.rolname));
    for (const owner of [GATEWAY, ...Object.keys(secrets.subgraphs)]) {
      const passwords = passwordsOf(secrets, owner);
      for (const role of rolesOf(owner)) {
        const name = roleName(owner, role);
        const verb = existing.has(name) ? 'alter' : 'create';
        await client.query(`${verb} role ${pg.escapeIdentifier(name)} login password ${pg.escapeLiteral(passwords[role] ?? '')}`);
      }
    }
  });
}

/**
 * Makes the database of a subgraph or of the gateway, owned by its owner, with the extensions of departments; others cannot connect to it. Making it again only mends what an
 * interrupted start left out.
 */
export async function makeDatabase(
  postgres: Pick<Postgres, 'url'>,
  subgraph: string,
  database = subgraph,
  roles: readonly DatabaseRole[] = rolesOf(subgraph),
): Promise<void> {
  const name = pg.escapeIdentifier(database);
  const owner = pg.escapeIdentifier(roleName(subgraph, 'owner'));
  await withClient(postgres.url('postgres'), async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!rowCount) await client.query(`create database ${name} owner ${owner}`);
    const guests = roles.map((role) => pg.escapeIdentifier(roleName(subgraph, role))).join(', ');
    await client.query(`revoke all on database ${name} from public; grant connect on database ${name} to ${guests}`);
  });
  await withClient(postgres.url(database), async (client) => {
    const extensions = subgraph === GATEWAY ? [] : EXTENSIONS;
    if (extensions.length > 0) await client.query(extensions.map((extension) => `create extension if not exists ${extension}`).join(';'));
    await client.query(`alter schema public owner to ${owner}`);
  });
}

/** Drops the database of a subgraph with everything in it. */
export const dropDatabase = (postgres: Pick<Postgres, 'url'>, database: string): Promise<unknown> =>
  withClient(postgres.url('postgres'), (client) => client.query(`drop database if exists ${pg.escapeIdentifier(database)} with (force)`));

/** Like `Promise.all`, but waits for all before it fails: nothing still works on a database that is about to be stopped. */
export async function everyOne<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Writes what is dirty in memory to its place, so that stopping and starting are quick. A server that is being stopped does it anyway. */
export const checkpoint = (postgres: Pick<Postgres, 'url'>): Promise<unknown> =>
  withClient(postgres.url('postgres'), (client) => client.query('checkpoint')).catch(() => undefined);
