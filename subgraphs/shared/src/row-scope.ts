/**
 * The signed row scope (design §5): who asks, handed to the database so that row level security can decide. A plain session variable could
 * be set by any SQL in the session, so the text is signed, bound to one backend process and short-lived; `hub.context()` checks it.
 *
 *     hub.context = <key id>.<base64 of JSON>.<hex HMAC-SHA-256 over "<key id>.<base64>">
 */
import { createHash, createHmac } from 'node:crypto';
import type { Claims } from './claims.ts';
import { heldInstant } from './clock.ts';
import type { Keys } from './signature.ts';

/** Shorter than what the database accepts (60 s), so that two clocks may differ. */
const LIFE_SECONDS = 30;
/** What the database accepts at most ahead of its own clock, in seconds. */
export const MAX_LIFE_SECONDS = 60;

type Scope = Pick<Claims, 'client' | 'subject' | 'organization' | 'roles' | 'variant' | 'communities'>;

/** The scope of nobody in particular: what `/health/ready` asks with. */
export const NOBODY: Scope = { client: '', subject: null, organization: null, roles: [], variant: 'PUBLIC', communities: [] };

/**
 * The value of `hub.context` for one backend process. While a test holds the clock the scope tells the database too (`hub.now()`).
 * @param pid the backend's process id, as it told the client when connecting.
 */
export function signScope(keys: Keys, scope: Scope, pid: number, at: Date = new Date()): string {
  const key = keys[0];
  if (!key) throw new Error('there is no row scope key');
  const { client, subject, organization, roles, variant, communities } = scope;
  const exp = Math.floor(at.getTime() / 1000) + LIFE_SECONDS;
  const payload = Buffer.from(
    JSON.stringify({ pid, exp, now: heldInstant() ?? undefined, client, subject, organization, roles, variant, communities }),
  ).toString('base64');
  const signed = `${key.id}.${payload}`;
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('hex')}`;
}

/**
 * Keys of the row scope from their environment text: `base64`, or `id:base64,id:base64` during a rotation, the newer first.
 * A key without id is named by its digest, so that database and process agree without being told.
 */
export function scopeKeys(text: string): Keys {
  return text.split(',').map((entry) => {
    const [first = '', second] = entry.trim().split(':');
    const secret = Buffer.from(second ?? first, 'base64');
    if (secret.length < 24) throw new Error('a row scope key is shorter than 24 bytes');
    const id = second === undefined ? createHash('sha256').update(secret).digest('hex').slice(0, 12) : first;
    if (!/^[\w-]{1,40}$/.test(id)) throw new Error('a row scope key has no proper id');
    return { id, secret };
  });
}

/**
 * A secret as HMAC-SHA-256 uses it (RFC 2104): one block of 64 bytes, masked for the inner and the outer hash. The database computes the mark
 * with its own sha256 and needs no extension.
 */
export function hmacPads(secret: Buffer): { inner: Buffer; outer: Buffer } {
  const block = Buffer.alloc(64);
  (secret.length > 64 ? createHash('sha256').update(secret).digest() : secret).copy(block);
  return { inner: Buffer.from(block.map((byte) => byte ^ 0x36)), outer: Buffer.from(block.map((byte) => byte ^ 0x5c)) };
}
