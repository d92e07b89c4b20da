/**
 * Who asks (overview §3.6, design §4). A credential is a JWT of one of the issuers (`issuers.ts`); it is verified once, here. Of the hub's
 * own keys development keys (`dev-…`) do not count in production, a subgraph's key (`service-…`) carries the role SERVICE and nothing else,
 * the gateway's (`gateway-…`) what `POST /oauth/token` granted; another issuer vouches for the roles that it was given.
 */
import { decodeJwt, errors, type JWTPayload } from 'jose';
import { z } from 'zod';
import { ROLES, type Role, VARIANT_OF_ROLE, VARIANTS, type Variant } from '../../subgraphs/shared/src/claims.ts';
import { HUB, type Issuer, KeysUnknown } from './issuers.ts';
import { Lru } from './lru.ts';
import type { Clients } from './oauth-clients.ts';
import { Refusal } from './refusal.ts';

/** What a credential says, before its places are known. */
export interface Identity {
  client: string;
  subject: string | null;
  organization: string | null;
  roles: Role[];
  variant: Variant;
  areaCodes: string[];
}

/** Client id of the tokens that the gateway gives to persons in development. */
export const DEVELOPMENT_CLIENT = 'development';
/** Key ids of tokens that the gateway issued itself. */
export const TOKEN_KEY_PREFIX = 'gateway-';
const MAX_AREAS = 200;
const KEPT_TOKENS = 2_000;
/** A verified token is believed so long without another look at its issuer's keys. */
const BELIEVED_MS = 20_000;

const payloadShape = z.object({
  sub: z.string().max(200).optional(),
  client_id: z.string().min(1).max(200),
  roles: z.array(z.string()).min(1).max(20),
  areas: z.array(z.string().max(30)).max(MAX_AREAS).default([]),
  variant: z.string().optional(),
  org: z.string().max(100).nullish(),
  exp: z.number(),
});

/** Without a credential. */
export const ANONYMOUS: Identity = {
  client: 'anonymous',
  subject: null,
  organization: null,
  roles: ['PUBLIC'],
  variant: 'PUBLIC',
  areaCodes: [],
};

interface Known {
  identity: Identity;
  /** Granted by ourselves to a registered client. */
  isOurs: boolean;
  /** Epoch milliseconds. */
  until: number;
}

export interface CredentialsOptions {
  issuers: readonly Issuer[];
  isProduction: boolean;
  /** Who is registered and who was revoked; null without a database of our own. */
  clients?: Pick<Clients, 'check'> | null;
  now?: () => number;
}

/** Verifies credentials. */
export class Credentials {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #isProduction: boolean;
  readonly #clients: Pick<Clients, 'check'> | null;
  readonly #now: () => number;
  readonly #known = new Lru<Known>(KEPT_TOKENS);

