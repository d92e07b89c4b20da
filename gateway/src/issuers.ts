/**
 * Who vouches for callers (overview §3.6): issuers of JWTs and the keys they sign with, as JWK sets from files or URLs. Keys are read again
 * by and by and when a token names one that is not known yet, at most every ten seconds, so rotation needs no restart and a stranger's key
 * ids cause no storm. A key that left its set no longer counts within a minute.
 */
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ROLES, type Role } from '../../subgraphs/shared/src/claims.ts';

/** Our own issuer and audience: `iss` of the hub's tokens, `aud` of whatever is meant for it. */
export const HUB = 'district-hub';
/** Clocks of issuers and ours may differ by so much. */
export const CLOCK_SKEW_SECONDS = 60;
/** Signatures that only the holder of a private key can make; never `none`, never a shared secret. */
export const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'RS256', 'PS256'] as const;
const OWN_ALGORITHMS = ['EdDSA', 'Ed25519'];

/** Keys this old are read again behind the request, */
const SOFT_AGE_MS = 20_000;
/** this old before it, */
const HARD_AGE_MS = 30_000;
/** and while that fails the last good ones count for so long. */
const STALE_MS = 60 * 60_000;
const COOLDOWN_MS = 10_000;
const FETCH_MS = 3_000;
const MAX_BYTES = 256 * 1024;

const isPublic = (key: JWK): boolean => key.kty !== 'oct' && key.d === undefined;
const jwkSet = z.object({ keys: z.array(z.looseObject({ kid: z.string().min(1).max(200), kty: z.string() })) });

/** A JWK set of public keys with ids. @throws Error for private or symmetric keys, which nobody needs who verifies */
export function parseJwks(text: string): JSONWebKeySet {
  const set = jwkSet.parse(JSON.parse(text)) as JSONWebKeySet;
  if (!set.keys.every(isPublic)) throw new Error('a private or symmetric key is in the set of public keys');
  return set;
}

const issuerShape = z.strictObject({
  /** `iss` of its tokens. */
  issuer: z.string().min(1).max(300),
  /** `aud` that its tokens for the hub carry. */
  audience: z.string().min(1).max(300),
  /** JWK set: an https URL (http on this machine only) or a file. */
  jwks: z.string().min(1),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1),
  /** Roles it may vouch for. SERVICE is never one of them. */
  roles: z.array(z.enum(ROLES.filter((role) => role !== 'SERVICE'))).min(1),
});

/** One more issuer as configured. */
export type IssuerSettings = z.infer<typeof issuerShape>;

/** The content of `ISSUERS_FILE`. @throws Error or ZodError for what is none */
export function parseIssuers(text: string): IssuerSettings[] {
  const issuers = z.array(issuerShape).parse(JSON.parse(text));
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set([HUB, ...names]).size <= names.length) throw new Error(`issuers differ from each other and from ${HUB}`);
  for (const { jwks } of issuers) if (/^[a-z]+:\/\//i.test(jwks) && !isSafe(jwks)) throw new Error('a JWK set is fetched by https');
  return issuers;
}

function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

/** Keys of an issuer cannot be had and the last good ones are too old. */
export class KeysUnknown extends Error {}

export type ReadKeys = () => Promise<JSONWebKeySet>;

/** Reads a JWK set from a file or a URL. */
export const keysFrom = (place: string): ReadKeys =>
  /^https?:\/\//i.test(place)
    ? async () => {
        const reply = await fetch(place, {
          redirect: 'error',
          signal: AbortSignal.timeout(FETCH_MS),
          headers: { accept: 'application/json' },
        });
        if (!reply.ok) throw new Error(`JWK set: status ${reply.status}`);
        return parseJwks(await boundedText(reply));
      }
    : async () => parseJwks(await readFile(place, 'utf8'));

