/**
 * Signed requests from the gateway to a subgraph (design §4). Every request carries
 *
 *     hub-signature: v1 keyId=<id> time=<epoch seconds> nonce=<base64url> mac=<hex>
 *
 * where `mac` is HMAC-SHA-256 over version, key id, method, path, time, nonce and the body's SHA-256, one per line.
 * The subgraph checks it over the raw body before it parses anything, and answers 401 otherwise.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Name of the header that carries the signature. */
export const SIGNATURE_HEADER = 'hub-signature';

/** How far the two clocks may be apart, in seconds, either way. */
const MAX_SKEW_SECONDS = 60;
/** A request dated 60 s ahead stays acceptable for 120 s (and the rest of a second): so long a nonce must be remembered. */
const NONCE_MEMORY_MS = (2 * MAX_SKEW_SECONDS + 1) * 1000;
const MIN_SECRET_BYTES = 32;
const FORM = /^v1 keyId=([\w.-]{1,64}) time=(\d{1,12}) nonce=([\w-]{22,64}) mac=([0-9a-f]{64})$/;

/** Keys in use: the first signs, all verify. Two at most, the second during a rotation only. */
export type Keys = readonly { readonly id: string; readonly secret: Buffer }[];

/** Why a request was refused. For the log, never for the caller. */
export type Refusal = 'UNSIGNED' | 'MALFORMED' | 'UNKNOWN_KEY' | 'CLOCK' | 'CHANGED' | 'REPLAYED';

/**
 * Reads keys from their environment text, `k2:<base64>,k1:<base64>`.
 * @throws Error naming what is wrong; never quotes a secret.
 */
export function parseKeys(text: string): Keys {
  const keys = text.split(',').map((entry, index) => {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, colon).trim();
    if (colon < 1 || !/^[\w.-]{1,64}$/.test(id)) throw new Error(`key ${index + 1} is not of the form id:base64`);
    const secret = Buffer.from(entry.slice(colon + 1).trim(), 'base64');
    if (secret.length < MIN_SECRET_BYTES) throw new Error(`key ${id} is shorter than ${MIN_SECRET_BYTES} bytes`);
    return { id, secret };
  });
  if (keys.length > 2) throw new Error('more than two keys: a rotation has the new key and the old one');
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('two keys have the same id');
  return keys;
}

/**
 * Signs a request with the first key.
 * @returns the header to add. `now` (epoch milliseconds) is for tests.
 */
export function sign(keys: Keys, method: string, path: string, body: Buffer | string, now = Date.now()): Record<string, string> {
  const key = keys[0];
  if (!key) throw new Error('no key to sign with');
  const time = String(Math.floor(now / 1000));
  const nonce = randomBytes(18).toString('base64url');
  const mac = macOf(key, method, path, time, nonce, body).toString('hex');
  return { [SIGNATURE_HEADER]: `v1 keyId=${key.id} time=${time} nonce=${nonce} mac=${mac}` };
}

/** Checks signatures and remembers the nonces it has seen. One per process and subgraph. */
export class Verifier {
  readonly #keys: Map<string, Keys[number]>;
  readonly #now: () => number;
  #recent = new Set<string>();
  #older = new Set<string>();
  #turnedAt: number;

  /** `now` (epoch milliseconds) is for tests. */
  constructor(keys: Keys, now: () => number = Date.now) {
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#now = now;
    this.#turnedAt = now();
  }

  /**
   * Verifies one request over its raw body. Accepting uses the nonce up: the same request a second time is `REPLAYED`.
   * The nonce is remembered only after the mac was right, so a stranger cannot fill the memory.
   */
  verify(headers: Record<string, string | string[] | undefined>, method: string, path: string, rawBody: Buffer | string): 'OK' | Refusal {
    const header = headers[SIGNATURE_HEADER];
    if (header === undefined) return 'UNSIGNED';
    const match = typeof header === 'string' ? FORM.exec(header) : null;
    if (!match) return 'MALFORMED';
    const [, keyId, time, nonce, mac] = match as unknown as [string, string, string, string, string];
    const key = this.#keys.get(keyId);
    if (!key) return 'UNKNOWN_KEY';
    if (Math.abs(Math.floor(this.#now() / 1000) - Number(time)) > MAX_SKEW_SECONDS) return 'CLOCK';
    if (!timingSafeEqual(macOf(key, method, path, time, nonce, rawBody), Buffer.from(mac, 'hex'))) return 'CHANGED';
    return this.#use(nonce) ? 'OK' : 'REPLAYED';
  }

  /** Two generations: a nonce lives for one to two turns, and forgetting costs nothing per request. */
  #use(nonce: string): boolean {
    const now = this.#now();
    if (now - this.#turnedAt > NONCE_MEMORY_MS) {
      this.#older = this.#recent;
      this.#recent = new Set();
      this.#turnedAt = now;
    }
    if (this.#recent.has(nonce) || this.#older.has(nonce)) return false;
    this.#recent.add(nonce);
    return true;
  }
}

/** Bytes behind a streamed content that vouch for it. */
export const TAIL_BYTES = 32;

/**
 * The tail of a request whose content is streamed and so not known when its head is signed: an HMAC over the head's signature, which no
 * second request has, and the SHA-256 of the content. It goes as the last bytes of the body, since a trailer is what proxies drop first.
 * Until it was checked the content is nobody's.
 * @param header the value of `hub-signature`
 * @returns null if the header names no key of these
 */
export function tailOf(keys: Keys, header: string, digest: Buffer): Buffer | null {
  const key = keys.find(({ id }) => id === FORM.exec(header)?.[1]);
  return key
    ? createHmac('sha256', key.secret)
        .update(`v1 content\n${header}\n${digest.toString('hex')}`)
        .digest()
    : null;
}

function macOf(key: Keys[number], method: string, path: string, time: string, nonce: string, body: Buffer | string): Buffer {
  const digest = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', key.secret).update(['v1', key.id, method.toUpperCase(), path, time, nonce, digest].join('\n')).digest();
}
