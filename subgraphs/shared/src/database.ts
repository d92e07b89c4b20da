/**
 * A department's database as its process sees it (design §5): one pool per role. `rows` runs as `<name>_app` under the caller's signed row
 * scope, `figureRows` as `<name>_figures`, which reads every row. Each call is one read-only transaction whose statements are sent together,
 * so the scope costs no round trip, and ends with the request's deadline.
 *
 * Values arrive as `column-types.ts` says. Statements and values never reach a message or a log.
 */
import type { EntitySchema } from '@mikro-orm/core';
import pg from 'pg';
import { cancelledBy } from './cancel.ts';
import type { Claims } from './claims.ts';
import { heldInstant } from './clock.ts';
import { columnTypes, SESSION_OPTIONS } from './column-types.ts';
import { HubError } from './errors.ts';
import { NOBODY, scopeKeys, signScope } from './row-scope.ts';
import { Seal } from './seal.ts';

/** A table of a department, written with MikroORM's `defineEntity`. */
export type EntityDefinition = EntitySchema;

/** Where a database is and how it is trusted; the names are those of the environment. */
export interface DatabaseConfig {
  /** Login of role `<name>_app`. */
  DATABASE_URL: string;
  /** Login of role `<name>_figures`. */
  FIGURES_DATABASE_URL: string;
  /** Key of the signed row scope, see `scopeKeys`. */
  ROW_SCOPE_KEY: string;
}

/** The two ways to the data for one request. */
export interface Session {
  /**
   * Rows that the caller may see.
   * @throws HubError SOURCE_UNAVAILABLE when the database does not answer in time; StatementError for a wrong statement.
   */
  rows<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** All rows, for aggregates alone; throws as `rows`. */
  figureRows<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** One transaction as the caller, see `Database.write`. */
  write<T>(work: (transaction: Writing) => Promise<T>): Promise<T>;
  /** Statements asked for so far. */
  readonly statements: () => number;
  /** Marks the cursors of lists. */
  readonly seal: Seal;
}

/** Statements that take effect together or not at all. */
export interface Transaction {
  /** Reads or writes; throws as `Session.rows`. */
  rows<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
}

/** A transaction of a command or a job. */
export interface Writing extends Transaction {
  /**
   * What follows from a command by itself, in the same transaction: `work` reads and writes as SERVICE, which sees what the caller need not (a
   * reporter's case, a handler's reports). The caller's row scope holds again afterwards.
   */
  asService<T>(work: () => Promise<T>): Promise<T>;
}

/** Who acts, as far as the row scope and the deadline need it. */
export type Actor = Pick<Claims, 'deadline'> & Parameters<typeof signScope>[1];

