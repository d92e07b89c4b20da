/**
 * The exchange record (qualities §12). Each gateway process writes a chain of its own. Lines are committed in batches in the order of their
 * making: those that somebody waits for at once, the others a moment later. A batch that fails is sent again until it is there; once too many
 * lines wait, requests are refused rather than answered unrecorded.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { anchorIfDue } from './record-anchor.ts';
import { type Exchange, genesis, type Line, lineHash } from './record-chain.ts';
import { Refusal } from './refusal.ts';

/** Lines gather so long while nobody waits for them. */
const GATHER_MS = 20;
const MAX_BATCH = 500;
/** About ten megabytes. */
const MAX_WAITING = 20_000;
const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 5_000;
const ANCHOR_LOOK_MS = 5 * 60_000;
const SQL_APPEND = 'select exchange_append($1, $2) as lines';

interface Waiting {
  line: Line;
  /** Told when it is committed. */
  done: (() => void) | null;
}

export class Recorder {
  readonly writer = `gw_${randomUUID()}`;
  readonly #pool: pg.Pool;
  readonly #log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #anchors: NodeJS.Timeout;
  #waiting: Waiting[] = [];
  #lines = 0;
  #head = genesis(this.writer);
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #isClosing = false;
  #resting: AbortController | null = null;

  constructor(pool: pg.Pool, log: Pick<Logger, 'info' | 'warn' | 'error'>) {
    this.#pool = pool;
    this.#log = log;
    this.#anchors = setInterval(() => void this.#anchor(false), ANCHOR_LOOK_MS).unref();
  }

  /** @throws Refusal OVERLOADED (503) while so many lines wait that another could be lost. */
  checkRoom(): void {
    if (this.#waiting.length >= MAX_WAITING) throw new Refusal('OVERLOADED', { status: 503 });
  }

  /** Records an exchange right after it; nobody waits for it. */
  keep(exchange: Exchange): void {
    this.#add(exchange, null);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /**
   * Records an exchange and resolves when it is committed.
   * @throws Refusal SOURCE_UNAVAILABLE (503) if it is not within that time; it is recorded later then, although nobody got the answer.
   */
  async commit(exchange: Exchange, withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<'done'>();
    this.#add(exchange, () => resolve('done'));
    this.#flush();
    const giveUp = new AbortController();
    const late = pause(Math.max(withinMs, 0), 'late' as const, { signal: giveUp.signal }).catch(() => 'done' as const);
    const outcome = await Promise.race([promise, late]);
    giveUp.abort();
    if (outcome === 'late') throw new Refusal('SOURCE_UNAVAILABLE', { status: 503, zh: '（交换记录）', en: '(exchange record)' });
  }

  /** Commits what waits, and anchors it. What cannot be committed within that time goes to the log, line by line. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#anchors);
    this.#isClosing = true;
    this.#resting?.abort();
    this.#flush();
    const giveUp = new AbortController();
    const late = pause(withinMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([this.#flushing, late]);
    giveUp.abort();
    const left = this.#waiting.splice(0);
    for (const { line } of left) this.#log.error({ writer: this.writer, ...line }, 'an exchange record that could not be kept');
    if (left.length === 0) await this.#anchor(true);
  }

  #add(exchange: Exchange, done: Waiting['done']): void {
    const told = { ...exchange, line: this.#lines + 1, at: new Date().toISOString() };
    this.#lines = told.line;
    this.#head = lineHash(this.#head, told);
    this.#waiting.push({ line: { ...told, hash: this.#head }, done });
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#flushing || this.#waiting.length === 0) return;
    this.#flushing = this.#flushAll().finally(() => {
      this.#flushing = null;
      // What came while the last batch was noted as done.
      if (this.#waiting.length > 0) this.#flush();
    });
  }

  async #flushAll(): Promise<void> {
    let rest = FIRST_REST_MS;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_BATCH);
      try {
        await this.#append(batch);
        rest = FIRST_REST_MS;
      } catch (error) {
        this.#log.warn({ waiting: this.#waiting.length, reason: (error as Error).message }, 'the exchange record could not be written');
        await this.#rest(this.#isClosing ? FIRST_REST_MS : rest);
        rest = Math.min(rest * 2, LONGEST_REST_MS);
      }
    }
  }

  /** Ends early when the gateway ends. */
  async #rest(ms: number): Promise<void> {
    this.#resting = new AbortController();
    await pause(ms, undefined, { ref: this.#isClosing, signal: this.#resting.signal }).catch(() => undefined);
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    const rows = batch.map(({ line: { operationHash, answerHash, ...line } }) => ({
      ...line,
      operation_hash: operationHash,
      answer_hash: answerHash,
    }));
    await this.#pool.query(SQL_APPEND, [this.writer, JSON.stringify(rows)]);
    this.#waiting.splice(0, batch.length);
    for (const { done } of batch) done?.();
  }

  async #anchor(isLast: boolean): Promise<void> {
    try {
      const anchor = await anchorIfDue(this.#pool, isLast);
      // Told outside the database too, where whoever changes it does not reach.
      if (anchor) this.#log.info(anchor, 'exchange record anchored');
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'the exchange record could not be anchored');
    }
  }
}
