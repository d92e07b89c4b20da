/**
 * How many requests a client may send in a minute (qualities §12): counted by its client id, or by address for who has none. Gateways that
 * share a Redis share the counts; without one, or while it does not answer, each counts for itself, so that nobody waits for it.
 */
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import type { Identity } from './identity.ts';
import { Refusal } from './refusal.ts';

export interface BudgetOptions {
  /** Requests of one client in a minute. */
  perMinute: number;
  /** Null: counts are this process's own. */
  redisUrl: string | null;
}

type Limiter = Pick<RateLimiterMemory, 'consume'>;

const MINUTE_SECONDS = 60;
const PREFIX = 'hub:rate';
/** A Redis that takes longer is no help to a request. */
const REDIS_MS = 250;
const RECONNECT_MS = 1_000;

/** The budgets of all clients. */
export class Budgets {
  readonly #perMinute: number;
  readonly #own: Limiter;
  readonly #shared: Limiter | null;
  readonly #end: () => void;

  private constructor(perMinute: number, own: Limiter, shared: Limiter | null, end: () => void) {
    this.#perMinute = perMinute;
    this.#own = own;
    this.#shared = shared;
    this.#end = end;
  }

  /** Null where there is no limit. Does not wait for Redis: it may come later. */
  static open({ perMinute, redisUrl }: BudgetOptions, log: Logger): Budgets | null {
    if (perMinute === 0) return null;
    const rule = { points: perMinute, duration: MINUTE_SECONDS, keyPrefix: PREFIX };
    const own = new RateLimiterMemory(rule);
    if (redisUrl === null) return new Budgets(perMinute, own, null, () => undefined);
    const client = createClient({
      url: redisUrl,
      disableOfflineQueue: true,
      socket: { connectTimeout: RECONNECT_MS, reconnectStrategy: () => RECONNECT_MS },
    });
    tellChanges(client, log);
    client.connect().catch(() => undefined);
    // Who is over his budget is turned away without asking Redis again.
    const shared = new RateLimiterRedis({
      ...rule,
      storeClient: client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      inMemoryBlockOnConsumed: perMinute + 1,
    });
    return new Budgets(perMinute, own, shared, () => client.destroy());
  }

  /**
   * Takes requests, or pages of a report, from a client's budget. The subgraphs' own credentials have none.
   * @throws Refusal RATE_LIMITED (429) with the time to wait.
   */
  async charge(identity: Identity, address: string, count = 1): Promise<void> {
    if (identity.roles.includes('SERVICE')) return;
    const key =
      identity.subject === null && identity.client === 'anonymous' ? `address:${networkOf(address)}` : `client:${identity.client}`;
    try {
      await this.#consume(key, count);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw this.#refusal(reason);
    }
  }

  /** After the last request. */
  close(): void {
    this.#end();
  }

  async #consume(key: string, count: number): Promise<unknown> {
    if (!this.#shared) return this.#own.consume(key, count);
    const asked = this.#shared.consume(key, count);
    // What comes too late is nobody's any more.
    asked.catch(() => undefined);
    const { promise: late, resolve } = Promise.withResolvers<'LATE'>();
    const timer = setTimeout(resolve, REDIS_MS, 'LATE');
    try {
      const result = await Promise.race([asked, late]);
      return result === 'LATE' ? await this.#own.consume(key, count) : result;
    } catch (reason) {
      if (reason instanceof RateLimiterRes) throw reason;
      return await this.#own.consume(key, count);
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal({ msBeforeNext, consumedPoints }: RateLimiterRes): Refusal {
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    return new Refusal('RATE_LIMITED', {
      status: 429,
      zh: `每分钟上限 ${this.#perMinute} 次，请 ${seconds} 秒后再试。`,
      en: `At most ${this.#perMinute} a minute: try again in ${seconds} s.`,
      details: { limit: 'requestsPerMinute', max: this.#perMinute, value: consumedPoints, retryAfterSeconds: seconds },
      headers: { 'retry-after': String(seconds) },
    });
  }
}

/** One household holds a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  return address.split(':').slice(0, 4).join(':');
}

/** Says once when Redis goes and when it comes; never its address, which may hold a password. */
function tellChanges(client: { on(event: string, tell: (error: NodeJS.ErrnoException) => void): unknown }, log: Logger): void {
  let isThere = true;
  client.on('error', (error) => {
    if (isThere) log.warn({ code: error.code ?? error.name }, 'Redis does not answer: budgets are counted by this process alone');
    isThere = false;
  });
  client.on('ready', () => {
    if (!isThere) log.info('Redis answers: budgets are shared');
    isThere = true;
  });
}