export interface Database {
  /** The session of one request; `signal` ends its reads, also in the database. */
  session(claims: Actor, signal?: AbortSignal): Session;
  /**
   * One transaction as `<name>_app` under the signed row scope: committed when `work` is done, rolled back when it throws.
   * @throws HubError RESULT_UNKNOWN when nobody can say whether it was committed.
   */
  write<T>(actor: Actor, work: (transaction: Writing) => Promise<T>): Promise<T>;
  /** Do both roles reach the database, and does it take our row scope? */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/** A few connections are enough: a statement takes milliseconds, and four departments share the server of a small machine. */
const MAX_CONNECTIONS = { app: 4, figures: 4 };
const CONNECT_MS = 2_000;
const READY_MS = 1_000;
/** The server's own time-out ends a statement first; this one is for a server that hangs. */
const GRACE_MS = 250;
/** A process that stands still in the middle of a command lets go of its locks soon after its caller gave up. */
const IDLE_GRACE_MS = 1_000;

/**
 * A statement that the database refused: a bug of ours. `reason` is the server's sentence where it can only speak of names (a missing
 * column), never of values.
 */
export class StatementError extends Error {
  readonly sqlState: string;
  /** Name of the constraint that the statement would have broken. */
  readonly constraint: string | undefined;
  constructor(sqlState: string, reason: string, constraint?: string) {
    super(`the database refused a statement (${sqlState})${reason && `: ${reason}`}${constraint ? ` by ${constraint}` : ''}`);
    this.name = 'StatementError';
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** Opens the pools of a subgraph; connections are made when they are needed. */
export function openDatabase(name: string, config: DatabaseConfig): Database {
  const keys = scopeKeys(config.ROW_SCOPE_KEY);
  const seal = new Seal(keys, 'cursor');
  const app = openPool(config.DATABASE_URL, `${name} app`, MAX_CONNECTIONS.app);
  const figures = openPool(config.FIGURES_DATABASE_URL, `${name} figures`, MAX_CONNECTIONS.figures);

  const scopesOf = (actor: Actor): Scopes => ({
    own: (pid) => signScope(keys, actor, pid),
    service: (pid) => signScope(keys, SERVICE, pid),
  });
  const session = (claims: Actor, signal?: AbortSignal): Session => {
    let count = 0;
    const read = async <T extends object>(pool: pg.Pool, scope: Scope | null, sql: string, params: readonly unknown[]): Promise<T[]> => {
      count += 1;
      return reading<T>(pool, { deadline: claims.deadline, signal }, scope, sql, params);
    };
    const counting =
      <T>(work: (transaction: Writing) => Promise<T>) =>
      ({ rows, asService }: Writing): Promise<T> =>
        work({
          asService,
          rows: (sql, params) => {
            count += 1;
            return rows(sql, params);
          },
        });
    return {
      rows: (sql, params = []) => read(app, (pid) => signScope(keys, claims, pid), sql, params),
      figureRows: (sql, params = []) => read(figures, heldInstant() && ((pid) => signScope(keys, NOBODY, pid)), sql, params),
      write: (work) => writing(app, claims.deadline, scopesOf(claims), counting(work)),
      statements: () => count,
      seal,
    };
  };

  return {
    session,
    write: (actor, work) => writing(app, actor.deadline, scopesOf(actor), work),
    ready: () => isReady(session({ ...NOBODY, deadline: Date.now() + READY_MS })),
    close: async () => {
      await Promise.all([app.end(), figures.end()]);
    },
  };
}

/** The row scope for a backend process, as text. */
type Scope = (pid: number) => string;
/** The caller's, and that of what follows by itself. */
interface Scopes {
  own: Scope;
  service: Scope;
}
const SERVICE = { ...NOBODY, roles: ['SERVICE' as const], variant: 'INTERNAL' as const };

/** A pool of one role. */
export function openPool(url: string, applicationName: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    options: SESSION_OPTIONS,
    types: columnTypes,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    pipeline: true,
  });
  // A connection that breaks is replaced; whoever used it hears of it by his statement. Unheard, the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Until when a read is waited for: epoch milliseconds, or until somebody says that nobody waits. */
export interface Until {
  deadline: number;
  signal?: AbortSignal | undefined;
}

/** Begins, sets time-out and scope, reads and commits: sent together, one round trip. */
export async function reading<T extends object>(
  pool: pg.Pool,
  { deadline, signal }: Until,
  scope: Scope | null,
  sql: string,
  params: readonly unknown[],
): Promise<T[]> {
  const client = await connect(pool, { deadline, signal });
  const left = Math.max(1, deadline - Date.now());
  const settings = [`begin read only; set local statement_timeout = ${Math.ceil(left)}`];
  if (scope) settings.push(`select set_config('hub.context', '${scope(backendOf(client))}', true)`);
  const wait = { query_timeout: left + GRACE_MS };
  const isOver = cancelledBy(signal, client);
  const [began, read, ended] = await Promise.allSettled([
    client.query({ text: settings.join('; '), ...wait }),
    client.query<T>({ text: sql, values: [...params], ...wait }),
    client.query({ text: 'commit', ...wait }),
  ]);
  const broken = [began, read, ended].find((step) => step.status === 'rejected' && !sqlStateOf(step.reason));
  isOver();
  client.release(broken !== undefined || signal?.aborted);
  if (began.status === 'rejected') throw shownError(began.reason);
  if (read.status === 'rejected') throw shownError(read.reason);
  return read.value.rows;
}

/** Runs `work` between begin and commit. Its statements go one by one, because each may depend on what the one before said. */
export async function writing<T>(pool: pg.Pool, deadline: number, scopes: Scopes, work: (transaction: Writing) => Promise<T>): Promise<T> {
  const client = await connect(pool, { deadline });
  let broken = false;
  const send = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
    const left = Math.max(1, deadline - Date.now());
    try {
      return (await client.query<R>({ text, values: [...values], query_timeout: left + GRACE_MS } as pg.QueryConfig)).rows;
    } catch (error) {
      const sqlState = sqlStateOf(error);
      broken ||= !sqlState || AWAY.test(sqlState);
      throw shownError(error);
    }
  };
  try {
    const left = Math.max(1, deadline - Date.now());
    await send(
      `begin; set local statement_timeout = ${Math.ceil(left)}; set local idle_in_transaction_session_timeout = ${Math.ceil(left) + IDLE_GRACE_MS};
       ${contextOf(scopes.own, client)}`,
    );
    let isService = false;
    const asService = async <R>(follows: () => Promise<R>): Promise<R> => {
      if (isService) return follows();
      await send(contextOf(scopes.service, client));
      isService = true;
      try {
        return await follows();
      } finally {
        isService = false;
        // After a refused statement nothing can be set, and everything is rolled back.
        await send(contextOf(scopes.own, client)).catch(() => undefined);
      }
    };
    const result = await work({ rows: send, asService });
    await send('commit').catch((error: unknown) => {
      throw error instanceof HubError ? new HubError('RESULT_UNKNOWN') : error;
    });
    return result;
  } catch (error) {
    if (!broken) await send('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release(broken);
  }
}

const contextOf = (scope: Scope, client: pg.PoolClient): string => `select set_config('hub.context', '${scope(backendOf(client))}', true)`;

/** A free connection of the pool, if there is one while it is waited for; one that comes later goes back. */
async function connect(pool: pg.Pool, { deadline, signal }: Until): Promise<pg.PoolClient> {
  const left = deadline - Date.now();
  if (left <= 0 || signal?.aborted) throw new HubError('SOURCE_UNAVAILABLE');
  const connecting = pool.connect();
  const late = Promise.withResolvers<never>();
  const giveUp = () => late.reject(new HubError('SOURCE_UNAVAILABLE'));
  const timer = setTimeout(giveUp, left);
  signal?.addEventListener('abort', giveUp);
  try {
    return await Promise.race([connecting, late.promise]);
  } catch (error) {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw error instanceof HubError ? error : shownError(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/** The backend's process id; pg tells it, its types do not. */
const backendOf = (client: pg.PoolClient): number => (client as pg.PoolClient & { processID: number }).processID;

const sqlStateOf = (error: unknown): string | undefined => (error instanceof pg.DatabaseError ? error.code : undefined);

/** Cancelled for time, shut down or starting, too many connections, connection failures: the source is away, nothing is wrong with us. */
const AWAY = /^(57|53|08|25P03)/;
/** Classes whose sentences speak of names only: unknown tables, columns, operators, missing grants. A syntax error would quote the SQL. */
const NAMES_ONLY = /^42(?!601)/;
/** A text that no column can hold, with a zero byte in it: only a caller can have sent it. */
const NO_TEXT = '22021';

function shownError(error: unknown): Error {
  const sqlState = sqlStateOf(error);
  if (!sqlState || AWAY.test(sqlState)) return new HubError('SOURCE_UNAVAILABLE');
  if (sqlState === NO_TEXT) return new HubError('VALIDATION_FAILED');
  return new StatementError(sqlState, NAMES_ONLY.test(sqlState) ? (error as Error).message : '', (error as pg.DatabaseError).constraint);
}

async function isReady(session: Session): Promise<boolean> {
  try {
    const [app] = await session.rows<{ trusted: boolean }>('select hub.context() is not null as trusted');
    await session.figureRows('select 1 as one');
    return app?.trusted === true;
  } catch {
    return false;
  }
}
