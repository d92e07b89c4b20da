/**
 * One subgraph as the gateway reaches it: a pool of connections, a signature on every request, a time for every answer. What comes
 * back is either GraphQL or a failure that names nothing but its kind; addresses and causes go to the log.
 */
import { Readable } from 'node:stream';
import { BrokenCircuitError, BulkheadRejectedError, bulkhead, DelegateBackoff, handleWhen, type IPolicy, retry, wrap } from 'cockatiel';
import { type Dispatcher, Pool } from 'undici';
import { type Keys, sign, tailOf } from '../../../subgraphs/shared/src/signature.ts';
import { isObject, type JsonObject } from './json.ts';
import { Outage } from './outage.ts';

/**
 * How a subgraph failed to answer. SKIPPED: it was not asked, since it is silent; BUSY: nor then, since too much waits for it already;
 * CANCELLED: nobody waits for its answer any more.
 */
export type FailureKind = 'TIMEOUT' | 'UNREACHABLE' | 'RUBBISH' | 'SKIPPED' | 'BUSY' | 'CANCELLED';

/** The subgraph did not answer with GraphQL. */
export class SourceFailure extends Error {
  readonly kind: FailureKind;
  /** When the subgraph's outage began, epoch milliseconds. */
  readonly since: number;
  /** Whether the subgraph may have read the request, and a command in it may have had its effect. */
  readonly wasSent: boolean;
  constructor(kind: FailureKind, since: number, { cause, wasSent = false }: { cause?: unknown; wasSent?: boolean } = {}) {
    super(kind, { cause });
    this.kind = kind;
    this.since = since;
    this.wasSent = wasSent;
  }
}

/** A subgraph's GraphQL answer. */
export interface Answer {
  data: JsonObject | null;
  errors: JsonObject[];
  extensions: JsonObject;
}

export interface SourceOptions {
  name: string;
  /** The GraphQL endpoint. */
  url: string;
  /** Keys that sign; null when the subgraphs know no signatures (`--open`). */
  keys: Keys | null;
  /** The `extensions` of a request that no client caused, as JSON. */
  probeExtensions: string;
  /** How long the answer of a read may take. */
  timeoutMs: number;
  /** Requests in flight at one moment; more wait for their turn within their own time. */
  concurrency: number;
  onFailure?: (name: string, kind: FailureKind, cause: unknown) => void;
}

/** A request of `files.ts`. */
export type FileRequest = Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'headers' | 'body' | 'signal'>;

/** The largest list with everything in it is a few megabytes; what is longer is read no further. */
const RESPONSE_LIMIT = 16 * 1024 * 1024;
/** Beside the requests that are counted: probes, health, files. */
const SPARE_CONNECTIONS = 64;
/** So many requests wait for each that is in flight; more would have no time left when their turn comes. */
const WAITING_PER_PLACE = 8;
/** A read goes out again after up to this, each after another while, lest all of them meet a subgraph that has just started. */
const RETRY_WITHIN_MS = 50;
/** A probe waits this long, so that a subgraph that comes back finds it before its door. */
const PROBE_MS = 5_000;
const READY_MS = 1_000;

export class Source {
  readonly name: string;
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly outage: Outage;
  /** How long the answer of a read may take. */
  readonly timeoutMs: number;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #keys: Keys | null;
  readonly #onFailure: SourceOptions['onFailure'];
  /** How commands and reads go out: in turn, and a read once more if its connection was refused or broke. */
  readonly #once: IPolicy;
  readonly #twice: IPolicy;

