/**
 * The gateway's own database `gateway` (design §4): clients, the exchange record. No business data. Role `gateway_app` serves, `gateway_owner`
 * migrates and registers clients.
 */
import pg from 'pg';
import type { Logger } from 'pino';
import { columnTypes, SESSION_OPTIONS } from '../../subgraphs/shared/src/column-types.ts';
import { projectRoot } from '../../subgraphs/shared/src/config.ts';
import { migratePlain } from '../../subgraphs/shared/src/migrate.ts';

const MIGRATIONS = new URL('gateway/migrations/', projectRoot);
const MAX_CONNECTIONS = 4;
const CONNECT_MS = 2_000;
const STATEMENT_MS = 5_000;

/** Brings the database up to date, with the owner's login. @throws MigrationError naming the migration */
export const migrateGateway = (ownerUrl: string): Promise<string[]> => migratePlain('gateway', MIGRATIONS, ownerUrl);

/** Opens the pool; connections are made when they are needed. */
export function openOwnDatabase(url: string, log: Pick<Logger, 'warn'>): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'gateway',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    types: columnTypes,
    options: SESSION_OPTIONS,
  });
  // A connection that breaks in use fails its statement, which is what its user hears of; one that is idle is made anew.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.warn({ code: (error as { code?: string }).code }, 'a connection to the own database broke'));
  return pool;
}