  constructor({ issuers, isProduction, clients = null, now = Date.now }: CredentialsOptions) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.name, issuer]));
    this.#isProduction = isProduction;
    this.#clients = clients;
    this.#now = now;
  }

  /**
   * The identity of an `Authorization` header; without one the public's.
   * @throws Refusal UNAUTHENTICATED (401) for what is no valid credential, FORBIDDEN or VARIANT_FORBIDDEN (403) for what it may not claim,
   *   SOURCE_UNAVAILABLE (503) while nobody can say whether it is valid.
   */
  async identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return ANONYMOUS;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw new Refusal('UNAUTHENTICATED', { status: 401 });
    const known = this.#known.get(token);
    const { identity, isOurs } = known && known.until > this.#now() ? known : await this.#learn(token);
    await this.#clients?.check(identity.client, isOurs);
    return identity;
  }

  async #learn(token: string): Promise<Known> {
    const { payload, kid, issuer } = await this.#verified(token);
    const identity = issuer.roles === null ? ownIdentity(payload, kid) : foreignIdentity(payload, issuer.roles);
    // In production a person's token of ours is one of a client that nobody registered.
    const isPersons = !this.#isProduction && identity.client === DEVELOPMENT_CLIENT;
    const isOurs = issuer.name === HUB && kid.startsWith(TOKEN_KEY_PREFIX) && !isPersons;
    const known = { identity, isOurs, until: Math.min((payload.exp ?? 0) * 1000, this.#now() + BELIEVED_MS) };
    this.#known.set(token, known);
    return known;
  }

  async #verified(token: string): Promise<{ payload: JWTPayload; kid: string; issuer: Issuer }> {
    try {
      const issuer = this.#issuers.get(decodeJwt(token).iss ?? '');
      if (!issuer) throw new errors.JWTInvalid('an unknown issuer');
      const { payload, kid } = await issuer.verify(token, this.#now());
      if (this.#isProduction && issuer.name === HUB && kid.startsWith('dev-')) throw new errors.JWTInvalid('a development key');
      return { payload, kid, issuer };
    } catch (error) {
      if (error instanceof KeysUnknown)
        throw new Refusal('SOURCE_UNAVAILABLE', { status: 503, zh: '（签发方公钥）', en: '(keys of the issuer)' });
      if (!(error instanceof errors.JOSEError)) throw error;
      const expired = error instanceof errors.JWTExpired;
      throw new Refusal('UNAUTHENTICATED', { status: 401, ...(expired && { zh: '凭证已过期。', en: 'The credential has expired.' }) });
    }
  }
}

const ownIdentity = (payload: JWTPayload, kid: string): Identity => identityOf(payload, (names) => ownRoles(names, kid));

const foreignIdentity = (payload: JWTPayload, granted: readonly Role[]): Identity =>
  identityOf(payload, (names) => {
    const roles = rolesOf(names);
    if (!roles.every((role) => granted.includes(role)))
      throw new Refusal('FORBIDDEN', { status: 403, zh: '签发方无权授予此角色。', en: 'The issuer may not vouch for this role.' });
    return roles;
  });

function identityOf(payload: JWTPayload, allowed: (names: readonly string[]) => Role[]): Identity {
  const parsed = payloadShape.safeParse(payload);
  if (!parsed.success) throw new Refusal('UNAUTHENTICATED', { status: 401, zh: '凭证内容不完整。', en: 'The credential lacks claims.' });
  const { sub, client_id, areas, org } = parsed.data;
  const roles = allowed(parsed.data.roles);
  const variant = variantOf(parsed.data.variant, roles);
  return { client: client_id, subject: sub ?? null, organization: org ?? null, roles, variant, areaCodes: [...new Set(areas)] };
}

function rolesOf(names: readonly string[]): Role[] {
  const roles = [...new Set(names)].filter((name): name is Role => ROLES.includes(name as Role));
  if (roles.length < new Set(names).size) throw new Refusal('FORBIDDEN', { status: 403, zh: '角色未知。', en: 'Unknown role.' });
  return roles;
}

function ownRoles(names: readonly string[], kid: string): Role[] {
  const roles = rolesOf(names);
  const isService = kid.startsWith('service-');
  if (isService !== roles.includes('SERVICE') || (isService && roles.length > 1))
    throw new Refusal('FORBIDDEN', { status: 403, zh: '角色 SERVICE 限系统密钥。', en: 'Role SERVICE belongs to service keys alone.' });
  return roles;
}

/** The variant asked for must be one of the roles'; without one it is the first role's. */
function variantOf(name: string | undefined, roles: readonly Role[]): Variant {
  const allowed = roles.map((role) => VARIANT_OF_ROLE[role]);
  if (name === undefined) return allowed[0]!;
  const variant = VARIANTS.find((each) => each === name.toUpperCase());
  if (!variant || !allowed.some((each) => each === variant)) throw new Refusal('VARIANT_FORBIDDEN', { status: 403 });
  return variant;
}
