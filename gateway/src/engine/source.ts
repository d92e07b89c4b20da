/**
 * One subgraph as the gateway reaches it: a pool of connections, a signature on every request, a time for every answer. What comes
 * back is either GraphQL or a failure that names nothing but its kind; addresses and causes go to the log.
 */
import { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { type Keys, sign, tailOf } from '../../../subgraphs/shared/src/signature.ts';
import { isObject, type JsonObject } from './json.ts';
import { Outage } from './outage.ts';

/** How a subgraph failed to answer. */
export type FailureKind = 'TIMEOUT' | 'UNREACHABLE' | 'RUBBISH' | 'SKIPPED';

/** The subgraph did not answer with GraphQL. */
export class SourceFailure extends Error {
  readonly kind: FailureKind;
  /** When the subgraph's outage began, epoch milliseconds. */
  readonly since: number;
  /** Whether the subgraph may have read the request, and a command in it may have had its effect. */
  readonly wasSent: boolean;
  constructor(kind: FailureKind, since: number, { cause, wasSent = kind !== 'SKIPPED' }: { cause?: unknown; wasSent?: boolean } = {}) {
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
  onFailure?: (name: string, kind: FailureKind, cause: unknown) => void;
}

/** A request of `files.ts`. */
export type FileRequest = Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'headers' | 'body' | 'signal'>;

const RESPONSE_LIMIT = 64 * 1024 * 1024;
const CONNECTIONS = 128;
/** A probe waits this long, so that a subgraph that comes back finds it before its door. */
const PROBE_MS = 5_000;
const READY_MS = 1_000;

export class Source {
  readonly name: string;
  readonly outage: Outage;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #keys: Keys | null;
  readonly #onFailure: SourceOptions['onFailure'];

  constructor({ name, url, keys, probeExtensions, onFailure }: SourceOptions) {
    const { origin, pathname, search } = new URL(url);
    this.name = name;
    this.#path = pathname + search;
    this.#keys = keys;
    this.#onFailure = onFailure;
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: PROBE_MS },
      maxResponseSize: RESPONSE_LIMIT,
    });
    const probe = `{"query":"{__typename}"${probeExtensions && `,"extensions":${probeExtensions}`}}`;
    this.outage = new Outage(async () => {
      await this.#post(probe, PROBE_MS);
    });
  }

  /**
   * Sends one request body and waits `timeoutMs` for the whole answer. A read whose connection was refused or reset is sent once
   * more, if the time allows; a command never is, and is not sent at all when its time is up.
   * @throws SourceFailure
   */
  async ask(body: string, timeoutMs: number, isMutation: boolean): Promise<Answer> {
    const startedAt = Date.now();
    const mayCall = await this.outage.mayCall();
    const remaining = () => timeoutMs - (Date.now() - startedAt);
    if (!mayCall || (isMutation && remaining() <= 0)) throw new SourceFailure('SKIPPED', this.outage.since ?? startedAt);
    const sending = isMutation ? new Sending(body) : null;
    try {
      return await this.#post(body, remaining(), sending).catch((error: unknown) => {
        if (isMutation || kindOf(error) !== 'UNREACHABLE' || remaining() <= 0) throw error;
        return this.#post(body, remaining());
      });
    } catch (error) {
      const kind = kindOf(error);
      this.#onFailure?.(this.name, kind, error);
      const wasSent = sending?.hasBegun === true && !(error instanceof Unsigned);
      throw new SourceFailure(kind, this.outage.failed(kind === 'TIMEOUT'), { cause: error, wasSent });
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

  /** Whether the subgraph says of itself that it is ready. */
  async isReady(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: '/health/ready',
        signal: AbortSignal.timeout(READY_MS),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.outage.stop();
    await this.#pool.destroy();
  }

  async #post(body: string, timeoutMs: number, sending: Sending | null = null): Promise<Answer> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new TimeUp()), Math.max(timeoutMs, 1));
    try {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: {
          ...headers,
          ...(sending && { 'content-length': String(sending.length) }),
          ...(this.#keys && sign(this.#keys, 'POST', this.#path, body)),
        },
        body: sending ?? body,
        signal: abort.signal,
      });
      const text = await response.body.text();
      const answer = answerOf(response.statusCode, text);
      this.outage.answered();
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

class TimeUp extends Error {}
class Rubbish extends Error {}
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

function kindOf(error: unknown): FailureKind {
  if (error instanceof TimeUp) return 'TIMEOUT';
  if (error instanceof Rubbish) return 'RUBBISH';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'TIMEOUT';
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EHOSTUNREACH', 'ENOTFOUND'].includes(code) ? 'UNREACHABLE' : 'RUBBISH';
}
