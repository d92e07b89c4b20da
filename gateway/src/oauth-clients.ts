/**
 * Clients with keys of their own (partner units, BI tools) and the client ids that were revoked, as the gateway's database has them. A
 * revocation is noticed within twenty seconds; when the database cannot be asked, what we issued ourselves ends with our knowledge.
 */
import type { JSONWebKeySet } from 'jose';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import { Refusal } from './refusal.ts';

/** A registered client. */
export interface Client {
  id: string;
  role: Role;
  /** Stable id of the organization it stands for. */
  organization: string | null;
  areaCodes: string[];
  keys: JSONWebKeySet;
}

const ASK_EVERY_MS = 15_000;
const KNOWN_FOR_MS = 45_000;
const SQL_CLIENT = `select id, role, organization, area_codes as "areaCodes", keys from client
  where id = $1 and not exists (select 1 from revocation where revocation.client = client.id)`;
const SQL_KNOWN = `select id, false as revoked from client where id not in (select client from revocation)
  union all select client, true from revocation`;

export class Clients {
  readonly #pool: pg.Pool;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #timer: NodeJS.Timeout;
  #registered: ReadonlySet<string> = new Set();
  #revoked: ReadonlySet<string> = new Set();
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;

  constructor(pool: pg.Pool, log: Pick<Logger, 'warn'>) {
    this.#pool = pool;
    this.#log = log;
    this.#timer = setInterval(() => void this.#ask(), ASK_EVERY_MS).unref();
    void this.#ask();
  }

  /** The client as it is now; null if it is unknown or revoked. @throws Error when the database does not answer */
  async find(id: string): Promise<Client | null> {
    const { rows } = await this.#pool.query<Client>(SQL_CLIENT, [id]);
    return rows[0] ?? null;
  }

  /** Notes that an assertion was used. @returns whether it was for the first time */
  async useAssertion(client: string, jti: string, expiresAt: Date): Promise<boolean> {
    await this.#pool.query('delete from client_assertion where expires_at < now()');
    const sql = 'insert into client_assertion (client, jti, expires_at) values ($1, $2, $3) on conflict do nothing';
    return (await this.#pool.query(sql, [client, jti, expiresAt])).rowCount === 1;
  }

  /**
   * Whether a credential of this client still counts. `isOurs`: we issued it to a registered client ourselves.
   * @throws Refusal UNAUTHENTICATED (401) for one revoked, SOURCE_UNAVAILABLE (503) when that cannot be learnt of one of ours.
   */
  async check(client: string, isOurs: boolean): Promise<void> {
    if (isOurs && !this.#isCurrent()) await this.#ask();
    if (isOurs && !this.#isCurrent()) throw new Refusal('SOURCE_UNAVAILABLE', { status: 503, zh: '（gateway）', en: '(gateway)' });
    // A client registered a moment ago may be one that was not known when we asked.
    if (isOurs && !this.#registered.has(client) && !this.#revoked.has(client)) await this.#ask();
    if (this.#revoked.has(client) || (isOurs && !this.#registered.has(client)))
      throw new Refusal('UNAUTHENTICATED', { status: 401, zh: '凭证已撤销。', en: 'The credential was revoked.' });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #isCurrent(): boolean {
    return performance.now() - this.#askedAt < KNOWN_FOR_MS;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#learn().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #learn(): Promise<void> {
    const since = performance.now();
    try {
      const { rows } = await this.#pool.query<{ id: string; revoked: boolean }>(SQL_KNOWN);
      this.#registered = new Set(rows.flatMap(({ id, revoked }) => (revoked ? [] : [id])));
      this.#revoked = new Set(rows.flatMap(({ id, revoked }) => (revoked ? [id] : [])));
      this.#askedAt = since;
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'the clients could not be read');
    }
  }
}