  constructor({ name, url, keys, probeExtensions, timeoutMs, concurrency, onFailure }: SourceOptions) {
    const { origin, pathname, search } = new URL(url);
    this.name = name;
    this.url = url;
    this.timeoutMs = timeoutMs;
    this.#path = pathname + search;
    this.#keys = keys;
    this.#onFailure = onFailure;
    this.#pool = new Pool(origin, {
      connections: concurrency + SPARE_CONNECTIONS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: PROBE_MS },
      maxResponseSize: RESPONSE_LIMIT,
    });
    this.#once = bulkhead(concurrency, concurrency * WAITING_PER_PLACE);
    const again = retry(
      handleWhen((error) => kindOf(error) === 'UNREACHABLE'),
      { maxAttempts: 1, backoff: new DelegateBackoff(() => Math.random() * RETRY_WITHIN_MS) },
    );
    this.#twice = wrap(again, this.#once);
    const probe = `{"query":"{__typename}"${probeExtensions && `,"extensions":${probeExtensions}`}}`;
    this.outage = new Outage({
      probe: () => this.#exchange(probe, AbortSignal.timeout(PROBE_MS)),
      isSilence: (error) => error instanceof TimeUp,
    });
  }

  /**
   * Sends one request body and waits `timeoutMs` for the whole answer. A read whose connection was refused or broke is sent once
   * more, if the time allows, and given up when `signal` says that nobody waits for it; a command never is either.
   * @throws SourceFailure
   */
  async ask(body: string, timeoutMs: number, isMutation: boolean, signal?: AbortSignal): Promise<Answer> {
    const startedAt = Date.now();
    const sending = isMutation ? new Sending(body) : null;
    try {
      return await this.outage.call(() =>
        this.#answerWithin(timeoutMs - (Date.now() - startedAt), body, sending, isMutation ? undefined : signal),
      );
    } catch (error) {
      throw this.#failure(error, startedAt, sending);
    }
  }

  /** Headers that sign a request whose body is not known yet, over its head (`tailOf` is for the body). Only where there are keys. */
  signed(method: string, path: string, head: string): Record<string, string> {
    return sign(this.#keys ?? [], method, path, head);
  }

  /** The last bytes of a streamed body, by the signature of its head. */
  tailOf(signature: string, digest: Buffer): Buffer {
    const tail = tailOf(this.#keys ?? [], signature, digest);
    if (!tail) throw new Error('no key to sign with');
    return tail;
  }

  /** A request beside the graph, streamed both ways; what becomes of it says nothing of outages. */
  request(options: FileRequest): Promise<Dispatcher.ResponseData> {
    return this.#pool.request(options);
  }

  /** Why the subgraph does not answer as it is now, by its own word if it gives one; null if it does. */
  async trouble(): Promise<string | null> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: '/health/ready',
        signal: AbortSignal.timeout(READY_MS),
      });
      const text = await body.text();
      if (statusCode === 200) return this.outage.isOpen ? 'does not answer in time' : null;
      return ownWord(text) ?? `answers with status ${statusCode}`;
    } catch (error) {
      return kindOf(error) === 'UNREACHABLE' ? 'cannot be reached' : 'does not answer in time';
    }
  }

  /** Ends with what is in flight; nothing new is sent. */
  async retire(): Promise<void> {
    this.outage.stop();
    await this.#pool.close();
  }

  async close(): Promise<void> {
    this.outage.stop();
    await this.#pool.destroy();
  }

  /** The answer, unless its time is up or nobody waits for it before. */
  async #answerWithin(timeoutMs: number, body: string, sending: Sending | null, signal?: AbortSignal): Promise<Answer> {
    if (timeoutMs <= 0) throw new Hurried();
    if (signal?.aborted) throw new Unwanted();
    const abort = new AbortController();
    let begunAt = Number.POSITIVE_INFINITY;
    const isFair = () => Date.now() - begunAt >= this.timeoutMs / 2;
    const timer = setTimeout(() => abort.abort(isFair() ? new TimeUp() : new Hurried()), timeoutMs);
    const leave = () => abort.abort(new Unwanted());
    signal?.addEventListener('abort', leave, { once: true });
    const policy = sending ? this.#once : this.#twice;
    try {
      // Not left to the policy: what waits for its turn would hear of its end only then.
      return await Promise.race([
        new Promise<never>((_, reject) => {
          abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
        }),
        policy.execute(() => {
          begunAt = Math.min(begunAt, Date.now());
          return this.#exchange(body, abort.signal, sending);
        }, abort.signal),
      ]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  async #exchange(body: string, signal: AbortSignal, sending: Sending | null = null): Promise<Answer> {
    const response = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(sending && { 'content-length': String(sending.length) }),
        ...(this.#keys && sign(this.#keys, 'POST', this.#path, body)),
      },
      body: sending ?? body,
      signal,
    });
    return answerOf(response.statusCode, await response.body.text());
  }

  #failure(error: unknown, startedAt: number, sending: Sending | null): SourceFailure {
    const kind = kindOf(error);
    const { since } = this.outage;
    if (kind === 'SKIPPED' || kind === 'BUSY' || kind === 'CANCELLED') return new SourceFailure(kind, since ?? startedAt, { cause: error });
    this.#onFailure?.(this.name, kind, error);
    const wasSent = sending?.hasBegun === true && !(error instanceof Unsigned);
    // That a caller had no time left says nothing of the subgraph.
    return new SourceFailure(kind, error instanceof Hurried ? (since ?? startedAt) : this.outage.failed(), { cause: error, wasSent });
  }
}