async function boundedText(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('JWK set: too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The keys of one issuer, kept current. */
export class KeySet {
  readonly #read: ReadKeys;
  readonly #onFailure: (cause: unknown) => void;
  readonly #now: () => number;
  #find: JWTVerifyGetKey | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(read: ReadKeys, onFailure: (cause: unknown) => void, now: () => number = Date.now) {
    this.#read = read;
    this.#onFailure = onFailure;
    this.#now = now;
  }

  /** For `jwtVerify`: the key that a token names. @throws JOSEError if there is none; KeysUnknown */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    const age = this.#now() - this.#readAt;
    if (age > HARD_AGE_MS) await this.#renew();
    else if (age > SOFT_AGE_MS) void this.#renew();
    try {
      return await this.#known()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#renew())) throw error;
      return this.#known()(header, token);
    }
  };

  #known(): JWTVerifyGetKey {
    if (!this.#find || this.#now() - this.#readAt > STALE_MS) throw new KeysUnknown('the keys of the issuer are not known');
    return this.#find;
  }

  /** @returns whether they were read just now; not when that was tried a moment ago */
  async #renew(): Promise<boolean> {
    if (!this.#reading) {
      if (this.#now() - this.#triedAt < COOLDOWN_MS) return false;
      this.#triedAt = this.#now();
      this.#reading = this.#take().finally(() => {
        this.#reading = null;
      });
    }
    await this.#reading;
    return true;
  }

  async #take(): Promise<void> {
    try {
      const set = await this.#read();
      this.#find = createLocalJWKSet(set);
      this.#readAt = this.#now();
    } catch (error) {
      this.#onFailure(error);
    }
  }
}

/** One issuer, ready to verify. */
export interface Issuer {
  name: string;
  /** Null: any role, within the rules for our own key ids. */
  roles: readonly Role[] | null;
  /** The payload and key id of a token. @throws JOSEError for one that is not valid; KeysUnknown */
  verify(token: string, now: number): Promise<{ payload: JWTPayload; kid: string }>;
}

/** An issuer over its keys; without `audience` it is the hub's own, whose older tokens name none. */
export function issuerOf(
  {
    name,
    roles,
    algorithms,
    audience,
  }: { name: string; roles: readonly Role[] | null; algorithms: readonly string[]; audience: string | null },
  keys: KeySet,
): Issuer {
  return {
    name,
    roles,
    async verify(token, now) {
      const clock = { currentDate: new Date(now), clockTolerance: CLOCK_SKEW_SECONDS };
      const requiredClaims = ['exp'];
      const options = { issuer: name, algorithms: [...algorithms], requiredClaims, ...(audience !== null && { audience }), ...clock };
      const { payload, protectedHeader } = await jwtVerify(token, keys.keyFor, options);
      if (!protectedHeader.kid) throw new errors.JWTInvalid('no key id');
      if (payload.aud !== undefined && ![payload.aud].flat().includes(audience ?? HUB)) throw new errors.JWTInvalid('not for the hub');
      if (payload.iat !== undefined && payload.iat * 1000 > now + CLOCK_SKEW_SECONDS * 1000)
        throw new errors.JWTInvalid('issued later than now');
      return { payload, kid: protectedHeader.kid };
    },
  };
}

export interface IssuersOptions {
  /** Content of `JWKS_FILE`, and the file when it may change. */
  jwks: string;
  jwksFile?: string | null;
  /** The public half of the gateway's own key. */
  tokenKey?: JWK | null;
  others?: readonly IssuerSettings[];
  log?: Pick<Logger, 'warn'>;
  now?: () => number;
}

/** All issuers: the hub's own first. */
export function issuersOf({ jwks, jwksFile, tokenKey, others = [], log, now }: IssuersOptions): Issuer[] {
  const onFailure = (issuer: string) => (cause: unknown) =>
    log?.warn({ issuer, reason: (cause as Error).message }, 'the keys of an issuer could not be read; the last good ones count');
  const readOwn = jwksFile ? keysFrom(jwksFile) : async () => parseJwks(jwks);
  const own = async (): Promise<JSONWebKeySet> => ({ keys: [...(await readOwn()).keys, ...(tokenKey ? [tokenKey] : [])] });
  const hub = issuerOf({ name: HUB, roles: null, algorithms: OWN_ALGORITHMS, audience: null }, new KeySet(own, onFailure(HUB), now));
  return [
    hub,
    ...others.map(({ issuer, audience, jwks: place, algorithms, roles }) =>
      issuerOf({ name: issuer, roles, algorithms, audience }, new KeySet(keysFrom(place), onFailure(issuer), now)),
    ),
  ];
}