/** The subgraph had its fair time. */
class TimeUp extends Error {}
/** It had less than that: little was left of the request's time, or it went by before the request's turn came. */
class Hurried extends Error {}
class Unwanted extends Error {}
class Rubbish extends Error {}
/** A proxy answers, and says that the subgraph does not. */
class Away extends Error {}
/** The subgraph did not take the request for ours, so it did nothing. */
class Unsigned extends Rubbish {}

/** A body that knows whether it was asked for: undici reads it when there is a connection to write to, and not before. */
class Sending extends Readable {
  hasBegun = false;
  readonly #body: Buffer;

  constructor(body: string) {
    super();
    this.#body = Buffer.from(body);
  }

  get length(): number {
    return this.#body.length;
  }

  override _read(): void {
    this.hasBegun = true;
    this.push(this.#body);
    this.push(null);
  }
}

/** A GraphQL answer has data, or errors that say why not; 400 is how a server refuses an operation. All else is rubbish. */
function answerOf(status: number, text: string): Answer {
  if (status === 401) throw new Unsigned('status 401');
  if (status >= 502 && status <= 504) throw new Away(`status ${status}`);
  if (status !== 200 && status !== 400) throw new Rubbish(`status ${status}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Rubbish('not JSON');
  }
  if (!isObject(value)) throw new Rubbish('not an object');
  const { data = null, errors = [], extensions = {} } = value;
  if (data !== null && !isObject(data)) throw new Rubbish('data is not an object');
  if (!Array.isArray(errors) || !errors.every(isObject)) throw new Rubbish('errors are not a list of objects');
  if (data === null && errors.length === 0) throw new Rubbish('neither data nor errors');
  return { data, errors, extensions: isObject(extensions) ? extensions : {} };
}

/** What a subgraph says of itself when it is not ready; a sentence of ours has nothing but small letters. */
function ownWord(text: string): string | null {
  return /^\{"status":"([a-z ]{1,60})"/.exec(text)?.[1] ?? null;
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof BrokenCircuitError) return 'SKIPPED';
  if (error instanceof BulkheadRejectedError) return 'BUSY';
  if (error instanceof Unwanted) return 'CANCELLED';
  if (error instanceof TimeUp || error instanceof Hurried) return 'TIMEOUT';
  if (error instanceof Away) return 'UNREACHABLE';
  if (error instanceof Rubbish) return 'RUBBISH';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'TIMEOUT';
  return NO_CONNECTION.has(code) ? 'UNREACHABLE' : 'RUBBISH';
}

const NO_CONNECTION = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);
